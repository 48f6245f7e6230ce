//! The days of entry points as this replica knows them: what was used of each one's capacity, and the scores that came so
//! far. It runs ahead of the store by what is being written.

use std::collections::{BTreeSet, HashMap};

use jiff::{Timestamp, civil::Date};
use seamless_identifiers::Unlocode;
use seamless_targeting::ScoreSample;

use crate::{
    domain::{
        DomainError, Rules, chance,
        decide::{Draft, Moment, decide},
        model::{EventStatus, Plan, Screening},
        plan_defaults::plan_for,
        ports::PlanReader,
    },
    store::Store,
};

/// Scores of a day that a replica learns from when it starts within it.
const LEARNED: u64 = 20_000;
/// Days that are kept in mind: those of all entry points, and a few late ones.
const MOST_DAYS: usize = 512;

/// The days.
pub(super) struct Days {
    store: Store,
    rules: Rules,
    known: HashMap<DayKey, Day>,
    /// Those that were decided on since the changes were taken last.
    touched: BTreeSet<DayKey>,
}

type DayKey = (Unlocode, Date);

struct Day {
    plan: Plan,
    scores: ScoreSample,
    /// To be written: something of it was used, or its seed is not stored yet.
    is_changed: bool,
    /// The store agrees, or is asked by the next write.
    is_checked: bool,
}

impl Days {
    pub fn new(store: Store, rules: Rules) -> Self {
        Self { store, rules, known: HashMap::new(), touched: BTreeSet::new() }
    }

    /// Forgets all: they are read again. For when the store did not take what was decided.
    pub fn forget(&mut self) {
        self.known.clear();
        self.touched.clear();
    }

    /// Reads the days on which the goods arrive, where they are not known.
    ///
    /// # Errors
    /// Those of the store; `Denied` for an entry point that nobody has.
    pub async fn open(
        &mut self,
        drafts: impl Iterator<Item = &Draft>,
        now: Timestamp,
    ) -> Result<(), DomainError> {
        if self.known.len() > MOST_DAYS {
            self.known.clear();
        }
        for draft in drafts {
            let key = self.key_of(draft)?;
            if !self.known.contains_key(&key) {
                let day = self.read(&key, now).await?;
                self.known.insert(key, day);
            }
        }
        Ok(())
    }

    /// Decides on goods whose day is open, and takes what they use from it.
    ///
    /// # Errors
    /// `Fault` if a number is out of its range, which the parsing of model and pilot prevents.
    pub fn decide(
        &mut self,
        draft: Draft,
        validate_only: bool,
        now: Timestamp,
    ) -> Result<Screening, DomainError> {
        let key = self.key_of(&draft)?;
        let day = self.known.get_mut(&key);
        let day = day.ok_or_else(|| DomainError::Fault(format!("the day {} is not open", key.1)))?;
        let screening = day.decide(&self.rules, draft, validate_only, now)?;
        self.touched.insert(key);
        Ok(screening)
    }

    /// The plans of which something was used since they were taken last, at their next revision.
    pub fn take_changes(&mut self) -> Vec<Plan> {
        let mut plans = Vec::new();
        for key in std::mem::take(&mut self.touched) {
            let Some(day) = self.known.get_mut(&key) else { continue };
            if std::mem::take(&mut day.is_changed) {
                day.plan.revision += 1;
                day.is_checked = true;
                plans.push(day.plan.clone());
            } else if !day.is_checked {
                // What no write checks may be older than the store by the next time.
                self.known.remove(&key);
            }
        }
        plans
    }

    /// The day on which the goods arrive, in the time zone of their entry point.
    fn key_of(&self, draft: &Draft) -> Result<DayKey, DomainError> {
        let id = &draft.consignment.entry_point;
        let entry_point = self.rules.pilot.entry_points.get(id).ok_or(DomainError::Denied)?;
        let date = draft.consignment.arrival.to_zoned(entry_point.time_zone.clone()).date();
        Ok((id.clone(), date))
    }

    /// The day as it stands, with the scores of those who came so far, or of the day before.
    async fn read(&self, key: &DayKey, now: Timestamp) -> Result<Day, DomainError> {
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
        Ok(Day { plan, scores, is_changed: false, is_checked: false })
    }
}

impl Day {
    fn decide(
        &mut self,
        rules: &Rules,
        draft: Draft,
        validate_only: bool,
        now: Timestamp,
    ) -> Result<Screening, DomainError> {
        let moment = Moment::of(&self.plan, &self.scores);
        let screening = decide(rules.pilot.decision.numbers(), draft, &moment, now)?;
        if validate_only {
            return Ok(screening);
        }
        self.is_changed |= self.plan.revision == 0;
        // Drills see the day as it is, and use nothing of it.
        if screening.status == EventStatus::Actual {
            self.is_changed = true;
            self.plan.used.take(screening.draw.selection);
            self.scores.add(screening.id.as_bytes(), screening.draw.expected_harm);
        }
        Ok(screening)
    }
}
