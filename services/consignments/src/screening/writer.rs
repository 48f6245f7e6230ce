//! Decides on drafts and makes the decisions durable, many in one transaction, before any is answered.
//!
//! One task of a replica decides in the order in which drafts come, so that the capacity of a day is given out once; what
//! several replicas give out meets in the revision of the day's plan: whoever was slower decides anew. While one batch is
//! being written the next gathers and, once it is worth it, is decided as if the first were stored; should that fail, both
//! are decided anew, one after the other.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use seamless_api::Turns;
use seamless_calendar::Clock;
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::days::Days;
use crate::{
    contract::events::event_out,
    domain::{
        DomainError, Rules,
        decide::Draft,
        model::{Screening, ScreeningId},
        use_cases::{ToldScreenings, decided, misuses},
    },
    store::{
        Store,
        screenings::{BatchError, ScreeningBatch, ScreeningWrite},
    },
};

/// A batch is worth being decided, while another is being written, from this part of the largest on.
const WORTH: usize = 4;
/// Goods of a batch that are looked for one by one, where something stored of them is damaged; the rest is answered together.
const MOST_DAMAGED: usize = 16;

/// A decision that is durable.
#[derive(Clone, Debug)]
pub struct Decided {
    pub screening: Arc<Screening>,
    /// True where it had been decided before under this request.
    pub repeated: bool,
}

/// Why there is no decision.
#[derive(Clone, Debug)]
pub enum Undecided {
    /// The request id was used before with other goods.
    Reused,
    /// The decision could not be made durable; nothing was decided.
    Unavailable,
    /// As long as the database takes no writes, nothing is decided.
    WritesSuspended,
}

/// A draft on its way.
pub struct Pending {
    pub draft: Box<Draft>,
    pub request: Request,
}

/// Who asked for a decision, and how.
pub struct Request {
    /// To tell a repeated request from a reused id.
    pub fingerprint: i64,
    /// Decides without storing.
    pub validate_only: bool,
    pub reply: oneshot::Sender<Result<Decided, Undecided>>,
}

/// Where drafts are handed in.
pub type Drafts = mpsc::Sender<Pending>;

/// The task.
pub struct ScreeningWriter {
    pub store: Store,
    pub rules: Rules,
    pub clock: Arc<dyn Clock>,
    pub batch: usize,
    pub linger: Duration,
    /// Which decisions are told.
    pub told: ToldScreenings,
    /// How often a batch is decided anew when another replica was faster.
    pub turns: Turns,
    pub incoming: mpsc::Receiver<Pending>,
}

/// Drafts on which was decided, and their requests.
type Verdicts = Vec<(Arc<Screening>, Request)>;
/// What the requests of a batch came to, for those of them that came twice.
type Answers = HashMap<ScreeningId, (i64, Decided)>;

/// A batch that is being written.
struct UnderWay {
    verdicts: Verdicts,
    twins: Vec<Pending>,
    writing: JoinHandle<Result<(), BatchError>>,
}

impl ScreeningWriter {
    /// Works until all desks are closed, or the token is cancelled and nothing waits.
    pub async fn run(mut self, token: CancellationToken) {
        let mut days = Days::new(self.store.clone(), self.rules.clone());
        let mut under_way: Option<UnderWay> = None;
        while let Some(batch) = self.gather(&mut under_way, &mut days, &token).await {
            let (mut waiting, twins) = without_twins(batch);
            let decided = self.decide(&mut waiting, &mut days).await;
            let stands = match under_way.take() {
                Some(mut before) => {
                    let written = before.written().await;
                    self.finish(before, written, &mut days).await
                }
                None => true,
            };
            match decided {
                Ok((verdicts, batch)) if stands => {
                    let store = self.store.clone();
                    let writing = async move { store.write_screenings(batch).await };
                    let writing = tokio::spawn(writing.in_current_span());
                    under_way = Some(UnderWay { verdicts, twins, writing });
                }
                // It rested on what was not stored.
                Ok((verdicts, _)) => self.settle(undone(verdicts), twins, &mut days).await,
                Err(_) => self.settle(waiting, twins, &mut days).await,
            }
        }
    }

    /// The next batch; none at the end, when nothing is under way any more.
    async fn gather(
        &mut self,
        under_way: &mut Option<UnderWay>,
        days: &mut Days,
        token: &CancellationToken,
    ) -> Option<Vec<Pending>> {
        let mut batch = Vec::with_capacity(self.batch);
        let mut is_open = true;
        loop {
            let room = self.batch - batch.len();
            tokio::select! {
                biased;
                written = written(under_way), if under_way.is_some() => {
                    if let Some(before) = under_way.take()
                        && self.finish(before, written, days).await
                    {
                        days.written();
                    }
                    if !batch.is_empty() || !is_open {
                        return (!batch.is_empty()).then_some(batch);
                    }
                }
                received = self.incoming.recv_many(&mut batch, room), if is_open => {
                    is_open = received > 0;
                    if under_way.is_none() {
                        self.linger(&mut batch).await;
                        return (!batch.is_empty()).then_some(batch);
                    }
                    if batch.len() * WORTH >= self.batch {
                        return Some(batch);
                    }
                }
                () = token.cancelled(), if under_way.is_none() && self.incoming.is_empty() => return None,
            }
        }
    }

