//! From a decision to what is durable: its events in the form of the contract, its records and the answers to the requests
//! that asked for it, in one transaction. The API and the workers commit here, and nobody beside it.

use seamless_api::Answer;

use crate::{
    contract::events::event_out,
    domain::{ChangeSet, DomainError},
    screening::HeldFacts,
    store::{Commit, Store},
};

/// Makes decisions durable. Clones share what they hold.
#[derive(Clone)]
pub struct Decisions {
    pub store: Store,
    /// What screening holds in memory; it forgets what a decision changes.
    pub held: HeldFacts,
}

impl Decisions {
    /// Writes a decision with its events, and the answers to the requests that asked for it.
    ///
    /// # Errors
    /// `Conflict` if a record changed since it was read: decide anew.
    pub async fn commit(&self, changes: ChangeSet, answers: Vec<Answer>) -> Result<(), DomainError> {
        let events = changes.events.iter().map(event_out).collect();
        let touches_held = changes.records.iter().any(|write| HeldFacts::holds(write.record.kind));
        let committed = self.store.commit(Commit { changes, events, answers }).await;
        // Also after an error: whether it was committed may be unknown.
        if touches_held {
            self.held.forget();
        }
        committed
    }
}
