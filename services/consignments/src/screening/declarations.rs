//! What goods were declared as before, as this replica knows it: from the store, and from what it decided itself and is still
//! being written.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use jiff::civil::Date;

use super::day::DayKey;
use crate::{
    domain::{
        DomainError,
        decide::Draft,
        model::{DeclarationKey, Goods, Kept, Screening, ScreeningId, goods_by, is_chosen_by_plan},
        same_goods::{Alike, alike, is_in_time},
    },
    store::{Store, declarations::Superseded},
};

/// The declarations of a batch.
pub(super) struct Declarations {
    store: Store,
    /// What was looked up for the batch.
    stored: Known,
    /// What was decided in the batch before, which may be on its way to the store.
    before: Known,
    /// What was decided in this batch so far.
    now: Known,
    superseded: Vec<Superseded>,
}

#[derive(Default)]
struct Known {
    /// The last version of each declaration.
    last: HashMap<DeclarationKey, ScreeningId>,
    screenings: HashMap<ScreeningId, Arc<Screening>>,
}

impl Known {
    /// A screening, and what it is the last version of.
    fn add(&mut self, key: Option<DeclarationKey>, screening: Arc<Screening>) {
        if let Some(key) = key {
            self.last.insert(key, screening.id);
        }
        self.screenings.insert(screening.id, screening);
    }
}

/// What goods go by that are to be decided on.
pub(super) struct Standing {
    /// The screening that holds for them, with what they keep of it; none for goods of their own.
    pub kept: Option<(Arc<Screening>, Kept)>,
    /// What holds of goods that these say they were declared with: what was demanded of them and an officer's stricter word are
    /// not lost where the goods are of their own.
    pub named: Option<Arc<Screening>>,
    /// Counts the versions of what they are declared as.
    pub version: u32,
}

impl Standing {
    fn new(version: u32) -> Self {
        Self { kept: None, named: None, version }
    }

    fn of(kept: Kept, held: Arc<Screening>) -> Self {
        Self { version: kept.version, kept: Some((held, kept)), named: None }
    }

    /// Of goods beside those that hold: a place is shared, luck is not.
    fn beside(held: Arc<Screening>, version: u32) -> Self {
        match is_chosen_by_plan(held.draw.selection) {
            true => Self::of(Kept::of(&held, version, false), held),
            false => Self { kept: None, named: Some(held), version },
        }
    }

    /// As what certificates know the goods.
    pub fn goods(&self, draft: &Draft) -> Goods {
        let kept = self.kept.as_ref().map(|(_, kept)| kept);
        goods_by(draft.id, &draft.consignment, kept, self.version)
    }
}

impl Declarations {
    pub fn new(store: Store) -> Self {
        let (stored, before, now) = (Known::default(), Known::default(), Known::default());
        Self { store, stored, before, now, superseded: Vec::new() }
    }

    /// Forgets all: the store is asked again.
    pub fn forget(&mut self) {
        (self.stored, self.before, self.now) = (Known::default(), Known::default(), Known::default());
        self.superseded.clear();
    }

