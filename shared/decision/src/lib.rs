//! The words in which the domain of every service decides: what was decided, which records it changes, and why it was
//! refused instead.
//!
//! Invariant: pure. Nothing here knows of a transport, a database or a clock; a decision changes nothing until it is
//! committed.

mod changes;
mod place;
mod records;
mod refusal;
mod told;

pub use changes::{Decision, Write};
pub use place::{Place, RecordQuery};
pub use records::{
    Placed, Record, RecordPage, RecordReader, StoredRecord, all_records, parsed, record, records, stored,
};
pub use refusal::{Refusal, Refused, require_revision};
pub use seamless_identifiers::Violation;
pub use told::Told;
