//! The days of entry points as this replica knows them: what was used of each one's capacity, and the scores that came so
//! far; and with them the certificates that goods use. It runs ahead of the store by what is being written.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use jiff::{Timestamp, civil::Date};
use seamless_identifiers::Unlocode;
use seamless_targeting::ScoreSample;

use super::{certificates::Certificates, declarations::Declarations};
use crate::{
    domain::{
        DomainError, Rules, chance,
        decide::{Draft, Moment, decide},
        model::{EventStatus, Lot, Plan, Screening},
        plan_defaults::plan_for,
        ports::PlanReader,
        use_cases::today,
    },
    store::{Store, declarations::Superseded, screenings::Used},
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
    declarations: Declarations,
    certificates: Certificates,
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
        let certificates = Certificates::new(store.clone());
        let declarations = Declarations::new(store.clone());
        let (known, touched) = (HashMap::new(), BTreeSet::new());
        Self { store, rules, known, touched, declarations, certificates }
    }

    /// Forgets all: they are read again. For when the store did not take what was decided.
    pub fn forget(&mut self) {
        self.known.clear();
        self.touched.clear();
        self.declarations.forget();
        self.certificates.forget();
    }

    /// Reads what the goods were declared as before, the days that they belong to, and what was used of their certificates, where
    /// these are not known.
    ///
    /// # Errors
    /// Those of the store; `Denied` for an entry point that nobody has.
    pub async fn open(
        &mut self,
        drafts: impl Iterator<Item = &Draft> + Clone,
        now: Timestamp,
    ) -> Result<(), DomainError> {
        self.declarations.open(drafts.clone()).await?;
        self.certificates.open(self.declarations.goods_of_all(drafts.clone())).await?;
        if self.known.len() > MOST_DAYS {
            self.known.clear();
        }
        for draft in drafts {
            let held = self.declarations.standing(draft).map(|(held, _)| day_of(&held));
            // Of several that name one declaration before, the first takes it up, and the others may be goods of their own.
            let own = match (&held, draft.declared_before()) {
                (Some(_), None) => None,
                _ => Some(self.key_of(draft, now)?),
            };
            for key in held.into_iter().chain(own) {
                if !self.known.contains_key(&key) {
                    let day = self.read(&key, now).await?;
                    self.known.insert(key, day);
                }
            }
        }
        Ok(())
    }

    /// Decides on goods whose day is open, and takes what they use from it and of their certificates.
    ///
    /// # Errors
    /// `Fault` if a number is out of its range, which the parsing of model and pilot prevents.
    pub fn decide(
        &mut self,
        mut draft: Draft,
        validate_only: bool,
        now: Timestamp,
    ) -> Result<Arc<Screening>, DomainError> {
        let goods = self.declarations.goods_of(&draft);
        self.certificates.see(&mut draft, &goods);
        let standing = self.declarations.standing(&draft);
        let key = match &standing {
            Some((held, _)) => day_of(held),
            None => self.key_of(&draft, now)?,
        };
        let (held, kept) = standing.unzip();
        draft.lot = match &held {
            // Nobody is to learn from a trial or a drill what the lot would say.
            _ if validate_only || draft.status != EventStatus::Actual => Some(Lot::Closed),
            Some(held) => held.draw.lot.or(Some(Lot::By(held.first()))),
            None => draft.declaration().map(|declared| Lot::By(declared.lot())),
        };
        draft.kept = kept.map(Box::new);
        let day = self.known.get_mut(&key);
        let day = day.ok_or_else(|| DomainError::Fault(format!("the day {} is not open", key.1)))?;
        let mut screening = day.decide(&self.rules, draft, validate_only, now)?;
        self.touched.insert(key);
        if let Some(held) = held {
            screening.keep_override(&held);
        }
        let screening = Arc::new(screening);
        if !validate_only {
            self.declarations.note(&screening);
            self.certificates.take(&screening, now);
        }
        Ok(screening)
    }

    /// The plans and certificates of which something was used since they were taken last, at their next revision.
    pub fn take_changes(&mut self) -> Used {
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
        let (balances, uses) = self.certificates.take_changes();
        Used { plans, balances, uses }
    }

    /// The screenings that were superseded since this was asked last.
    pub fn take_superseded(&mut self) -> Vec<Superseded> {
        self.declarations.take_superseded()
    }

    /// The day on which new goods arrive, in the time zone of their entry point; of those that are said to have arrived on a
    /// day that is over, today: the seed of a past day is known.
    fn key_of(&self, draft: &Draft, now: Timestamp) -> Result<DayKey, DomainError> {
        let id = &draft.consignment.entry_point;
        let entry_point = self.rules.pilot.entry_points.get(id).ok_or(DomainError::Denied)?;
        let date = draft.consignment.arrival.to_zoned(entry_point.time_zone.clone()).date();
        Ok((id.clone(), date.max(today(entry_point, now))))
    }

    /// The day as it stands, with the scores of those who came so far, or of the day before.
    async fn read(&self, key: &DayKey, now: Timestamp) -> Result<Day, DomainError> {
        let (id, date) = key;
        let stored = self.store.plan_get(id, *date).await?;
        let yesterday = match date.yesterday() {
            Ok(yesterday) => self.store.plan_get(id, yesterday).await?,
            Err(_) => None,
        };
        let plan = match stored {
            // Also of an entry point that the pilot knows no more: goods that were declared there are amended.
            Some(stored) => stored,
            None => {
                let entry_point = self.rules.pilot.entry_points.get(id).ok_or(DomainError::Denied)?;
                plan_for(&self.rules, None, entry_point, *date, yesterday.as_ref(), chance::seed(), now)
            }
        };
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
        let entry_point = rules.pilot.entry_points.get(&self.plan.entry_point);
        let checks = entry_point.map(|entry_point| entry_point.checks).unwrap_or_default();
        let moment = Moment::of(&self.plan, &self.scores, checks);
        let screening = decide(rules.pilot.decision.numbers(), draft, &moment, now)?;
        if validate_only {
            return Ok(screening);
        }
        self.is_changed |= self.plan.revision == 0;
        // Drills see the day as it is, and use nothing of it.
        if screening.status == EventStatus::Actual {
            self.is_changed |= self.plan.used.take_for(&screening);
            // Goods arrive once.
            if screening.draw.kept.is_none() {
                self.scores.add(screening.id.as_bytes(), screening.draw.expected_harm);
            }
        }
        Ok(screening)
    }
}

/// The day that goods belong to, whatever is said of them since.
fn day_of(screening: &Screening) -> DayKey {
    (screening.draw.entry_point.clone(), screening.draw.date)
}
