//! The days of entry points as this replica knows them, and with them the declarations of goods and the certificates that they
//! use. It runs ahead of the store by what is being written.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use jiff::{Timestamp, civil::Date};

use super::{
    certificates::{Certificates, usable},
    day::{Day, DayKey, DayReader, day_of, days_behind},
    declarations::{Declarations, Standing, asked_of_certificates},
};
use crate::{
    domain::{
        DomainError, Rules,
        certificate_use::doubt_later,
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
    /// Under which later day goods of a spent one were drawn last in the batch; none where no day had anything to lend.
    lending: HashMap<DayKey, Option<DayKey>>,
    declarations: Declarations,
    certificates: Certificates,
}

/// Goods of a batch that is to be decided.
struct Coming<'d> {
    draft: &'d Draft,
    /// What they go by as far as it is known before the batch is decided.
    standing: Standing,
    /// The day on which they arrive.
    own: DayKey,
    /// They use something of the day, so that the next write asks whether it is what was decided by.
    is_used: bool,
}

impl Days {
    pub fn new(store: Store, rules: Rules) -> Self {
        let certificates = Certificates::new(store.clone());
        let declarations = Declarations::new(store.clone());
        let (known, touched, lending) = (HashMap::new(), BTreeSet::new(), HashMap::new());
        Self { store, rules, known, touched, lending, declarations, certificates }
    }

    /// Forgets all: they are read again. For when the store did not take what was decided.
    pub fn forget(&mut self) {
        self.known.clear();
        self.touched.clear();
        self.declarations.forget();
        self.certificates.forget();
    }

    /// What was decided last is stored.
    pub fn written(&mut self) {
        self.declarations.written();
    }

    /// Reads what the goods were declared as before, the days that they may belong to, and what was used of their certificates,
    /// where these are not known or were changed by others. Of each draft is said whether it is only tried.
    ///
    /// # Errors
    /// Those of the store; `Denied` for an entry point that nobody has.
    pub async fn open(
        &mut self,
        drafts: impl Iterator<Item = (&Draft, bool)> + Clone,
        now: Timestamp,
    ) -> Result<(), DomainError> {
        self.lending.clear();
        self.declarations.open(drafts.clone().map(|(draft, _)| draft)).await?;
        let coming = drafts.map(|(draft, validate_only)| {
            let (own, today) = self.dates_of(draft, now)?;
            let standing = self.declarations.standing_before(draft, today);
            let is_used = !validate_only && draft.status == EventStatus::Actual && standing.kept.is_none();
            Ok(Coming { draft, standing, own, is_used })
        });
        let coming = coming.collect::<Result<Vec<Coming<'_>>, DomainError>>()?;
        let asked = asked_of_certificates(coming.iter().map(|one| (one.draft, &one.standing)));
        self.certificates.open(asked).await?;
        if self.known.len() > MOST_DAYS {
            self.known.clear();
        }
        // Their own days also where the goods stand by others: what is decided before them in the batch may show that they do not.
        let (mut arriving, mut used) = (BTreeMap::<&DayKey, u32>::new(), BTreeSet::new());
        let mut wanted: BTreeSet<DayKey> = BTreeSet::new();
        for Coming { standing, own, is_used, .. } in &coming {
            *arriving.entry(own).or_default() += 1;
            if *is_used && !used.contains(own) {
                used.insert(own.clone());
            }
            if let Some((held, _)) = &standing.kept {
                wanted.insert(day_of(held));
                wanted.extend(self.today_for(held, now));
            }
        }
        wanted.extend(arriving.keys().copied().cloned());
        let mut reader = DayReader::new(self.store.clone(), self.rules.clone(), now);
        self.known.retain(|key, day| !wanted.contains(key) || !day.is_outdated(&self.rules, now));
        let is_known_as_spent = |(own, count): &(&&DayKey, &u32)| {
            self.known.get(**own).is_some_and(|day| day.plan.may_be_spent(**count))
        };
        // Of days that are spent those behind them too, in the same look.
        let behind = arriving.iter().filter(is_known_as_spent).flat_map(|(own, _)| days_behind(own));
        let asked: BTreeSet<DayKey> = wanted.difference(&used).cloned().chain(behind).collect();
        self.bring_up_to_date(asked.iter()).await?;
        for key in &wanted {
            self.know(key, &mut reader).await?;
        }
        let all = u32::try_from(coming.len()).unwrap_or(u32::MAX);
        let mut lending: BTreeSet<DayKey> = BTreeSet::new();
        // Whoever is drawn under a later day of the batch may leave nothing of it to its own.
        for (own, count) in arriving {
            let is_lending = lending.contains(own);
            let may_be_spent =
                |day: &Day| day.plan.may_be_spent(count) || is_lending && day.plan.random_left() <= all;
            if self.known.get(own).is_some_and(may_be_spent) {
                lending.extend(self.know_lending(own, all, &asked, &mut reader).await?);
            }
        }
        Ok(())
    }

    /// Reads the days behind one that is spent, until they have as much to lend as there are goods; those that were `asked` for are as
    /// they are stored. Gives those that lend.
    async fn know_lending(
        &mut self,
        own: &DayKey,
        goods: u32,
        asked: &BTreeSet<DayKey>,
        reader: &mut DayReader,
    ) -> Result<Vec<DayKey>, DomainError> {
        let behind: Vec<DayKey> = days_behind(own).collect();
        self.known.retain(|key, day| !behind.contains(key) || !day.is_outdated(&self.rules, reader.now));
        self.bring_up_to_date(behind.iter().filter(|day| !asked.contains(*day))).await?;
        let (mut room, mut lending) = (0_u32, Vec::new());
        for later in behind {
            self.know(&later, reader).await?;
            room = room.saturating_add(self.known.get(&later).map_or(0, |day| day.plan.random_to_lend()));
            lending.push(later);
            if room >= goods {
                break;
            }
        }
        Ok(lending)
    }

