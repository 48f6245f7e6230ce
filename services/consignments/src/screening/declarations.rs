//! What goods were declared as before, as this replica knows it: from the store, and from what it decided itself and is still
//! being written.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use crate::{
    domain::{
        DomainError,
        decide::Draft,
        model::{DeclarationKey, Goods, Kept, Screening, ScreeningId},
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
    fn add(&mut self, screening: Arc<Screening>) {
        if let Some(key) = screening.declaration() {
            self.last.insert(key, screening.id);
        }
        self.screenings.insert(screening.id, screening);
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
        for screening in self.store.declared_last(&asked).await? {
            self.stored.add(Arc::new(screening));
        }
        // Whoever was taken up by another declaration is followed to the one that holds: of each declaration the last version is
        // asked for, however many there were.
        loop {
            let known = self.before.screenings.values().chain(self.stored.screenings.values());
            let next: HashSet<ScreeningId> = known
                .filter(|one| {
                    one.declaration().and_then(|key| self.last_of(&key)).is_none_or(|last| last == one.id)
                })
                .filter_map(|one| one.superseded_by)
                .filter(|by| self.get(*by).is_none())
                .collect();
            if next.is_empty() {
                return Ok(());
            }
            let found = self.store.screenings_at(&next.into_iter().collect::<Vec<_>>()).await?;
            if found.is_empty() {
                return Err(DomainError::Fault(
                    "a screening that supersedes another is not there".to_owned(),
                ));
            }
            let keys: Vec<DeclarationKey> = found.iter().filter_map(Screening::declaration).collect();
            let keys: Vec<&DeclarationKey> = keys.iter().filter(|key| self.last_of(key).is_none()).collect();
            for screening in self.store.declared_last(&keys).await? {
                self.stored.add(Arc::new(screening));
            }
            // By their ids: another version of theirs may be the last.
            let found = found.into_iter().map(|one| (one.id, Arc::new(one)));
            self.stored.screenings.extend(found);
        }
    }

    /// The screening that the goods were decided by before, with what they keep of it; none for goods that are new.
    ///
    /// An earlier declaration is taken up by one other alone, whose goods may be the same. Of further ones that name it, those whose goods have a place
    /// share it; the others are goods of their own, so that nobody has many go by the luck of one.
    pub fn standing(&self, draft: &Draft) -> Option<(Arc<Screening>, Kept)> {
        let key = draft.declaration()?;
        if let Some(last) = self.last(&key) {
            let held = self.held(last.clone());
            let kept = Kept::of(&held, last.version() + 1, true);
            return Some((held, kept));
        }
        let before = draft.declared_before()?;
        let last = self.last(&before)?;
        if !draft.consignment.may_be(&last.consignment) {
            return None;
        }
        let held = self.held(last);
        let kept = Kept::of_previous(&held, &before);
        (kept.supersedes || kept.has_place()).then_some((held, kept))
    }

    /// As what certificates know the goods.
    pub fn goods_of(&self, draft: &Draft) -> Goods {
        let kept = self.standing(draft).and_then(|(_, kept)| kept.goods);
        kept.unwrap_or_else(|| Goods::of(draft.id, &draft.consignment))
    }

    /// As what certificates may know these goods, whatever of the batch is decided before them.
    pub fn goods_of_all<'d>(
        &self,
        drafts: impl Iterator<Item = &'d Draft> + Clone,
    ) -> Vec<(&'d Draft, Goods)> {
        let mut all: Vec<(&Draft, Goods)> =
            drafts.clone().map(|draft| (draft, self.goods_of(draft))).collect();
        if drafts.clone().all(|draft| draft.declared_before().is_none()) {
            return all;
        }
        let mut as_declared: HashMap<DeclarationKey, Vec<Goods>> = HashMap::new();
        for draft in drafts {
            let keys = [draft.declaration(), draft.declared_before()].into_iter().flatten();
            let own = [self.goods_of(draft), Goods::of(draft.id, &draft.consignment)];
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
        if screening.declaration().is_none() {
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
        self.now.add(screening.clone());
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