    /// A few wait for company; many need none.
    async fn linger(&mut self, batch: &mut Vec<Pending>) {
        if batch.is_empty() || batch.len() * WORTH >= self.batch || self.linger.is_zero() {
            return;
        }
        tokio::time::sleep(self.linger).await;
        while batch.len() < self.batch
            && let Ok(pending) = self.incoming.try_recv()
        {
            batch.push(pending);
        }
    }

    /// Takes what waits, and decides on it.
    ///
    /// # Errors
    /// Those of the store, and all waits still; `Fault` for what the parsing of model and pilot prevents.
    async fn decide(
        &self,
        waiting: &mut Vec<Pending>,
        days: &mut Days,
    ) -> Result<(Verdicts, ScreeningBatch), DomainError> {
        let now = self.clock.now();
        let drafts = waiting.iter().map(|pending| (&*pending.draft, pending.request.validate_only));
        days.open(drafts, now).await?;
        let mut verdicts = Vec::with_capacity(waiting.len());
        for Pending { draft, request } in waiting.drain(..) {
            let id = draft.id;
            match days.decide(*draft, request.validate_only, now) {
                Ok(screening) => verdicts.push((screening, request)),
                // What is wrong with one is no reason to leave the others undecided.
                Err(error) => {
                    tracing::error!(%error, screening = %id, "goods could not be decided on");
                    answer(request.reply, Err(Undecided::Unavailable));
                }
            }
        }
        let stored = verdicts.iter().filter(|(_, request)| !request.validate_only);
        let told = stored.clone().flat_map(|(screening, _)| {
            let decided = decided(&self.rules, screening, self.told);
            decided.into_iter().chain(misuses(&self.rules, screening))
        });
        let told = told.map(|event| event_out(&event)).collect();
        let writes = stored.map(|(screening, request)| ScreeningWrite {
            screening,
            fingerprint: request.fingerprint,
            arrives_elsewhere: self.rules.arrives_elsewhere(screening),
        });
        match ScreeningBatch::new(writes, days.take_changes(), days.take_superseded(), told) {
            Ok(batch) => Ok((verdicts, batch)),
            Err(error) => {
                *waiting = undone(verdicts);
                Err(error)
            }
        }
    }

    /// Answers a batch whose writing has ended, deciding it anew where others were faster. False if what was decided
    /// upon it does not stand.
    async fn finish(&self, before: UnderWay, written: Result<(), BatchError>, days: &mut Days) -> bool {
        let UnderWay { verdicts, twins, .. } = before;
        let mut answers = Answers::new();
        match written {
            Ok(()) => {
                answer_all(verdicts, &mut answers);
                answer_twins(twins, &answers);
                return true;
            }
            Err(BatchError::Failed(error))
                if !matches!(error, DomainError::Conflict | DomainError::Fault(_)) =>
            {
                give_up(undone(verdicts), &error);
                answer_twins(twins, &answers);
                days.forget();
            }
            Err(_) => self.settle(undone(verdicts), twins, days).await,
        }
        false
    }

    /// Decides and writes, from what is stored, until each is answered. Where something that is stored is damaged, those that it
    /// does not concern are decided without those that it does.
    async fn settle(&self, waiting: Vec<Pending>, twins: Vec<Pending>, days: &mut Days) {
        let mut answers = Answers::new();
        let mut parts = vec![waiting];
        let mut damaged = 0;
        while let Some(mut waiting) = parts.pop() {
            let mut attempts = self.turns.attempts_within();
            let mut settled = Err(DomainError::Conflict);
            while matches!(settled, Err(DomainError::Conflict)) && attempts.another().await {
                days.forget();
                settled = self.attempt(&mut waiting, days, &mut answers).await;
            }
            match settled {
                Ok(()) => {}
                Err(DomainError::Fault(_)) if waiting.len() > 1 && damaged < MOST_DAMAGED => {
                    // In their order: the first half is the next.
                    let half = waiting.len() / 2;
                    parts.push(waiting.split_off(half));
                    parts.push(waiting);
                }
                Err(error) => {
                    damaged += waiting.len();
                    give_up(waiting, &error);
                    days.forget();
                }
            }
        }
        answer_twins(twins, &answers);
    }

