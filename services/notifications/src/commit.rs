//! From a decision to what is durable: the evidence of it, its events in the form of the contract, its records and the answer
//! to the request that asked for it, in one transaction. The API and the workers commit here, and nobody beside it.

use std::sync::Arc;

use async_trait::async_trait;
use seamless_api::{Commits, Deciding, Turns};
use seamless_calendar::Clock;
use seamless_commit::Answer;

use crate::{
    contract::{ContractSeal, events::event_out},
    domain::{Caller, ChangeSet, DomainError, Rules, use_cases::RecordEvidence},
    store::{Commit, DeliveryCheckpoint, Store},
};

/// Makes decisions durable.
#[derive(Clone)]
pub struct Decisions {
    pub store: Store,
    pub rules: Rules,
    pub clock: Arc<dyn Clock>,
    /// How often a decision is made anew when somebody else was faster.
    pub turns: Turns,
}

impl Decisions {
    /// Writes what a reader's acknowledgements prove, and up to where they were looked at.
    ///
    /// # Errors
    /// As [`Decisions::write`]; `Conflict` too if somebody else has moved the checkpoint.
    pub async fn commit_deliveries(
        &self,
        changes: ChangeSet,
        checkpoint: DeliveryCheckpoint,
    ) -> Result<(), DomainError> {
        self.write(changes, None, Commit { checkpoint: Some(checkpoint), ..Commit::default() }).await
    }

    /// Writes a decision, with the evidence of it and its events in the form of the contract; `actor` is on whose behalf,
    /// none where the service decided by itself.
    ///
    /// # Errors
    /// `Conflict` if a record changed since it was read: decide anew.
    async fn write(
        &self,
        mut changes: ChangeSet,
        actor: Option<&Caller>,
        with: Commit,
    ) -> Result<(), DomainError> {
        let record = RecordEvidence {
            rules: &self.rules,
            seal: &ContractSeal(&self.rules),
            notifications: &self.store,
            ledgers: &self.store,
        };
        record.execute(&mut changes, actor).await?;
        let events = changes.events.iter().map(event_out).collect();
        self.store.commit(Commit { changes, events, ..with }).await
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
        caller: Option<&Caller>,
        changes: ChangeSet,
        answer: Option<Answer>,
    ) -> Result<(), DomainError> {
        self.write(changes, caller, Commit { answer, ..Commit::default() }).await
    }
}
