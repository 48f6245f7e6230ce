//! What the transport of every service does the same way: fields are parsed with all their violations collected, lists
//! come in pages with opaque tokens, and a repeated request gets its first answer.
//!
//! Invariants: a refusal names every wrong field; a page token serves nobody but whom it was given to, and no other
//! request; a request id belongs to one content.

pub mod calls;
mod pages;
pub mod upkeep;
pub mod violations;

pub use calls::{Answer, Call};
pub use pages::Page;
pub use violations::Violations;

/// How large pages are.
#[derive(Clone, Copy, Debug)]
pub struct PageLimits {
    /// Items where the caller does not say.
    pub default_size: usize,
    /// Items at most.
    pub max_size: usize,
}