    /// Decides and writes what waits; what was decided before is answered from the store.
    ///
    /// # Errors
    /// `Conflict` if it is to be tried again.
    async fn attempt(
        &self,
        waiting: &mut Vec<Pending>,
        days: &mut Days,
        answers: &mut Answers,
    ) -> Result<(), DomainError> {
        let (verdicts, batch) = self.decide(waiting, days).await?;
        let written = self.store.write_screenings(batch).await;
        if written.is_ok() {
            days.written();
            answer_all(verdicts, answers);
            return Ok(());
        }
        *waiting = undone(verdicts);
        match written {
            Ok(()) => Ok(()),
            Err(BatchError::Failed(error)) => Err(error),
            Err(BatchError::Stale) => Err(DomainError::Conflict),
            Err(BatchError::Repeated) => {
                self.answer_repeated(waiting, answers).await?;
                Err(DomainError::Conflict)
            }
        }
    }

    /// Answers those that were decided before, and keeps the others waiting. Whoever came with other goods is refused,
    /// and the decision is kept for a twin that came with those of before.
    async fn answer_repeated(
        &self,
        waiting: &mut Vec<Pending>,
        answers: &mut Answers,
    ) -> Result<(), DomainError> {
        let ids: Vec<ScreeningId> = waiting.iter().map(|pending| pending.draft.id).collect();
        let mut stored = self.store.screenings_stored(&ids).await?;
        for Pending { draft, request } in std::mem::take(waiting) {
            let Some((fingerprint, screening)) = stored.remove(&draft.id) else {
                waiting.push(Pending { draft, request });
                continue;
            };
            let decided = Decided { screening: Arc::new(screening), repeated: true };
            answers.insert(draft.id, (fingerprint, decided.clone()));
            let is_same = fingerprint == request.fingerprint;
            answer(request.reply, if is_same { Ok(decided) } else { Err(Undecided::Reused) });
        }
        Ok(())
    }
}

/// How the writing of what is under way ended; pending for ever if nothing is.
async fn written(under_way: &mut Option<UnderWay>) -> Result<(), BatchError> {
    match under_way {
        Some(before) => before.written().await,
        None => std::future::pending().await,
    }
}

impl UnderWay {
    /// How its writing ended; to be asked until it is told, and not again.
    async fn written(&mut self) -> Result<(), BatchError> {
        let ended = (&mut self.writing).await;
        ended.unwrap_or_else(|ended| Err(BatchError::Failed(DomainError::Fault(ended.to_string()))))
    }
}

/// The drafts as they were before they were decided on.
fn undone(verdicts: Verdicts) -> Vec<Pending> {
    let undone = verdicts.into_iter().map(|(screening, request)| Pending {
        draft: Box::new(Draft::of(Arc::unwrap_or_clone(screening))),
        request,
    });
    undone.collect()
}

/// Nothing was decided.
fn give_up(waiting: Vec<Pending>, error: &DomainError) {
    let why = match error {
        // The database has said so once, and what to do.
        DomainError::WritesSuspended => Undecided::WritesSuspended,
        other => {
            tracing::error!(error = %other, "decisions could not be made durable");
            Undecided::Unavailable
        }
    };
    for Pending { request, .. } in waiting {
        answer(request.reply, Err(why.clone()));
    }
}

/// The first of each request, and those that came a second time in the same batch.
fn without_twins(mut batch: Vec<Pending>) -> (Vec<Pending>, Vec<Pending>) {
    let mut seen = HashSet::with_capacity(batch.len());
    let is_twin = |pending: &mut Pending| !pending.request.validate_only && !seen.insert(pending.draft.id);
    let twins = batch.extract_if(.., is_twin).collect();
    (batch, twins)
}

fn answer_all(verdicts: Verdicts, answers: &mut Answers) {
    for (screening, Request { fingerprint, validate_only, reply }) in verdicts {
        let decided = Decided { screening, repeated: false };
        if !validate_only {
            answers.insert(decided.screening.id, (fingerprint, decided.clone()));
        }
        answer(reply, Ok(decided));
    }
}

fn answer_twins(twins: Vec<Pending>, answers: &Answers) {
    for Pending { draft, request } in twins {
        let answered = match answers.get(&draft.id) {
            Some((fingerprint, decided)) if *fingerprint == request.fingerprint => {
                Ok(Decided { repeated: true, ..decided.clone() })
            }
            Some(_) => Err(Undecided::Reused),
            None => Err(Undecided::Unavailable),
        };
        answer(request.reply, answered);
    }
}

/// Whoever asked may have gone; the decision stands all the same.
fn answer(reply: oneshot::Sender<Result<Decided, Undecided>>, answered: Result<Decided, Undecided>) {
    let _ = reply.send(answered);
}
