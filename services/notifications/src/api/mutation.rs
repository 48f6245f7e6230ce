//! How every changing call runs: the answer of an earlier call with the same request id is given again; otherwise the
//! use case decides, the decision is committed together with the answer, and decided anew if somebody else was faster.

use futures::future::BoxFuture;
use prost::Message;
use seamless_api::{Answer, Call};
use seamless_service::error::ApiError;

use super::context::Api;
use crate::domain::{Caller, Decision, DomainError};

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
            match self.decisions.commit_for(caller, decision.changes, Some(kept)).await {
                Ok(()) => return Ok(response),
                Err(DomainError::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(ApiError::contention())
    }
}
