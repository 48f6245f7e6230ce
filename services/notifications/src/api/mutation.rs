//! How every changing call runs: the answer of an earlier call with the same request id is given again; otherwise the
//! use case decides, the decision is committed together with the answer, and decided anew if somebody else was faster.

use futures::future::BoxFuture;
use prost::Message;
use seamless_proto::seamless::error::v1::ErrorReason;
use seamless_service::error::ApiError;
use sha2::{Digest, Sha256};
use tonic::Code;
use uuid::Uuid;

use super::{content_seal::ContractSeal, context::Api, events::event_out};
use crate::{
    domain::{Caller, ChangeSet, Decision, DomainError, use_cases::RecordEvidence},
    store::{Answer, Commit, DeliveryCheckpoint},
};

/// How often a decision is made anew before the caller is told to try again.
const ATTEMPTS: usize = 5;

/// What identifies a changing call.
pub(super) struct Mutation<'a> {
    pub caller: &'a Caller,
    /// `/seamless.notifications.v1.NotificationService/CreateNotification`.
    pub method: &'static str,
    pub request_id: Uuid,
    pub fingerprint: [u8; 32],
    pub validate_only: bool,
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
        let wanted = || {
            let got = super::convert::fields::excerpt(request_id);
            ApiError::invalid_field("request_id", format!("wants a UUID chosen for this call; got {got}"))
        };
        let request_id = Uuid::try_parse(request_id).map_err(|_| wanted())?;
        if request_id.is_nil() {
            return Err(wanted());
        }
        let mut hash = Sha256::new();
        hash.update(method.as_bytes());
        hash.update(request.encode_to_vec());
        Ok(Self { caller, method, request_id, fingerprint: hash.finalize().into(), validate_only })
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
        for _ in 0..ATTEMPTS {
            let now = self.clock.now();
            if let Some(response) = self.earlier_answer(&mutation).await? {
                // Whoever has lost the right since gets no old answer either.
                return match decide(now).await {
                    Err(DomainError::Denied) => Err(DomainError::Denied.into()),
                    _ => Ok(response),
                };
            }
            let decision = match decide(now).await {
                Ok(decision) => decision,
                // The same request may have been answered since: then that is why it is refused now.
                Err(error) => match self.earlier_answer(&mutation).await? {
                    Some(response) => return Ok(response),
                    None => return Err(error.into()),
                },
            };
            let response = answer(decision.outcome);
            if mutation.validate_only {
                return Ok(response);
            }
            let record = Answer {
                caller: mutation.caller.authority.to_string(),
                request_id: mutation.request_id,
                method: mutation.method,
                fingerprint: mutation.fingerprint,
                response: response.encode_to_vec(),
                time_us: now.as_microsecond(),
            };
            match self.commit_for(mutation.caller, decision.changes, Some(record)).await {
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

    async fn earlier_answer<R: Message + Default>(
        &self,
        mutation: &Mutation<'_>,
    ) -> Result<Option<R>, ApiError> {
        let caller = mutation.caller.authority.as_str();
        let Some(record) = self.store.answered(caller, &mutation.request_id).await? else {
            return Ok(None);
        };
        if record.fingerprint != mutation.fingerprint {
            return Err(ApiError::reason(
                Code::InvalidArgument,
                ErrorReason::RequestIdReused,
                "this request id was used before with other content",
            )
            .field("request_id", "wants a new UUID for a new request")
            .metadata("method", record.method));
        }
        R::decode(record.response.as_slice()).map(Some).map_err(ApiError::internal)
    }
}
