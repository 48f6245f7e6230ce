//! SQLite and PostgreSQL behind the same calls.
//!
//! Invariants:
//! - Transactions start only here ([`Database::write`], [`Database::migrate`]) and run in a task of their own, so that
//!   a caller who goes away never leaves a pooled connection inside one.
//! - What [`Database::write`] reports as done is committed; what it reports as failed is not, except
//!   [`StorageError::OutcomeUnknown`], which says so.
//! - Errors are told apart by the database's code, never by its text.

mod checkpoint;
mod connect;
mod database;
mod error;
mod migrate;
mod page;
pub mod requests;
mod settings;
mod write;

pub use database::{Backend, Database};
pub use error::{StorageError, WriteError};
pub use page::{PageToken, PageTokenError};
pub use settings::{DatabaseSettings, SettingsProblem, Synchronous};
