//! Calls about the same thing are decided together: each sees what those before it came to, all that was decided is committed in
//! one transaction, and every call gets its own answer, the one that [`run`](crate::run) would give it.
//!
//! Invariants: a call that is refused, tried out or repeated leaves no trace for those behind it; what an answer rests on is
//! durable before it is given.

use std::collections::HashMap;

use async_trait::async_trait;
use jiff::Timestamp;
use prost::Message;
use seamless_commit::Answer;
use seamless_decision::{Refusal, Refused};
use seamless_service::error::ApiError;
use seamless_storage::requests::RequestRecord;
use tracing::{Instrument, Span};

use crate::{
    Call, Commits, Deciding,
    calls::RequestKey,
    changing::beside_wrong_id,
    crowds::{Crowds, Host},
};

/// Calls that are looked for one by one where something of them cannot be read or written; the rest is answered together.
const MOST_DAMAGED: usize = 16;

/// A call that is decided with others.
pub struct Joined<A> {
    /// The call.
    pub call: Call,
    /// What it asks for.
    pub asked: A,
    /// Of the call: what is done and told for it belongs there.
    span: Span,
}

impl<A> Joined<A> {
    /// A call of the span that is current.
    pub fn new(call: Call, asked: A) -> Self {
        Self { call, asked, span: Span::current() }
    }
}

/// How calls about one thing are decided together.
#[async_trait]
pub trait Together: Send + Sync + 'static {
    /// What makes decisions durable.
    type Service: Commits;
    /// What a call asks for.
    type Asked: Send + Sync + 'static;
    /// What was read for all of them, and what those that were decided came to.
    type Known: Send;
    /// What is held while they are decided.
    type Turn: Send;

    /// What makes decisions durable.
    fn service(&self) -> &Self::Service;

    /// Waits until it may be decided here: whoever comes until then is decided as well.
    async fn turn(&self) -> Self::Turn;

    /// Reads what is needed to decide these calls.
    ///
    /// # Errors
    /// Those of the store.
    async fn read(
        &self,
        joined: &[Joined<Self::Asked>],
        now: Timestamp,
    ) -> Result<Self::Known, ErrorOf<Self>>;

    /// Decides one, and gives the bytes of the response to it. Those behind it see what it came to, but where it was refused,
    /// or is only tried out. It runs in the span of the call.
    ///
    /// # Errors
    /// The refusal; where it is one of the store, `known` is used no more.
    async fn decide(
        &self,
        known: &mut Self::Known,
        one: &Joined<Self::Asked>,
        is_trial: bool,
    ) -> Result<Vec<u8>, ErrorOf<Self>>;

    /// Writes what all came to, and the answers to be given should their requests come again, in one transaction.
    ///
    /// # Errors
    /// `Conflict` if a record changed since it was read: all are decided anew.
    async fn commit(&self, known: Self::Known, answers: Vec<Answer>) -> Result<(), ErrorOf<Self>>;
}

/// The error of a domain.
type ErrorOf<T> = <<T as Together>::Service as Commits>::Error;
/// What a call is answered: the bytes of the response.
type Response = Result<Vec<u8>, ApiError>;

/// Where calls wait that are decided together, by what they are about.
pub type JointCalls<K, A> = Crowds<K, Joined<A>, Response>;

impl<K, A> JointCalls<K, A>
where
    K: Clone + Eq + std::hash::Hash + Send + 'static,
    A: Send + Sync + 'static,
{
    /// The answer to a call, which is decided with others about the same thing; `together` gives what decides.
    ///
    /// # Errors
    /// The refusal; ABORTED with the reason CONTENTION where others kept being faster.
    pub async fn run<T, R>(
        &self,
        key: K,
        joined: Joined<A>,
        together: impl FnOnce() -> T,
    ) -> Result<R, ApiError>
    where
        T: Together<Asked = A>,
        R: Message + Default,
    {
        let response = self.join(key, joined, together).await;
        let response = response.ok_or_else(|| ApiError::internal("what decides many calls failed"))?;
        R::decode(response?.as_slice()).map_err(ApiError::internal)
    }
}

#[async_trait]
impl<T: Together> Host for T {
    type Guest = Joined<T::Asked>;
    type Answer = Response;
    type Turn = T::Turn;

    async fn turn(&self) -> T::Turn {
        Together::turn(self).await
    }

    /// Where something of a call cannot be read or written, the calls that it does not concern are decided without it.
    async fn serve(&self, joined: Vec<Joined<T::Asked>>) -> Vec<Response> {
        let mut answers = Vec::with_capacity(joined.len());
        let (mut parts, mut damaged) = (vec![joined.as_slice()], 0);
        while let Some(part) = parts.pop() {
            let may_part = part.len() > 1 && damaged < MOST_DAMAGED;
            match settled(self, part, may_part).await {
                Ok(settled) => answers.extend(settled),
                Err(error) if may_part && is_fault(&error) => {
                    // In their order: the first half is the next.
                    let (first, second) = part.split_at(part.len() / 2);
                    parts.extend([second, first]);
                }
                Err(error) => {
                    damaged += part.len();
                    let error: ApiError = error.into();
                    answers.extend(part.iter().map(|_| Err(error.clone())));
                }
            }
        }
        answers
    }
}

/// What a call is answered once everything before it is durable.
struct Told {
    answer: Response,
    /// Whether it rests on what is written with it.
    rests: bool,
}

