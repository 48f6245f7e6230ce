//! Writes a decision: all of it or nothing, each record only if it is still the one that was decided upon.

use std::sync::Arc;

use seamless_commit::{Answer, RecordRows, own_records};
use seamless_feed::NewEvent;

use super::Store;
use crate::domain::{ChangeSet, DomainError};

impl Store {
    /// Writes a change set with its events in the form of the contract, and the answer to be given should the request come again.
    ///
    /// # Errors
    /// `Conflict` if a record changed since it was read or a key was taken meanwhile: decide anew.
    pub async fn commit(
        &self,
        changes: ChangeSet,
        events: Vec<NewEvent>,
        answer: Option<Answer>,
    ) -> Result<(), DomainError> {
        let rows = Arc::new(RecordRows::<own_records::Entity>::of(changes.records, own_records::row));
        Ok(seamless_commit::commit(&self.database, &self.signal, rows, events, answer).await?)
    }
}
