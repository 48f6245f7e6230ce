//! The audience of each field, declared in the contract, and the redaction generated from it.
//!
//! At run time this crate knows no message: [`View`] says what one reader may see of one record, and the code that
//! [`codegen`] wrote beside the messages walks them. Invariant: after [`Disclose::redact_for`] no field is set whose
//! effective audience is narrower than the reader's clearance.
//!
//! The effective audience of a field is that of the originator's longest [`Override`] on its path or on a field that
//! holds it; without one, the narrowest that the contract declares on the way down to it.

mod audience;
#[cfg(feature = "codegen")]
pub mod codegen;
mod redaction;
mod view;
pub mod wire;

pub use audience::{Audience, UnknownAudience};
pub use redaction::{Disclose, Path};
pub use view::{Override, View};
