//! How every service makes a decision durable, and goes on with a list.
//!
//! Invariant: what a decision changes, the events that tell of it and the answer to the request that asked for it are
//! written in one transaction, each record only if it is still the one that was decided upon, and the feed's head row is
//! touched last, so that writers wait for each other as briefly as can be.

mod error;
pub mod own_records;
mod place;
mod records;
mod write;

pub use error::{CommitError, fault};
pub use place::behind;
pub use records::{RecordRows, RecordTable, document, documents, documents_named};
pub use write::{
    Answer, ROWS_A_STATEMENT, Rows, commit, commit_all, commit_rows, insert, require_one, update,
};
