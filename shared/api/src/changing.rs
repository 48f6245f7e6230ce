//! How every changing call runs: the answer of an earlier call with the same request id is given again; otherwise the
//! use case decides, the decision is committed together with the answer, and decided anew if somebody else was faster.

use async_trait::async_trait;
use futures::{FutureExt, future::BoxFuture};
use jiff::Timestamp;
use prost::Message;
use seamless_calendar::Clock;
use seamless_commit::Answer;
use seamless_decision::{Decision, Refusal, Refused};
use seamless_identity::Caller;
use seamless_service::error::{ApiError, FieldViolation};
use seamless_storage::Database;
use tonic::Code;

use crate::{Call, Turns};

/// What deciding needs beside a use case.
#[derive(Clone, Copy)]
pub struct Deciding<'a> {
    /// Where answers to earlier calls are kept.
    pub database: &'a Database,
    /// What time it is for decisions.
    pub clock: &'a dyn Clock,
    /// How it is decided anew.
    pub turns: &'a Turns,
}

/// What makes the decisions of a service durable.
#[async_trait]
pub trait Commits: Send + Sync {
    /// The service's set of changes.
    type Changes: Send;
    /// The error of its domain.
    type Error: Refused + Into<ApiError>;

    /// What deciding needs beside the use case.
    fn deciding(&self) -> Deciding<'_>;

    /// Writes a decision, on whose behalf it was made (none where the service decides by itself), and the answer to be
    /// given should its request come again.
    ///
    /// # Errors
    /// `Conflict` if a record changed since it was read: decide anew.
    async fn commit(
        &self,
        caller: Option<&Caller>,
        changes: Self::Changes,
        answer: Option<Answer>,
    ) -> Result<(), Self::Error>;
}

/// Runs a changing call: `decide` makes the decision, `answer` the response to it. What was answered once is answered
/// again, but to whoever has lost the right since.
///
/// # Errors
/// The refusal; ABORTED with the reason CONTENTION where others kept being faster.
pub async fn run<S, T, R, F>(
    service: &S,
    call: &Call,
    decide: impl Fn(Timestamp) -> F + Send + Sync,
    answer: impl Fn(T) -> R + Send + Sync,
) -> Result<R, ApiError>
where
    S: Commits,
    R: Message + Default,
    F: Future<Output = Result<Decision<T, S::Changes>, S::Error>> + Send,
{
    let answer = &answer;
    let decide = |now| {
        let deciding = decide(now);
        async move {
            let Decision { outcome, changes } = deciding.await?;
            Ok((changes, answer(outcome).encode_to_vec()))
        }
        .boxed()
    };
    let response = run_encoded(service, call, &decide).await?;
    R::decode(response.as_slice()).map_err(ApiError::internal)
}

/// What a decision changes, and the bytes of the response to it.
type Decided<S> = Result<(<S as Commits>::Changes, Vec<u8>), <S as Commits>::Error>;

/// As [`run`], of whatever call: so the code of it stands once in a service, and not in each handler.
fn run_encoded<'a, S: Commits>(
    service: &'a S,
    call: &'a Call,
    decide: &'a (dyn Fn(Timestamp) -> BoxFuture<'a, Decided<S>> + Send + Sync),
) -> BoxFuture<'a, Result<Vec<u8>, ApiError>> {
    async move {
        let Deciding { database, clock, turns } = service.deciding();
        if let Some(wrong) = &call.wrong {
            return Err(beside_wrong_id(wrong, decide(clock.now()).await.err().map(Into::into)));
        }
        let mut attempts = turns.attempts(&call.method);
        while attempts.another().await {
            let now = clock.now();
            if let Some(response) = call.earlier_response(database).await? {
                // Whoever has lost the right since gets no old answer either.
                return match decide(now).await {
                    Err(error) if error.is_denied() => Err(error.into()),
                    _ => Ok(response),
                };
            }
            let (changes, response) = match decide(now).await {
                Ok(decided) => decided,
                // The same request may have been answered since: then that is why it is refused now.
                Err(error) => {
                    let earlier = call.earlier_response(database).await?;
                    return earlier.ok_or_else(|| error.into());
                }
            };
            if call.validate_only {
                return Ok(response);
            }
            let kept = call.answer(response.clone(), now);
            match service.commit(Some(&call.caller), changes, Some(kept)).await {
                Ok(()) => return Ok(response),
                Err(error) if error.is_conflict() => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(ApiError::contention())
    }
    .boxed()
}

/// What the caller is told whose request id is wrong. Which other fields are wrong is found by deciding; the chassis tells both.
/// Whoever may not call learns of neither, and nothing else is told without an id.
pub(crate) fn beside_wrong_id(wrong: &FieldViolation, found: Option<ApiError>) -> ApiError {
    let told = found.filter(|error| matches!(error.code(), Code::InvalidArgument | Code::PermissionDenied));
    told.unwrap_or_else(|| ApiError::invalid_fields(vec![wrong.clone()]))
}

/// Decides and commits what no request id asks for, anew while others are faster; gives what was decided.
///
/// # Errors
/// Those of the decision and of the store; `Conflict` where others kept being faster.
pub async fn settle<S, T, F>(
    service: &S,
    caller: Option<&Caller>,
    decide: impl Fn(Timestamp) -> F + Send + Sync,
) -> Result<T, S::Error>
where
    S: Commits,
    F: Future<Output = Result<Decision<T, S::Changes>, S::Error>> + Send,
{
    let Deciding { clock, turns, .. } = service.deciding();
    let mut attempts = turns.attempts("settle");
    while attempts.another().await {
        let Decision { outcome, changes } = decide(clock.now()).await?;
        match service.commit(caller, changes, None).await {
            Ok(()) => return Ok(outcome),
            Err(error) if error.is_conflict() => {}
            Err(error) => return Err(error),
        }
    }
    Err(Refusal::Conflict.into())
}