    /// Looks up what these goods were declared as before. What was decided since the last time is being written by now.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn open(&mut self, drafts: impl Iterator<Item = &Draft>) -> Result<(), DomainError> {
        self.before = std::mem::take(&mut self.now);
        self.stored = Known::default();
        let mut keys: HashSet<DeclarationKey> = HashSet::new();
        for draft in drafts {
            keys.extend(draft.declaration());
            keys.extend(draft.declared_before());
        }
        let asked: Vec<&DeclarationKey> =
            keys.iter().filter(|key| !self.before.last.contains_key(key)).collect();
        for (key, screening) in self.store.declared_last(&asked).await? {
            self.stored.add(Some(key), Arc::new(screening));
        }
        // Whoever was taken up by another declaration is followed to the one that holds: of each declaration the last version is
        // asked for, however many there were.
        let mut missing: HashSet<ScreeningId> = HashSet::new();
        loop {
            let known = self.before.screenings.values().chain(self.stored.screenings.values());
            let next: HashSet<ScreeningId> = known
                .filter(|one| {
                    one.declaration().and_then(|key| self.last_of(&key)).is_none_or(|last| last == one.id)
                })
                .filter_map(|one| one.superseded_by)
                .filter(|by| self.get(*by).is_none() && !missing.contains(by))
                .collect();
            if next.is_empty() {
                return Ok(());
            }
            let next: Vec<ScreeningId> = next.into_iter().collect();
            let found = self.store.screenings_at(&next).await?;
            for by in next {
                // What is lost of one chain keeps nobody else waiting: the last that is there holds.
                if found.iter().all(|one| one.id != by) {
                    tracing::error!(screening = %by, "a screening that supersedes another is not there");
                    missing.insert(by);
                }
            }
            let keys: Vec<DeclarationKey> = found.iter().filter_map(Screening::declaration).collect();
            let keys: Vec<&DeclarationKey> = keys.iter().filter(|key| self.last_of(key).is_none()).collect();
            for (key, screening) in self.store.declared_last(&keys).await? {
                self.stored.add(Some(key), Arc::new(screening));
            }
            // By their ids: another version of theirs may be the last.
            let found = found.into_iter().map(|one| (one.id, Arc::new(one)));
            self.stored.screenings.extend(found);
        }
    }

    /// What these goods go by, which would be drawn on `day` if they were new.
    ///
    /// A movement reference number is one declaration's: whatever comes under it in time amends it. What goes by transport documents
    /// alone, and what takes up an earlier declaration, must be the same goods. Others that name one with a place share the place,
    /// so that nobody is rid of it by other words; the rest are goods of their own, so that nobody has many go by the luck of one.
    pub fn standing(&self, draft: &Draft, day: Date) -> Standing {
        let key = draft.declaration();
        let own = key.as_ref().and_then(|key| self.last(key));
        let version = own.as_ref().map_or(1, |last| last.version().saturating_add(1));
        if let Some(last) = own {
            let alike = match draft.consignment.declared_number() {
                Some(_) => Alike::Same,
                None => alike(&draft.consignment, &last.consignment),
            };
            let held = self.held(last);
            match alike {
                _ if !is_in_time(day, held.draw.date) => {}
                Alike::Same => return Standing::of(Kept::of(&held, version, true), held),
                Alike::More => return Standing::beside(held, version),
                Alike::Unproved | Alike::Other => {}
            }
        }
        let previous = draft.declared_before();
        let Some((previous, last)) = previous.and_then(|key| self.last(&key).map(|last| (key, last))) else {
            return Standing::new(version);
        };
        let alike = alike(&draft.consignment, &last.consignment);
        let held = self.held(last);
        if alike == Alike::Other || !is_in_time(day, held.draw.date) {
            return Standing::new(version);
        }
        let takes_up = alike == Alike::Same && key.is_some();
        match takes_up.then(|| Kept::of_previous(&held, &previous, version)).flatten() {
            Some(kept) => Standing::of(kept, held),
            None => Standing::beside(held, version),
        }
    }

    /// As what certificates may know these goods, whatever of the batch is decided before them.
    pub fn goods_of_all<'d>(&self, drafts: &[(&'d Draft, DayKey)]) -> Vec<(&'d Draft, Goods)> {
        let goods_of = |(draft, (_, day)): &(&'d Draft, DayKey)| self.standing(draft, *day).goods(draft);
        let mut all: Vec<(&Draft, Goods)> = drafts.iter().map(|one| (one.0, goods_of(one))).collect();
        if drafts.iter().all(|(draft, _)| draft.declared_before().is_none()) {
            return all;
        }
        let mut as_declared: HashMap<DeclarationKey, Vec<Goods>> = HashMap::new();
        for place in 0..drafts.len() {
            let Some((draft, own)) = all.get(place).cloned() else { continue };
            let keys = [draft.declaration(), draft.declared_before()].into_iter().flatten();
            let own = [own, Goods::of(draft.id, &draft.consignment)];
            let mut goods: Vec<Goods> =
                keys.flat_map(|key| as_declared.get(&key).cloned().unwrap_or_default()).collect();
            goods.extend(own);
            goods.sort();
            goods.dedup();
            all.extend(goods.iter().map(|goods| (draft, goods.clone())));
            if let Some(key) = draft.declaration() {
                as_declared.entry(key).or_default().extend(goods);
            }
        }
        all
    }

    /// Notes a decision that is to be stored.
    pub fn note(&mut self, screening: &Arc<Screening>) {
        let key = screening.declaration();
        if key.is_none() {
            return;
        }
        let kept = screening.draw.kept.as_ref().filter(|kept| kept.supersedes);
        if let Some(before) = kept.and_then(|kept| self.get(kept.former)) {
            self.superseded.push(Superseded { id: before.id, by: screening.id, revision: before.revision });
            let marked = Screening {
                superseded_by: Some(screening.id),
                revision: before.revision + 1,
                ..Screening::clone(&before)
            };
            self.now.screenings.insert(marked.id, Arc::new(marked));
        }
        self.now.add(key, screening.clone());
    }

    /// What was superseded since this was asked last.
    pub fn take_superseded(&mut self) -> Vec<Superseded> {
        std::mem::take(&mut self.superseded)
    }

    fn last_of(&self, key: &DeclarationKey) -> Option<ScreeningId> {
        let mut places = [&self.now, &self.before, &self.stored].into_iter();
        places.find_map(|known| known.last.get(key)).copied()
    }

    fn last(&self, key: &DeclarationKey) -> Option<Arc<Screening>> {
        self.last_of(key).and_then(|id| self.get(id))
    }

    fn get(&self, id: ScreeningId) -> Option<Arc<Screening>> {
        let mut places = [&self.now, &self.before, &self.stored].into_iter();
        places.find_map(|known| known.screenings.get(&id)).cloned()
    }

    /// The one that holds for the goods of this one.
    fn held(&self, mut screening: Arc<Screening>) -> Arc<Screening> {
        let mut seen = HashSet::new();
        while let Some(next) = screening.superseded_by.and_then(|by| self.get(by))
            && seen.insert(next.id)
        {
            screening = next.declaration().and_then(|key| self.last(&key)).unwrap_or(next);
        }
        screening
    }
}
