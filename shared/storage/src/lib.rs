//! SQLite and PostgreSQL behind the same calls.
//!
//! Invariants:
//! - Transactions start only here ([`Database::write`], [`Database::migrate`]) and run in a task of their own, so that
//!   a caller who goes away never leaves a pooled connection inside one.
//! - What [`Database::write`] reports as done is committed; what it reports as failed is not, except
//!   [`StorageError::OutcomeUnknown`], which says so.
//! - A connection on which a transaction did not end as it should is thrown away; after a write that failed for the disk,
//!   none is begun until a trial was committed and read back.
//! - Errors are told apart by the database's code, never by its text.

mod checkpoint;
mod connect;
mod database;
mod error;
mod insert;
mod migrate;
mod page;
pub mod proof;
pub mod requests;
mod settings;
mod statistics;
mod write;
mod writing;

pub use database::{Backend, Database};
pub use error::{StorageError, WriteError};
pub use insert::insert_rows;
pub use page::{PageToken, PageTokenError};
pub use settings::{DatabaseSettings, SettingsProblem, Synchronous};
