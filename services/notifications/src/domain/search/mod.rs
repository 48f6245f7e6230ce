//! Search: what goes into the index for each viewer, what is asked of it, and how well a hit fits. Pure; the store keeps
//! the index.

mod highlight;
mod question;
mod ranking;
mod text;
pub mod words;

pub use highlight::{EXCERPT_LENGTH, Highlight, highlights};
pub use question::{MOST_TERMS, Pattern, Question, Sequence, Term};
pub use ranking::{Place, Ranking};
pub use text::{GAP, SECTIONS, SearchText, Section, ShownText};

/// Counts the ways in which entries were made: an entry of an earlier one is made anew after an upgrade.
pub const INDEX_VERSION: i32 = 2;
