//! From a decision to what is durable: its events in the form of the contract, its records and the answer to the request
//! that asked for it, in one transaction. The API and the workers commit here, and nobody beside it.

use std::sync::Arc;

use async_trait::async_trait;
use seamless_api::{Commits, Deciding, Turns};
use seamless_calendar::{Clock, Zones};
use seamless_commit::Answer;
use seamless_feed::NewEvent;

use crate::{
    contract::{events::event_out, left_of},
    domain::{Caller, ChangeSet, DomainError, change::Forgotten, event::DomainEvent},
    store::Store,
};

/// Makes decisions durable. Clones share what they hold.
#[derive(Clone)]
pub struct Decisions {
    pub store: Store,
    pub clock: Arc<dyn Clock>,
    /// By which the instants of what is told are worked out.
    pub zones: Zones,
    /// How often a decision is made anew when somebody else was faster.
    pub turns: Turns,
}

impl Decisions {
    /// Writes a decision with its events, and the answer to the request that asked for it.
    ///
    /// # Errors
    /// `Conflict` if a record changed since it was read: decide anew.
    pub async fn commit(&self, changes: ChangeSet, answer: Option<Answer>) -> Result<(), DomainError> {
        let events = changes.events.iter().map(|event| self.told(event)).collect();
        self.commit_all(changes, events, answer.into_iter().collect()).await
    }

    /// What happened, in the form of the contract, and under the trace of the current span.
    #[must_use]
    pub fn told(&self, event: &DomainEvent) -> NewEvent {
        event_out(event, &self.zones)
    }

    /// Writes what was decided on many calls, what is to be told of it, and the answers to the requests that asked for it.
    ///
    /// # Errors
    /// As [`Self::commit`]; then nothing of any call was written.
    pub async fn commit_all(
        &self,
        changes: ChangeSet,
        events: Vec<NewEvent>,
        answers: Vec<Answer>,
    ) -> Result<(), DomainError> {
        let left = |one: &Forgotten| (one.clone(), left_of(&one.name));
        let forgotten = changes.forgotten.iter().map(left).collect();
        self.store.commit(changes, events, forgotten, answers).await
    }

    /// Writes what a worker decided; false where there was nothing to do.
    ///
    /// # Errors
    /// As [`Self::commit`].
    pub async fn settle(&self, changes: ChangeSet) -> Result<bool, DomainError> {
        if changes.is_empty() {
            return Ok(false);
        }
        self.commit(changes, None).await.map(|()| true)
    }
}

#[async_trait]
impl Commits for Decisions {
    type Changes = ChangeSet;
    type Error = DomainError;

    fn deciding(&self) -> Deciding<'_> {
        Deciding { database: self.store.database(), clock: &*self.clock, turns: &self.turns }
    }

    async fn commit(
        &self,
        _: Option<&Caller>,
        changes: ChangeSet,
        answer: Option<Answer>,
    ) -> Result<(), DomainError> {
        Self::commit(self, changes, answer).await
    }
}
