//! Decides on drafts and makes the decisions durable, many in one transaction, before any is answered.
//!
//! One task of a replica decides in the order in which drafts come, so that the capacity of a day is given out once; what
//! several replicas give out meets in the revision of the day's plan: whoever was slower decides anew. While one batch is
//! being written, the next gathers.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

use jiff::{Timestamp, civil::Date};
use seamless_calendar::Clock;
use seamless_identifiers::Unlocode;
use seamless_targeting::ScoreSample;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::{
    domain::{
        DomainError, Rules, chance,
        decide::{Draft, Moment, decide},
        model::{EventStatus, Plan, Screening, ScreeningId, Selection},
        plan_defaults::plan_for,
        ports::PlanReader,
    },
    store::{
        Store,
        screenings::{BatchError, ScreeningWrite},
    },
};

/// How often a batch is decided anew when another replica was faster.
const ATTEMPTS: usize = 50;
/// Scores of a day that a replica learns from when it starts within it.
const LEARNED: u64 = 20_000;
/// Days that are kept in mind: those of all entry points, and a few late ones.
const MOST_DAYS: usize = 512;

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
}

/// A draft on its way.
pub struct Pending {
    pub draft: Draft,
    /// To tell a repeated request from a reused id.
    pub fingerprint: i64,
    /// Decides without storing.
    pub validate_only: bool,
    pub reply: oneshot::Sender<Result<Decided, Undecided>>,
}

/// Where drafts are handed in.
pub type Desk = mpsc::Sender<Pending>;

/// The task.
pub struct ScreeningWriter {
    pub store: Store,
    pub rules: Rules,
    pub clock: Arc<dyn Clock>,
    pub batch: usize,
    pub linger: Duration,
    pub incoming: mpsc::Receiver<Pending>,
}

/// A day of an entry point, as this replica knows it.
#[derive(Clone)]
struct Day {
    plan: Plan,
    scores: ScoreSample,
    /// To be written: something of it was used, or its seed is not stored yet.
    is_changed: bool,
}

type DayKey = (Unlocode, Date);

impl ScreeningWriter {
    /// Works until all desks are closed, or the token is cancelled and nothing waits.
    pub async fn run(mut self, token: CancellationToken) {
        let mut days: HashMap<DayKey, Day> = HashMap::new();
        let mut batch: Vec<Pending> = Vec::with_capacity(self.batch);
        loop {
            let room = self.batch;
            let received = tokio::select! {
                received = self.incoming.recv_many(&mut batch, room) => received,
                () = token.cancelled(), if self.incoming.is_empty() => return,
            };
            if received == 0 {
                return;
            }
            // A few wait for company; many need none.
            if batch.len() < room / 4 && !self.linger.is_zero() {
                tokio::time::sleep(self.linger).await;
                while batch.len() < room
                    && let Ok(pending) = self.incoming.try_recv()
                {
                    batch.push(pending);
                }
            }
            self.settle(std::mem::take(&mut batch), &mut days).await;
        }
    }

    /// Answers each of a batch.
    async fn settle(&self, batch: Vec<Pending>, days: &mut HashMap<DayKey, Day>) {
        let (mut waiting, twins) = without_twins(batch);
        let mut answers: HashMap<ScreeningId, (i64, Decided)> = HashMap::new();
        for attempt in 0..ATTEMPTS {
            match self.attempt(&mut waiting, days, &mut answers).await {
                Ok(()) => break,
                Err(error) if attempt + 1 == ATTEMPTS => {
                    tracing::error!(%error, "decisions could not be made durable");
                    waiting.drain(..).for_each(|pending| answer(pending.reply, Err(Undecided::Unavailable)));
                }
                Err(DomainError::Conflict) => days.clear(),
                Err(error) => {
                    tracing::error!(%error, "decisions could not be made durable");
                    days.clear();
                    waiting.drain(..).for_each(|pending| answer(pending.reply, Err(Undecided::Unavailable)));
                    break;
                }
            }
        }
        for twin in twins {
            let known = answers.get(&twin.draft.id);
            let answered = match known {
                Some((fingerprint, decided)) if *fingerprint == twin.fingerprint => {
                    Ok(Decided { repeated: true, ..decided.clone() })
                }
                Some(_) => Err(Undecided::Reused),
                None => Err(Undecided::Unavailable),
            };
            answer(twin.reply, answered);
        }
    }

    /// Decides and writes what waits; what was decided before is answered from the store.
    ///
    /// # Errors
    /// `Conflict` if it is to be tried again.
    async fn attempt(
        &self,
        waiting: &mut Vec<Pending>,
        days: &mut HashMap<DayKey, Day>,
        answers: &mut HashMap<ScreeningId, (i64, Decided)>,
    ) -> Result<(), DomainError> {
        if waiting.is_empty() {
            return Ok(());
        }
        let now = self.clock.now();
        let mut touched: BTreeMap<DayKey, Day> = BTreeMap::new();
        let mut opened: Vec<DayKey> = Vec::new();
        let mut decided: Vec<Arc<Screening>> = Vec::with_capacity(waiting.len());
        for pending in waiting.iter() {
            let key = self.key_of(&pending.draft)?;
            if !touched.contains_key(&key) {
                // Taken out until it is written: what fails is read again.
                let day = match days.remove(&key) {
                    Some(day) => day,
                    None => {
                        opened.push(key.clone());
                        self.open(&key, now).await?
                    }
                };
                touched.insert(key.clone(), day);
            }
            let Some(day) = touched.get_mut(&key) else { continue };
            decided.push(Arc::new(self.decide(pending, day, now)?));
        }
        let writes: Vec<ScreeningWrite> = waiting
            .iter()
            .zip(&decided)
            .filter(|(pending, _)| !pending.validate_only)
            .map(|(pending, screening)| ScreeningWrite {
                screening: screening.clone(),
                fingerprint: pending.fingerprint,
            })
            .collect();
        let plans: Vec<Plan> = touched
            .values_mut()
            .filter_map(|day| {
                std::mem::take(&mut day.is_changed).then(|| {
                    day.plan.revision += 1;
                    day.plan.clone()
                })
            })
            .collect();
        if !writes.is_empty() {
            match self.store.write_screenings(&writes, &plans).await {
                Ok(()) => {}
                Err(BatchError::Stale) => return Err(DomainError::Conflict),
                Err(BatchError::Repeated) => {
                    self.answer_repeated(waiting, answers).await?;
                    return Err(DomainError::Conflict);
                }
                Err(BatchError::Failed(error)) => return Err(error),
            }
        } else {
            // What no write has checked may be older than the store by the next time.
            touched.retain(|key, _| !opened.contains(key));
        }
        if days.len() > MOST_DAYS {
            days.clear();
        }
        days.extend(touched);
        for (pending, screening) in waiting.drain(..).zip(decided) {
            let decided = Decided { screening, repeated: false };
            if !pending.validate_only {
                answers.insert(pending.draft.id, (pending.fingerprint, decided.clone()));
            }
            answer(pending.reply, Ok(decided));
        }
        Ok(())
    }

