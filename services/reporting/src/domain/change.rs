//! What a use case decided: an answer, and the changes that make it true.

pub use seamless_decision::Write;
use seamless_decision::{Record, stored};

use super::{
    error::DomainError,
    event::DomainEvent,
    records::{Place, StoredRecord},
};

/// An answer and the changes that make it true.
pub type Decision<T> = seamless_decision::Decision<T, ChangeSet>;

/// Changes to be written in one transaction.
#[derive(Debug, Default)]
pub struct ChangeSet {
    pub records: Vec<Write<StoredRecord>>,
    pub events: Vec<DomainEvent>,
}

impl ChangeSet {
    /// Adds a record in its next revision.
    ///
    /// # Errors
    /// `Fault` if it cannot be written as a document.
    pub fn put_record<T: Record<Place = Place>>(&mut self, record: &T) -> Result<(), DomainError> {
        self.records.push(stored(record, record.revision() == 1)?);
        Ok(())
    }

    /// Adds an event.
    pub fn tell(&mut self, event: DomainEvent) {
        self.events.push(event);
    }

    /// Whether nothing is to be written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self { records, events } = self;
        records.is_empty() && events.is_empty()
    }
}
