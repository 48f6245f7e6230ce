//! What goods were declared as before, as this replica knows it: from the store, and from what it decided itself and is still
//! being written.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use jiff::civil::Date;

use super::certificates::usable;
use crate::{
    domain::{
        DomainError,
        decide::Draft,
        model::{
            DeclarationKey, EventStatus, Goods, InspectionId, Kept, Screening, ScreeningId, goods_by,
            is_chosen_by_plan,
        },
        same_goods::{Alike, HowMuch, alike, is_in_time},
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
    /// Something of the batch was declared before it.
    is_any_known: bool,
    superseded: Vec<Superseded>,
}

#[derive(Default)]
struct Known {
    /// The last version of each declaration.
    last: HashMap<DeclarationKey, ScreeningId>,
    screenings: HashMap<ScreeningId, Arc<Screening>>,
    /// What was superseded since it was read.
    superseded: HashMap<ScreeningId, Superseded>,
}

impl Known {
    /// The last version of a declaration.
    fn add(&mut self, key: DeclarationKey, screening: Arc<Screening>) {
        self.last.insert(key, screening.id);
        self.screenings.insert(screening.id, screening);
    }
}

/// What goods go by that are to be decided on.
pub(super) struct Standing {
    /// The screening that holds for them, with what they keep of it; none for goods of their own.
    pub kept: Option<(Arc<Screening>, Kept)>,
    /// What holds of goods that these say they were declared with, or that were declared by the same documents: that they are to be
    /// examined and an officer's stricter word are not lost where the goods are of their own.
    pub named: Vec<Arc<Screening>>,
    /// Counts the versions of what they are declared as.
    pub version: u32,
}

/// An earlier declaration that goods name.
struct Previous<'d> {
    key: &'d DeclarationKey,
    alike: Alike,
    /// The screening that holds for its goods.
    held: Arc<Screening>,
}

impl Standing {
    fn new(version: u32) -> Self {
        Self { kept: None, named: Vec::new(), version }
    }

    fn of(kept: Kept, held: Arc<Screening>) -> Self {
        Self { version: kept.version, kept: Some((held, kept)), named: Vec::new() }
    }

    /// Of goods beside those that hold: a place is shared, luck is not.
    fn beside(held: Arc<Screening>, version: u32) -> Self {
        match is_chosen_by_plan(held.draw.selection) {
            true => Self::of(Kept::of(&held, version, false), held),
            false => Self { kept: None, named: vec![held], version },
        }
    }

    /// As what certificates know the goods.
    pub fn goods(&self, draft: &Draft) -> Goods {
        let kept = self.kept.as_ref().map(|(_, kept)| kept);
        goods_by(draft.id, &draft.consignment, kept, self.version)
    }
}

/// What is asked for of the certificates of one declaration.
#[derive(Default)]
struct Asked {
    /// As what certificates may know its goods.
    consignments: BTreeSet<String>,
    inspections: BTreeSet<InspectionId>,
}

impl Declarations {
    pub fn new(store: Store) -> Self {
        let (stored, before, now) = (Known::default(), Known::default(), Known::default());
        Self { store, stored, before, now, is_any_known: false, superseded: Vec::new() }
    }

    /// Forgets all: the store is asked again.
    pub fn forget(&mut self) {
        (self.stored, self.before, self.now) = (Known::default(), Known::default(), Known::default());
        self.superseded.clear();
    }

    /// What was decided last is stored. It is read again where it is asked for: officers may say a word on it from now on.
    pub fn written(&mut self) {
        self.now = Known::default();
    }

