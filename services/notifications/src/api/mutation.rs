//! How every changing call runs: the answer of an earlier call with the same request id is given again; otherwise the
//! use case decides, the decision is committed together with the answer, and decided anew if somebody else was faster.

use futures::future::BoxFuture;
use prost::Message;
use seamless_api::{Answer, Call};
use seamless_service::error::ApiError;

use super::{content_seal::ContractSeal, context::Api, events::event_out};
use crate::{
    domain::{Caller, ChangeSet, Decision, DomainError, use_cases::RecordEvidence},
    store::{Commit, DeliveryCheckpoint},
};

/// How often a decision is made anew before the caller is told to try again.
const ATTEMPTS: usize = 5;

/// A changing call, and who makes it: the ledgers name him.
pub(super) struct Mutation<'a> {
    pub caller: &'a Caller,
    pub call: Call,
}

impl<'a> Mutation<'a> {
    /// The call that `request` makes.
    ///
    /// # Errors
    /// INVALID_ARGUMENT if the request id is no UUID.
    pub fn of<M: Message>(
        caller: &'a Caller,
        method: &'static str,
        request: &M,
        request_id: &str,
        validate_only: bool,
    ) -> Result<Self, ApiError> {
        let call = Call::of(caller.authority.as_str(), method, request, request_id, validate_only)?;
        Ok(Self { caller, call })
    }
}

impl Api {
    /// Runs a changing call: `decide` makes the decision, `answer` the response to it.
    pub(super) async fn mutate<'d, T, R, D, F>(
        &self,
        mutation: Mutation<'_>,
        decide: D,
        answer: F,
    ) -> Result<tonic::Response<R>, tonic::Status>
    where
        R: Message + Default,
        T: Send,
        D: Fn(jiff::Timestamp) -> BoxFuture<'d, Result<Decision<T>, DomainError>> + Send + Sync,
        F: Fn(T) -> R + Send + Sync,
    {
        Ok(tonic::Response::new(self.run(mutation, decide, answer).await?))
    }

    async fn run<'d, T, R, D, F>(&self, mutation: Mutation<'_>, decide: D, answer: F) -> Result<R, ApiError>
    where
        R: Message + Default,
        T: Send,
        D: Fn(jiff::Timestamp) -> BoxFuture<'d, Result<Decision<T>, DomainError>> + Send + Sync,
        F: Fn(T) -> R + Send + Sync,
    {
        let Mutation { caller, call } = mutation;
        let database = self.store.database();
        for _ in 0..ATTEMPTS {
            let now = self.clock.now();
            if let Some(response) = call.earlier_answer(database).await? {
                // Whoever has lost the right since gets no old answer either.
                return match decide(now).await {
                    Err(DomainError::Denied) => Err(DomainError::Denied.into()),
                    _ => Ok(response),
                };
            }
            let decision = match decide(now).await {
                Ok(decision) => decision,
                // The same request may have been answered since: then that is why it is refused now.
                Err(error) => match call.earlier_answer(database).await? {
                    Some(response) => return Ok(response),
                    None => return Err(error.into()),
                },
            };
            let response = answer(decision.outcome);
            if call.validate_only {
                return Ok(response);
            }
            let (response_bytes, time_us) = (response.encode_to_vec(), now.as_microsecond());
            let kept = Answer { call: call.clone(), response: response_bytes, time_us };
            match self.commit_for(caller, decision.changes, Some(kept)).await {
                Ok(()) => return Ok(response),
                Err(DomainError::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(ApiError::contention())
    }

    /// Writes what the service decided by itself.
    ///
    /// # Errors
    /// As [`Api::write`].
    pub(crate) async fn commit(&self, changes: ChangeSet, answer: Option<Answer>) -> Result<(), DomainError> {
        self.write(changes, None, Commit { answer, ..Commit::default() }).await
    }

    /// Writes what was decided on behalf of a caller.
    ///
    /// # Errors
    /// As [`Api::write`].
    pub(crate) async fn commit_for(
        &self,
        caller: &Caller,
        changes: ChangeSet,
        answer: Option<Answer>,
    ) -> Result<(), DomainError> {
        self.write(changes, Some(caller), Commit { answer, ..Commit::default() }).await
    }

    /// Writes what a reader's acknowledgements prove, and up to where they were looked at.
    ///
    /// # Errors
    /// As [`Api::write`]; `Conflict` too if somebody else has moved the checkpoint.
    pub(crate) async fn commit_deliveries(
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
