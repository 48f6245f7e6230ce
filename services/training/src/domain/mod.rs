//! The rules of training, pure: no transport, no database, no clock of its own.
//!
//! A use case is a struct with one `execute`: it reads through narrow ports, decides, and gives back a [`Decision`]:
//! the answer, and the [`ChangeSet`] that makes it true. Whoever executes it commits the change set in one
//! transaction, with the events and the answer to a repeated request in it.

pub mod change;
pub mod error;
pub mod event;
pub mod model;
pub mod needs;
pub mod personal_data;
pub mod ports;
pub mod post;
pub mod records;
pub mod retention;
pub mod rules;
pub mod seating;
pub mod slots;
pub mod use_cases;

pub use change::{ChangeSet, Decision};
pub use error::{DomainError, Violation};
pub use rules::Rules;

pub use seamless_identity::Caller;
