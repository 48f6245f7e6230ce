//! The rules of reporting, pure: no transport, no database, no clock of its own.
//!
//! A use case reads through narrow ports, decides, and gives back a [`Decision`]: the answer, and the [`ChangeSet`] that makes it
//! true. [`facts`] says what an event makes of what is known, [`figures`] what a report says of it, as [`content`], and [`bulletins`] what
//! a bulletin says, with its texts as [`chapters`].

pub mod awaited;
pub mod bulletins;
pub mod change;
pub mod chapters;
pub mod content;
pub mod cut;
pub mod error;
pub mod event;
pub mod facts;
pub mod figures;
pub mod glossary;
pub mod model;
pub mod ports;
mod reached;
pub mod recall;
pub mod records;
pub mod rules;
pub mod small_counts;
pub mod source;
pub mod use_cases;

pub use change::{ChangeSet, Decision};
pub use error::{DomainError, Violation};
pub use reached::Reached;
pub use rules::Rules;

pub use seamless_identity::Caller;