    /// Looks up what these goods were declared as before. What was decided since the last time is being written by now, unless that has
    /// [ended](Self::written).
    ///
    /// # Errors
    /// Those of the store.
    pub async fn open(&mut self, drafts: impl Iterator<Item = &Draft>) -> Result<(), DomainError> {
        self.before = std::mem::take(&mut self.now);
        self.stored = Known::default();
        let mut keys: HashSet<&DeclarationKey> = HashSet::new();
        for draft in drafts {
            keys.extend(&draft.declared);
            keys.extend(&draft.previous);
        }
        let asked: Vec<&DeclarationKey> =
            keys.iter().copied().filter(|key| !self.before.last.contains_key(*key)).collect();
        for (key, screening) in self.store.declared_last(&asked).await? {
            self.stored.add(key, Arc::new(screening));
        }
        self.is_any_known = keys.iter().any(|key| self.last_of(key).is_some());
        // Whoever was taken up by another declaration is followed to the one that holds: of each declaration the last version is
        // asked for, however many there were.
        let mut missing: HashSet<ScreeningId> = HashSet::new();
        loop {
            let taken_up = |one: &Arc<Screening>| Some((one.clone(), self.superseded_by(one)?));
            let next: HashSet<ScreeningId> = self
                .stored
                .screenings
                .values()
                .filter_map(taken_up)
                .filter(|(_, by)| self.get(*by).is_none() && !missing.contains(by))
                .filter(|(one, _)| {
                    one.declaration().and_then(|key| self.last_of(&key)).is_none_or(|last| last == one.id)
                })
                .map(|(_, by)| by)
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
                self.stored.add(key, Arc::new(screening));
            }
            // By their ids: another version of theirs may be the last.
            let found = found.into_iter().map(|one| (one.id, Arc::new(one)));
            self.stored.screenings.extend(found);
        }
    }

    /// What these goods go by as far as it is known before the batch is decided.
    pub fn standing_before(&self, draft: &Draft, today: Date) -> Standing {
        if self.is_any_known { self.standing(draft, today) } else { Standing::new(1) }
    }

    /// What these goods go by, which are declared today.
    ///
    /// A movement reference number is one declaration's: whatever comes under it in time amends it. What goes by transport documents
    /// alone, and what takes up an earlier declaration, must be the same goods. Others that name one with a place, or come by the
    /// same documents, share the place, so that nobody is rid of it by other words; the rest are goods of their own, so that nobody
    /// has many go by the luck of one.
    pub fn standing(&self, draft: &Draft, today: Date) -> Standing {
        let own = draft.declared.as_ref().and_then(|key| self.last(key));
        let version = own.as_ref().map_or(1, |last| last.version().saturating_add(1));
        let mut of_others = None;
        if let Some(last) = own {
            let alike = match draft.consignment.declared_number() {
                Some(_) => Alike::Same,
                None => alike(&draft.consignment, &last.consignment, &HowMuch::of(&last)),
            };
            let held = self.held(last);
            match alike {
                _ if !is_in_time(today, held.draw.date) => {}
                Alike::Same => {
                    // Whoever names an earlier declaration in a later version only is not rid of what holds of its goods.
                    let named = self.previous(draft, today).filter(|named| named.held.id != held.id);
                    let named = named.map(|named| named.held).into_iter().collect();
                    return Standing { named, ..Standing::of(Kept::of(&held, version, true), held) };
                }
                Alike::More | Alike::Unproved if is_chosen_by_plan(held.draw.selection) => {
                    return Standing::beside(held, version);
                }
                Alike::More | Alike::Unproved => of_others = Some(held),
                Alike::Other => {}
            }
        }
        let mut standing = self.standing_by_previous(draft, today, version);
        standing.named.extend(of_others);
        standing
    }

    /// What goods go by that may take up an earlier declaration.
    fn standing_by_previous(&self, draft: &Draft, today: Date, version: u32) -> Standing {
        let Some(Previous { key, alike, held }) = self.previous(draft, today) else {
            return Standing::new(version);
        };
        let takes_up = alike == Alike::Same && draft.declared.is_some();
        match takes_up.then(|| Kept::of_previous(&held, key, version)).flatten() {
            Some(kept) => Standing::of(kept, held),
            None => Standing::beside(held, version),
        }
    }

    /// The earlier declaration that goods name, if it may be of theirs.
    fn previous<'d>(&self, draft: &'d Draft, today: Date) -> Option<Previous<'d>> {
        let key = draft.previous.as_ref()?;
        let last = self.last(key)?;
        let alike = alike(&draft.consignment, &last.consignment, &HowMuch::of(&last));
        let held = self.held(last);
        (alike != Alike::Other && is_in_time(today, held.draw.date)).then_some(Previous { key, alike, held })
    }

    /// Notes a decision on goods that are declared as this, which is to be stored.
    pub fn note(&mut self, declared: Option<DeclarationKey>, screening: &Arc<Screening>) {
        let Some(key) = declared else { return };
        let kept = screening.draw.kept.as_ref().filter(|kept| kept.supersedes);
        if let Some(before) = kept.and_then(|kept| self.get(kept.former)) {
            let marked = self.mark_of(before.id).map(|mark| mark.revision + 1);
            let revision = marked.unwrap_or(before.revision);
            let mark = Superseded { id: before.id, by: screening.id, revision };
            self.superseded.push(mark);
            self.now.superseded.insert(mark.id, mark);
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

    /// How this replica superseded a screening, which the store may not know yet.
    fn mark_of(&self, id: ScreeningId) -> Option<&Superseded> {
        [&self.now, &self.before].into_iter().find_map(|known| known.superseded.get(&id))
    }

    fn superseded_by(&self, screening: &Screening) -> Option<ScreeningId> {
        self.mark_of(screening.id).map(|mark| mark.by).or(screening.superseded_by)
    }

    /// The one that holds for the goods of this one.
    fn held(&self, mut screening: Arc<Screening>) -> Arc<Screening> {
        let mut seen = HashSet::new();
        while let Some(next) = self.superseded_by(&screening).and_then(|by| self.get(by))
            && seen.insert(next.id)
        {
            screening = next.declaration().and_then(|key| self.last(&key)).unwrap_or(next);
        }
        screening
    }
}

/// Which certificates are asked what consignments have taken of them: as what they may know the goods, whatever of the batch is
/// decided before these.
pub(super) fn asked_of_certificates<'c>(
    coming: impl Iterator<Item = (&'c Draft, &'c Standing)> + Clone,
) -> BTreeSet<(InspectionId, String)> {
    let mut all = BTreeSet::new();
    // Drills see certificates as nobody used them.
    let coming = coming.filter(|(draft, _)| draft.status == EventStatus::Actual);
    if !coming.clone().any(|(draft, _)| usable(draft).next().is_some()) {
        return all;
    }
    let mut declared: HashMap<&DeclarationKey, Asked> = HashMap::new();
    for (draft, standing) in coming {
        let own = [standing.goods(draft), Goods::of(draft.id, &draft.consignment)];
        let mut consignments: BTreeSet<String> = own.into_iter().map(|goods| goods.consignment).collect();
        let earlier = draft.previous.as_ref().and_then(|key| declared.get(key));
        consignments.extend(earlier.into_iter().flat_map(|earlier| earlier.consignments.iter().cloned()));
        match &draft.declared {
            Some(key) => {
                let asked = declared.entry(key).or_default();
                asked.consignments.extend(consignments);
                asked.inspections.extend(usable(draft));
            }
            None => all.extend(pairs(usable(draft), &consignments)),
        }
    }
    for Asked { consignments, inspections } in declared.into_values() {
        all.extend(pairs(inspections.into_iter(), &consignments));
    }
    all
}

fn pairs(
    inspections: impl Iterator<Item = InspectionId>,
    consignments: &BTreeSet<String>,
) -> impl Iterator<Item = (InspectionId, String)> {
    inspections.flat_map(move |inspection| consignments.iter().map(move |one| (inspection, one.clone())))
}
