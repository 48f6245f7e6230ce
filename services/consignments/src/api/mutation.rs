//! How every changing call runs: the answer of an earlier call with the same request id is given again; otherwise the
//! use case decides, the decision is committed together with the answer, and decided anew if somebody else was faster.

use std::time::Duration;

use futures::future::BoxFuture;
use prost::Message;
use seamless_api::{Answer, Call};
use seamless_service::error::ApiError;

use super::context::Api;
use crate::domain::{Decision, DomainError};

/// How often a decision is made anew before the caller is told to try again.
const ATTEMPTS: u32 = 10;
/// The pause before the second attempt is at most this long, and at most twice as long before each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(2);

/// Waits at random, so that rivals do not meet again; not before the first attempt.
async fn pause_before(attempt: u32) {
    if attempt > 0 {
        let share = f64::from(uuid::Uuid::new_v4().as_fields().0) / f64::from(u32::MAX);
        tokio::time::sleep(FIRST_PAUSE.saturating_mul(1 << attempt.min(7)).mul_f64(share)).await;
    }
}

impl Api {
    /// Runs a changing call: `decide` makes the decision, `answer` the response to it.
    pub(super) async fn mutate<'d, T, R, D, F>(
        &self,
        call: Call,
        decide: D,
        answer: F,
    ) -> Result<tonic::Response<R>, tonic::Status>
    where
        R: Message + Default,
        T: Send,
        D: Fn(jiff::Timestamp) -> BoxFuture<'d, Result<Decision<T>, DomainError>> + Send + Sync,
        F: Fn(T) -> R + Send + Sync,
    {
        Ok(tonic::Response::new(self.run(call, decide, answer).await?))
    }

    /// As [`Api::mutate`], for one item of a stream.
    pub(super) async fn run<'d, T, R, D, F>(&self, call: Call, decide: D, answer: F) -> Result<R, ApiError>
    where
        R: Message + Default,
        T: Send,
        D: Fn(jiff::Timestamp) -> BoxFuture<'d, Result<Decision<T>, DomainError>> + Send + Sync,
        F: Fn(T) -> R + Send + Sync,
    {
        for attempt in 0..ATTEMPTS {
            pause_before(attempt).await;
            let now = self.clock.now();
            if let Some(response) = call.earlier_answer(self.store.database()).await? {
                // Whoever has lost the right since gets no old answer either.
                return match decide(now).await {
                    Err(DomainError::Denied) => Err(DomainError::Denied.into()),
                    _ => Ok(response),
                };
            }
            let decision = match decide(now).await {
                Ok(decision) => decision,
                // The same request may have been answered since: then that is why it is refused now.
                Err(error) => match call.earlier_answer(self.store.database()).await? {
                    Some(response) => return Ok(response),
                    None => return Err(error.into()),
                },
            };
            let response = answer(decision.outcome);
            if call.validate_only {
                return Ok(response);
            }
            let kept = Answer {
                call: call.clone(),
                response: response.encode_to_vec(),
                time_us: now.as_microsecond(),
            };
            match self.decisions.commit(decision.changes, vec![kept]).await {
                Ok(()) => return Ok(response),
                Err(DomainError::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(ApiError::contention())
    }
}
