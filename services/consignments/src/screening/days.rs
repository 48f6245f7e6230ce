//! The days of entry points as this replica knows them, and with them the declarations of goods and the certificates that they
//! use. It runs ahead of the store by what is being written.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use jiff::Timestamp;

use super::{
    certificates::Certificates,
    day::{Day, DayKey, DayReader, day_of, days_behind},
    declarations::{Declarations, Standing},
};
use crate::{
    domain::{
        DomainError, Rules,
        decide::Draft,
        local_day::today,
        model::{EventStatus, Lot, Screening, Selection, is_chosen_by_plan},
    },
    store::{Store, declarations::Superseded, screenings::Used},
};

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

    /// Reads what the goods were declared as before, the days that they may belong to, and what was used of their certificates,
    /// where these are not known.
    ///
    /// # Errors
    /// Those of the store; `Denied` for an entry point that nobody has.
    pub async fn open(
        &mut self,
        drafts: impl Iterator<Item = &Draft> + Clone,
        now: Timestamp,
    ) -> Result<(), DomainError> {
        self.declarations.open(drafts.clone()).await?;
        let dated: Result<Vec<(&Draft, DayKey)>, DomainError> =
            drafts.map(|draft| Ok((draft, self.key_of(draft, now)?))).collect();
        let dated = dated?;
        self.certificates.open(self.declarations.goods_of_all(&dated)).await?;
        if self.known.len() > MOST_DAYS {
            self.known.clear();
        }
        let mut reader = DayReader::new(self.store.clone(), self.rules.clone(), now);
        let mut coming: HashMap<&DayKey, u32> = HashMap::new();
        for (draft, own) in &dated {
            // Also where the goods stand by others: what is decided before them in the batch may show that they do not.
            self.know(own, &mut reader).await?;
            if let Some((held, _)) = self.declarations.standing(draft, own.1).kept {
                self.know(&day_of(&held), &mut reader).await?;
                if let Some(later) = self.day_for_demand(&held, now) {
                    self.know(&later, &mut reader).await?;
                }
            }
            *coming.entry(own).or_default() += 1;
        }
        for (own, coming) in coming {
            let may_be_spent = self.known.get(own).is_some_and(|day| day.plan.may_be_spent(coming));
            if !may_be_spent {
                continue;
            }
            let mut room: u32 = 0;
            for later in days_behind(own) {
                self.know(&later, &mut reader).await?;
                room = room.saturating_add(self.known.get(&later).map_or(0, |day| day.plan.random_left()));
                if room >= coming {
                    break;
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
        let own = self.key_of(&draft, now)?;
        let standing = self.declarations.standing(&draft, own.1);
        let goods = standing.goods(&draft);
        self.certificates.see(&mut draft, &goods);
        let Standing { kept, named, version } = standing;
        let (held, kept) = kept.unzip();
        // Nobody is to learn from a trial or a drill what the lot would say.
        let is_closed = validate_only || draft.status != EventStatus::Actual;
        draft.lot = match &held {
            _ if is_closed => Some(Lot::Closed),
            Some(held) => held.draw.lot.or(Some(Lot::By(held.first()))),
            None => draft.declaration().map(|declared| Lot::By(declared.lot_of(version))),
        };
        draft.facts.version = Some(version).filter(|version| kept.is_none() && *version > 1);
        draft.facts.demanded = named.as_ref().is_some_and(|named| named.lacks_capacity());
        draft.kept = kept.map(Box::new);
        let mut key = match &held {
            Some(held) => day_of(held),
            None if is_closed => own.clone(),
            None => self.day_with_a_chance(&own),
        };
        let mut screening = self.day(&key)?.decide(&self.rules, draft, now)?;
        let is_demanded = screening.draw.selection == Selection::Mandatory || screening.lacks_capacity();
        let later = held.as_ref().filter(|_| is_demanded).and_then(|held| self.day_for_demand(held, now));
        if let Some((later, day)) = later.and_then(|later| self.known.get_key_value(&later)) {
            let again = day.decide(&self.rules, Draft::of(screening.clone()), now)?;
            if again.draw.selection == Selection::Mandatory {
                (screening, key) = (again, later.clone());
            }
        }
        let is_new = held.is_none();
        if let Some(before) = held.or(named) {
            screening.keep_override(&before);
        }
        let screening = Arc::new(screening);
        if !validate_only {
            let is_carried = is_new && key != own;
            if let Some(day) = self.known.get_mut(&own).filter(|_| is_carried) {
                day.carry_on();
                self.touched.insert(own);
            }
            if let Some(day) = self.known.get_mut(&key) {
                day.take(&screening);
                if is_carried {
                    day.carry_in();
                }
            }
            self.declarations.note(&screening);
            self.certificates.take(&screening, now);
        }
        self.touched.insert(key);
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

    /// The day on which goods are examined that are demanded and have no place, when theirs is over: today.
    fn day_for_demand(&self, held: &Screening, now: Timestamp) -> Option<DayKey> {
        let (id, date) = day_of(held);
        let today = today(self.rules.pilot.entry_points.get(&id)?, now);
        let has_place = is_chosen_by_plan(held.draw.selection);
        (!has_place && date < today).then_some((id, today))
    }

    /// The day under which new goods are drawn: their own, or the first behind it that has something left for the lot, where their
    /// own is spent. So there is no time at which goods are known to go by.
    fn day_with_a_chance(&self, own: &DayKey) -> DayKey {
        let is_spent = self.known.get(own).is_some_and(|day| day.plan.is_spent());
        let has_a_chance = |key: &DayKey| self.known.get(key).is_some_and(|day| day.plan.random_left() > 0);
        let later = is_spent.then(|| days_behind(own).find(has_a_chance)).flatten();
        later.unwrap_or_else(|| own.clone())
    }

    fn day(&self, key: &DayKey) -> Result<&Day, DomainError> {
        self.known.get(key).ok_or_else(|| DomainError::Fault(format!("the day {} is not open", key.1)))
    }

    /// Reads a day that is not known.
    async fn know(&mut self, key: &DayKey, reader: &mut DayReader) -> Result<(), DomainError> {
        if !self.known.contains_key(key) {
            let day = reader.read(key).await?;
            self.known.insert(key.clone(), day);
        }
        Ok(())
    }
}
