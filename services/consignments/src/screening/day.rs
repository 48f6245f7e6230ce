//! One day of an entry point: its plan as far as it is spent, and the scores that came so far.

use std::{collections::HashMap, sync::Arc};

use jiff::{Span, Timestamp, civil::Date};
use seamless_identifiers::Unlocode;
use seamless_targeting::ScoreSample;

use crate::{
    domain::{
        DomainError, Rules, chance,
        decide::{Draft, Moment, decide},
        model::{EventStatus, Plan, Screening, ScreeningId},
        plan_defaults::{plan_before, plan_for},
        ports::PlanReader,
    },
    store::Store,
};

/// Scores of a day that a replica learns from when it starts within it.
const LEARNED: u64 = 20_000;
/// Arrivals from which on a day is learned from alone.
const ENOUGH: u64 = 100;
/// Goods for which a day has nothing left are drawn under one of so many days behind it.
const LATER_DAYS: usize = 7;

/// An entry point, and a day there.
pub(super) type DayKey = (Unlocode, Date);

/// A day.
pub(super) struct Day {
    pub plan: Plan,
    scores: ScoreSample,
    /// To be written: something of it was used, or its seed is not stored yet.
    pub is_changed: bool,
    /// The store agrees, or is asked by the next write.
    pub is_checked: bool,
}

impl Day {
    /// Decides on goods, and takes nothing.
    pub fn decide(&self, rules: &Rules, draft: Draft, now: Timestamp) -> Result<Screening, DomainError> {
        let entry_point = rules.pilot.entry_points.get(&self.plan.entry_point);
        let checks = entry_point.map(|entry_point| entry_point.checks).unwrap_or_default();
        let moment = Moment::of(&self.plan, &self.scores, checks);
        decide(rules.pilot.decision.numbers(), draft, &moment, now)
    }

    /// Takes what a decision uses. Drills see the day as it is, and use nothing of it.
    pub fn take(&mut self, screening: &Screening) {
        self.is_changed |= self.plan.revision == 0;
        if screening.status != EventStatus::Actual {
            return;
        }
        self.is_changed |= self.plan.used.take_for(screening);
        // Goods arrive once.
        if screening.draw.kept.is_none() {
            self.scores.add(screening.id.as_bytes(), screening.draw.expected_harm);
        }
    }

    /// Takes in goods that came on a day before this one.
    pub fn carry_in(&mut self) {
        self.plan.used.carried_in += 1;
        self.is_changed = true;
    }

    /// Notes that goods that came on this day are drawn under a later one.
    pub fn carry_on(&mut self) {
        self.plan.used.carried_on += 1;
        self.is_changed = true;
    }
}

/// The day that goods belong to, whatever is said of them since.
pub(super) fn day_of(screening: &Screening) -> DayKey {
    (screening.draw.entry_point.clone(), screening.draw.date)
}

/// The days behind one under which goods may be drawn for which it has nothing left.
pub(super) fn days_behind((entry_point, date): &DayKey) -> impl Iterator<Item = DayKey> {
    let dates = date.series(Span::new().days(1)).skip(1).take(LATER_DAYS);
    dates.map(|date| (entry_point.clone(), date))
}

/// Reads days for a batch, the scores of each once.
pub(super) struct DayReader {
    store: Store,
    rules: Rules,
    now: Timestamp,
    learned: HashMap<DayKey, Arc<[(ScreeningId, f64)]>>,
}

impl DayReader {
    pub fn new(store: Store, rules: Rules, now: Timestamp) -> Self {
        Self { store, rules, now, learned: HashMap::new() }
    }

    /// The day as it stands, with the scores of those who came so far; while these are few, also of those of the day that tells
    /// what it will bring.
    ///
    /// # Errors
    /// Those of the store; `Denied` for an entry point that nobody has.
    pub async fn read(&mut self, key: &DayKey) -> Result<Day, DomainError> {
        let (id, date) = key;
        let stored = self.store.plan_get(id, *date).await?;
        let entry_point = self.rules.pilot.entry_points.get(id);
        let before = match entry_point {
            Some(entry_point) => plan_before(&self.store, entry_point, *date, self.now).await?,
            None => None,
        };
        let plan = match (stored, entry_point) {
            // Also of an entry point that the pilot knows no more: goods that were declared there are amended.
            (Some(stored), _) => stored,
            (None, Some(entry_point)) => {
                plan_for(&self.rules, None, entry_point, *date, before.as_ref(), chance::seed(), self.now)
            }
            (None, None) => return Err(DomainError::Denied),
        };
        let mut scores = ScoreSample::new(plan.seed);
        let own = plan.used.arrivals;
        let former = before.map(|plan| plan.date).filter(|_| own < ENOUGH);
        for date in former.into_iter().chain((own > 0).then_some(*date)) {
            for (screening, harm) in self.scores_of((id.clone(), date)).await?.iter() {
                scores.add(screening.as_bytes(), *harm);
            }
        }
        Ok(Day { plan, scores, is_changed: false, is_checked: false })
    }

    async fn scores_of(&mut self, key: DayKey) -> Result<Arc<[(ScreeningId, f64)]>, DomainError> {
        if let Some(known) = self.learned.get(&key) {
            return Ok(known.clone());
        }
        let scores = self.store.screening_scores(key.0.as_ref(), key.1, LEARNED).await?;
        let scores: Arc<[(ScreeningId, f64)]> = scores.into();
        self.learned.insert(key, scores.clone());
        Ok(scores)
    }
}