/// One attempt at all calls, and how writing it ended.
struct Attempted<E> {
    told: Vec<Told>,
    written: Result<(), E>,
}

/// Decides and commits, anew while others are faster.
///
/// # Errors
/// Those of the store; a fault in writing only where the calls may be parted.
async fn settled<T: Together>(
    together: &T,
    joined: &[Joined<T::Asked>],
    may_part: bool,
) -> Result<Vec<Response>, ErrorOf<T>> {
    let Some(first) = joined.first() else { return Ok(Vec::new()) };
    let mut attempts = together.service().deciding().turns.attempts(&first.call.method);
    let mut lost = None;
    while attempts.another().await {
        let Attempted { told, written } = match attempt(together, joined).await {
            Err(error) if error.is_conflict() => continue,
            attempted => attempted?,
        };
        match written {
            Ok(()) => return Ok(told.into_iter().map(|one| one.answer).collect()),
            Err(error) if error.is_conflict() => lost = Some(told),
            Err(error) if may_part && is_fault(&error) => return Err(error),
            Err(error) => return Ok(unwritten(told, &error.into())),
        }
    }
    let contention = ApiError::contention();
    Ok(match lost {
        Some(told) => unwritten(told, &contention),
        None => joined.iter().map(|_| Err(contention.clone())).collect(),
    })
}

/// The answers where nothing was written: those that rest on nothing of it stand.
fn unwritten(told: Vec<Told>, error: &ApiError) -> Vec<Response> {
    let each = told.into_iter().map(|one| if one.rests { Err(error.clone()) } else { one.answer });
    each.collect()
}

async fn attempt<T: Together>(
    together: &T,
    joined: &[Joined<T::Asked>],
) -> Result<Attempted<ErrorOf<T>>, ErrorOf<T>> {
    let Deciding { database, clock, .. } = together.service().deciding();
    let now = clock.now();
    let calls: Vec<&Call> = joined.iter().map(|one| &one.call).collect();
    let stored = Call::earlier_records(&calls, database).await?;
    let mut known = together.read(joined, now).await?;
    let mut made: HashMap<RequestKey, RequestRecord> = HashMap::new();
    let mut answers: Vec<Answer> = Vec::new();
    let mut told = Vec::with_capacity(joined.len());
    let mut refused = Vec::new();
    for one in joined {
        let call = &one.call;
        let is_any_made = !answers.is_empty();
        let key = call.wrong.is_none().then(|| call.key());
        let before = key.as_ref().and_then(|key| stored.get(key));
        let same = key.as_ref().and_then(|key| made.get(key));
        let earlier = match before.or(same).map(|record| call.answered(record.clone())).transpose() {
            Ok(earlier) => earlier,
            Err(reused) => {
                told.push(Told { answer: Err(reused), rests: before.is_none() });
                continue;
            }
        };
        let is_trial = call.validate_only || call.wrong.is_some() || earlier.is_some();
        let deciding = together.decide(&mut known, one, is_trial).instrument(one.span.clone());
        let decided = match deciding.await {
            Err(error) if is_of_store(&error) => return Err(error),
            decided => decided,
        };
        let is_stored = before.is_some();
        told.push(match (&call.wrong, earlier, decided) {
            (Some(wrong), _, decided) => {
                let found = decided.err().map(Into::into);
                Told { answer: Err(beside_wrong_id(wrong, found)), rests: is_any_made }
            }
            // Whoever has lost the right since gets no old answer either.
            (None, Some(_), Err(error)) if error.is_denied() => {
                Told { answer: Err(error.into()), rests: false }
            }
            (None, Some(response), _) => Told { answer: Ok(response), rests: !is_stored },
            (None, None, Ok(response)) => {
                if !call.validate_only {
                    let answer = call.answer(response.clone(), now);
                    made.insert(call.key(), kept(&answer));
                    answers.push(answer);
                }
                Told { answer: Ok(response), rests: is_any_made || !call.validate_only }
            }
            (None, None, Err(error)) => {
                refused.push((told.len(), call));
                Told { answer: Err(error.into()), rests: is_any_made }
            }
        });
    }
    if !refused.is_empty() {
        // The same request may have been answered since: then that is why it is refused now.
        let calls: Vec<&Call> = refused.iter().map(|(_, call)| *call).collect();
        let since = Call::earlier_records(&calls, database).await?;
        for (at, call) in refused {
            if let Some(record) = since.get(&call.key()) {
                told[at] = Told { answer: call.answered(record.clone()), rests: false };
            }
        }
    }
    let written = match answers.is_empty() {
        true => Ok(()),
        false => together.commit(known, answers).await,
    };
    Ok(Attempted { told, written })
}

/// An answer as it will be kept.
fn kept(answer: &Answer) -> RequestRecord {
    let Answer { method, fingerprint, response, time_us, .. } = answer.clone();
    RequestRecord { method, fingerprint, response, create_time_us: time_us }
}

/// Whether it is no refusal of one call, but keeps all from being decided.
fn is_of_store(error: &impl Refused) -> bool {
    let of_store = |refusal: &Refusal| {
        matches!(refusal, Refusal::Conflict | Refusal::WritesSuspended | Refusal::Unavailable(_))
    };
    is_fault(error) || error.refusal().is_some_and(of_store)
}

/// Whether something cannot be read or written, and stays so.
fn is_fault(error: &impl Refused) -> bool {
    matches!(error.refusal(), Some(Refusal::Fault(_)))
}