    /// Decides one, and takes what it uses from the day.
    fn decide(&self, pending: &Pending, day: &mut Day, now: Timestamp) -> Result<Screening, DomainError> {
        let plan = &day.plan;
        let expected_to_come = plan.expected_to_come();
        let share = f64::from(plan.targeted_left()) / expected_to_come;
        let moment = Moment {
            date: plan.date,
            seed: plan.seed,
            targeted_left: plan.targeted_left(),
            random_left: plan.random_left(),
            expected_to_come,
            threshold: day.scores.highest(share),
        };
        let screening = decide(self.rules.pilot.decision.numbers(), pending.draft.clone(), &moment, now)?;
        day.is_changed |= !pending.validate_only && day.plan.revision == 0;
        // Drills and checks see the day as it is, and use nothing of it.
        if screening.status == EventStatus::Actual && !pending.validate_only {
            day.is_changed = true;
            day.plan.used.arrivals += 1;
            match screening.draw.selection {
                Selection::None => {}
                Selection::Random => day.plan.used.random += 1,
                Selection::Targeted => day.plan.used.targeted += 1,
                Selection::Mandatory => day.plan.used.mandatory += 1,
            }
            day.scores.add(screening.id.as_bytes(), screening.draw.expected_harm);
        }
        Ok(screening)
    }

    /// The day on which the goods arrive, in the time zone of their entry point.
    fn key_of(&self, draft: &Draft) -> Result<DayKey, DomainError> {
        let id = &draft.consignment.entry_point;
        let entry_point = self.rules.pilot.entry_points.get(id).ok_or(DomainError::Denied)?;
        let date = draft.consignment.arrival.to_zoned(entry_point.time_zone.clone()).date();
        Ok((id.clone(), date))
    }

    /// The day as it stands, with the scores of those who came so far, or of the day before.
    async fn open(&self, key: &DayKey, now: Timestamp) -> Result<Day, DomainError> {
        let (id, date) = key;
        let entry_point = self.rules.pilot.entry_points.get(id).ok_or(DomainError::Denied)?;
        let stored = self.store.plan_get(id, *date).await?;
        let yesterday = match date.yesterday() {
            Ok(yesterday) => self.store.plan_get(id, yesterday).await?,
            Err(_) => None,
        };
        let plan = plan_for(&self.rules, stored, entry_point, *date, yesterday.as_ref(), chance::seed(), now);
        let mut scores = ScoreSample::new(plan.seed);
        let learned_from = if plan.used.arrivals > 0 { Some(*date) } else { yesterday.map(|plan| plan.date) };
        if let Some(date) = learned_from {
            for (screening, harm) in self.store.screening_scores(id.as_ref(), date, LEARNED).await? {
                scores.add(screening.as_bytes(), harm);
            }
        }
        Ok(Day { plan, scores, is_changed: false })
    }

    /// Answers those that were decided before, and keeps the others waiting.
    async fn answer_repeated(
        &self,
        waiting: &mut Vec<Pending>,
        answers: &mut HashMap<ScreeningId, (i64, Decided)>,
    ) -> Result<(), DomainError> {
        let ids: Vec<ScreeningId> = waiting.iter().map(|pending| pending.draft.id).collect();
        let mut stored = self.store.screenings_stored(&ids).await?;
        let mut rest = Vec::with_capacity(waiting.len());
        for pending in waiting.drain(..) {
            match stored.remove(&pending.draft.id) {
                Some((fingerprint, screening)) if fingerprint == pending.fingerprint => {
                    let decided = Decided { screening: Arc::new(screening), repeated: true };
                    answers.insert(pending.draft.id, (fingerprint, decided.clone()));
                    answer(pending.reply, Ok(decided));
                }
                Some(_) => answer(pending.reply, Err(Undecided::Reused)),
                None => rest.push(pending),
            }
        }
        *waiting = rest;
        Ok(())
    }
}

/// The first of each request, and those that came a second time in the same batch.
fn without_twins(batch: Vec<Pending>) -> (Vec<Pending>, Vec<Pending>) {
    let mut seen = std::collections::HashSet::with_capacity(batch.len());
    batch.into_iter().partition(|pending| pending.validate_only || seen.insert(pending.draft.id))
}

/// Whoever asked may have gone; the decision stands all the same.
fn answer(reply: oneshot::Sender<Result<Decided, Undecided>>, answered: Result<Decided, Undecided>) {
    let _ = reply.send(answered);
}