    /// Of these days, takes over what others have changed of those that are known, in one look at the store.
    async fn bring_up_to_date(&mut self, keys: impl Iterator<Item = &DayKey>) -> Result<(), DomainError> {
        let known: Vec<&DayKey> = keys.filter(|key| self.known.contains_key(*key)).collect();
        for plan in self.store.plans_at(&known).await? {
            let key = (plan.entry_point.clone(), plan.date);
            // What this replica is writing is ahead of the store.
            let changed = self.known.get_mut(&key).filter(|day| plan.revision > day.plan.revision);
            if changed.is_some_and(|day| !day.take_over(plan)) {
                self.known.remove(&key);
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
        let (own, today) = self.dates_of(&draft, now)?;
        let mut standing = self.declarations.standing(&draft, today);
        standing.kept = standing.kept.map(|(held, kept)| {
            let kept = kept.at(&held, now);
            (held, kept)
        });
        if let Some(arrived) = standing.kept.as_ref().and_then(|(_, kept)| kept.arrived) {
            doubt_later(&mut draft.facts, arrived);
        }
        if usable(&draft).next().is_some() {
            let goods = standing.goods(&draft);
            self.certificates.see(&mut draft, &goods);
        }
        let Standing { kept, named, version } = standing;
        let (held, kept) = kept.unzip();
        // Nobody is to learn from a trial or a drill what the lot would say.
        let is_closed = validate_only || draft.status != EventStatus::Actual;
        draft.lot = match &held {
            _ if is_closed => Some(Lot::Closed),
            Some(held) => held.draw.lot.or(Some(Lot::By(held.first()))),
            None => draft.declared.as_ref().map(|declared| Lot::By(declared.lot_of(version))),
        };
        draft.facts.version = Some(version).filter(|version| kept.is_none() && *version > 1);
        let is_to_be_examined =
            |named: &Arc<Screening>| is_chosen_by_plan(named.draw.selection) || named.lacks_capacity();
        draft.facts.demanded = named.iter().any(is_to_be_examined);
        draft.facts.failed = named.iter().find_map(|named| named.failed());
        draft.kept = kept.map(Box::new);
        let declared = draft.declared.clone();
        let mut key = held.as_ref().map_or_else(|| own.clone(), |held| day_of(held));
        let mut screening = self.day(&key)?.decide(&self.rules, draft, now)?;
        let is_new = held.is_none();
        let has_no_chance = screening.draw.selection == Selection::None && screening.draw.probability <= 0.0;
        let later = match &held {
            Some(held) => self.today_for(held, now),
            None if has_no_chance && !is_closed => self.day_with_a_chance(&own),
            None => None,
        };
        if let Some((later, day)) = later.and_then(|later| self.known.get_key_value(&later)) {
            if is_new {
                screening = day.decide_late(&self.rules, Draft::of(screening), now)?;
                key = later.clone();
            } else {
                let again = day.decide(&self.rules, Draft::of(screening.clone()), now)?;
                // What was declared before stays where it was drawn, unless it has a place elsewhere.
                if is_chosen_by_plan(again.draw.selection) {
                    (screening, key) = (again, later.clone());
                }
            }
        }
        for before in held.iter().chain(&named) {
            screening.keep_override(before);
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
            self.declarations.note(declared, &screening);
            self.certificates.take(&screening, now);
            self.touched.insert(key);
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
                plans.push(day.plan.clone());
            }
        }
        let (balances, uses) = self.certificates.take_changes();
        Used { plans, balances, uses }
    }

    /// The screenings that were superseded since this was asked last.
    pub fn take_superseded(&mut self) -> Vec<Superseded> {
        self.declarations.take_superseded()
    }

    /// The day on which new goods arrive, in the time zone of their entry point, and today there; of those that are said to have
    /// arrived on a day that is over, both are today: the seed of a past day is known.
    fn dates_of(&self, draft: &Draft, now: Timestamp) -> Result<(DayKey, Date), DomainError> {
        let id = &draft.consignment.entry_point;
        let entry_point = self.rules.pilot.entry_points.get(id).ok_or(DomainError::Denied)?;
        let date = draft.consignment.arrival.to_zoned(entry_point.time_zone.clone()).date();
        let today = today(entry_point, now);
        Ok(((id.clone(), date.max(today)), today))
    }

    /// The day on which goods may have a place that have none, when theirs is over: today.
    fn today_for(&self, held: &Screening, now: Timestamp) -> Option<DayKey> {
        let (id, date) = day_of(held);
        let today = today(self.rules.pilot.entry_points.get(&id)?, now);
        let has_place = is_chosen_by_plan(held.draw.selection);
        (!has_place && date < today).then_some((id, today))
    }

    /// The day under which new goods are drawn for which their own has nothing left: the first behind it that has something to lend
    /// of its lot. So there is no time at which goods are known to go by.
    fn day_with_a_chance(&mut self, own: &DayKey) -> Option<DayKey> {
        if !self.known.get(own).is_some_and(|day| day.plan.is_spent()) {
            return None;
        }
        let lends = |key: &DayKey| self.known.get(key).is_some_and(|day| day.plan.random_to_lend() > 0);
        let later = match self.lending.get(own) {
            // Within a batch nothing is given back.
            Some(last) if last.as_ref().is_none_or(lends) => return last.clone(),
            _ => days_behind(own).find(lends),
        };
        self.lending.insert(own.clone(), later.clone());
        later
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
