//! The rules of notifications, pure: no transport, no database, no clock of its own.
//!
//! A use case is a struct with one `execute`: it reads through narrow ports, decides, and gives back a [`Decision`]:
//! the answer, and the [`ChangeSet`] that makes it true. Whoever executes it commits the change set in one
//! transaction, with the events and the answer to a repeated request in it.

pub mod access;
pub mod audiences;
pub mod change;
pub mod clocks;
pub mod company_name;
pub mod correspondence;
pub mod error;
pub mod event;
pub mod finding;
pub mod findings;
pub mod ledger;
pub mod listings;
pub mod model;
pub mod notification_id;
pub mod open_questions;
pub mod operators;
pub mod ports;
pub mod records;
pub mod relation;
pub mod rules;
pub mod search;
pub mod similar;
pub mod suggestion;
pub mod use_cases;

pub use change::{ChangeSet, Decision};
pub use error::{DomainError, Refusal, Violation};
pub use rules::Rules;

pub use seamless_identity::Caller;
