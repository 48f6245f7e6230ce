//! One day of an entry point: its plan as far as it is spent, and the scores that came so far.

use std::{collections::HashMap, sync::Arc};

use jiff::{Span, Timestamp, civil::Date};
use seamless_identifiers::Unlocode;
use seamless_targeting::ScoreSample;

use crate::{
    domain::{
        DomainError, Rules, chance,
        decide::{Draft, Moment, decide},
        local_day::{is_over, today},
        model::{EventStatus, Plan, Screening, ScreeningId},
        pilot::EntryPoint,
        plan_defaults::{is_forecast, plan_before, plan_for},
        ports::PlanReader,
    },
    store::Store,
};

/// Scores of a day that a replica learns from when it starts within it.
const LEARNED: u64 = 20_000;
/// Arrivals from which on a day is learned from alone.
const ENOUGH: u64 = 100;
/// The scores are read anew once this part of those that are known came elsewhere.
const MISSED: u64 = 10;
/// Goods for which a day has nothing left are drawn under one of so many days behind it.
const LATER_DAYS: usize = 7;

/// An entry point, and a day there.
pub(super) type DayKey = (Unlocode, Date);

/// A day.
pub(super) struct Day {
    pub plan: Plan,
    scores: ScoreSample,
    /// The scores of the day alone, while those of the day that it is expected to be like count too.
    own_scores: Option<ScoreSample>,
    /// How many came elsewhere since the scores were read.
    missed: u64,
    /// Which day it was when this one was read.
    read_on: Date,
    /// To be written: something of it was used, or its seed is not stored yet.
    pub is_changed: bool,
}

impl Day {
    /// Decides on goods, and takes nothing.
    pub fn decide(&self, rules: &Rules, draft: Draft, now: Timestamp) -> Result<Screening, DomainError> {
        decide(rules.pilot.decision.numbers(), draft, &self.moment(rules, now), now)
    }

    /// As [`Self::decide`], on goods that came on a day before this one, for which that has nothing left.
    pub fn decide_late(&self, rules: &Rules, draft: Draft, now: Timestamp) -> Result<Screening, DomainError> {
        let moment = self.moment(rules, now).for_late_comers(self.plan.targeted_to_lend());
        decide(rules.pilot.decision.numbers(), draft, &moment, now)
    }

    /// A day that is over has no places left to give.
    fn moment(&self, rules: &Rules, now: Timestamp) -> Moment {
        let entry_point = rules.pilot.entry_points.get(&self.plan.entry_point);
        let checks = entry_point.map(|entry_point| entry_point.checks).unwrap_or_default();
        let moment = Moment::of(&self.plan, &self.scores, checks);
        match entry_point.is_some_and(|entry_point| is_over(entry_point, self.plan.date, now)) {
            true => moment.without_places(),
            false => moment,
        }
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
            self.learn(screening.id, screening.draw.expected_harm);
        }
    }

    fn learn(&mut self, screening: ScreeningId, expected_harm: f64) {
        self.scores.add(screening.as_bytes(), expected_harm);
        let Some(own) = &mut self.own_scores else { return };
        own.add(screening.as_bytes(), expected_harm);
        if own.seen() >= ENOUGH
            && let Some(own) = self.own_scores.take()
        {
            self.scores = own;
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

    /// Takes the plan as others have changed it since. False if so many came with them that the scores are to be read anew. How many
    /// are expected of a day that nobody has set each replica knows by itself: another may have known less.
    pub fn take_over(&mut self, plan: Plan) -> bool {
        self.missed += plan.used.arrivals.saturating_sub(self.plan.used.arrivals);
        let own = self.plan.expected_arrivals;
        let expected_arrivals = if plan.setting == 0 { own } else { plan.expected_arrivals };
        self.plan = Plan { expected_arrivals, ..plan };
        let known = self.own_scores.as_ref().unwrap_or(&self.scores).seen();
        self.missed.saturating_mul(MISSED) <= known
    }

    /// Whether more is known by today of what the day will bring than when it was read.
    pub fn is_outdated(&self, rules: &Rules, now: Timestamp) -> bool {
        let entry_point = rules.pilot.entry_points.get(&self.plan.entry_point);
        entry_point.is_some_and(|entry_point| {
            is_forecast(&self.plan, entry_point, now) && today(entry_point, now) != self.read_on
        })
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
    pub now: Timestamp,
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
        let own = stored.as_ref().map_or(0, |plan| plan.used.arrivals);
        let is_told_by_before = |entry_point: &EntryPoint| {
            own < ENOUGH || stored.as_ref().is_none_or(|plan| is_forecast(plan, entry_point, self.now))
        };
        let before = match entry_point.filter(|&entry_point| is_told_by_before(entry_point)) {
            Some(entry_point) => plan_before(&self.store, entry_point, *date, self.now).await?,
            None => None,
        };
        let plan = match (stored, entry_point) {
            (stored, Some(entry_point)) => {
                plan_for(&self.rules, stored, entry_point, *date, before.as_ref(), chance::seed(), self.now)
            }
            // Of an entry point that the pilot knows no more: goods that were declared there are amended.
            (Some(stored), None) => stored,
            (None, None) => return Err(DomainError::Denied),
        };
        let mut day = Day {
            scores: ScoreSample::new(plan.seed),
            own_scores: None,
            missed: 0,
            read_on: entry_point.map_or(*date, |entry_point| today(entry_point, self.now)),
            is_changed: false,
            plan,
        };
        if let Some(before) = before.filter(|_| own < ENOUGH) {
            for (screening, harm) in self.scores_of((id.clone(), before.date)).await?.iter() {
                day.scores.add(screening.as_bytes(), *harm);
            }
            day.own_scores = Some(ScoreSample::new(day.plan.seed));
        }
        if own > 0 {
            for (screening, harm) in self.scores_of(key.clone()).await?.iter() {
                day.learn(*screening, *harm);
            }
        }
        Ok(day)
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
