//! Pre-inspections in memory, found by what arriving goods share with them.
//!
//! A key is known by 64 bits of a digest whose secret each index draws for itself. Two keys among ten million have the same
//! bits once in some hundred thousand starts, and nobody can choose them so.

use std::{
    collections::HashSet,
    hash::{BuildHasher, Hash, RandomState},
    sync::Arc,
};

use super::{
    key_table::{KeyTable, Place},
    model::{Exporter, Inspection, InspectionId, KnownInspection},
};

/// Keys that a pre-inspection has mostly, or fewer. One may have thousands.
const KEYS: usize = 8;

/// The index.
#[derive(Default)]
pub struct InspectionIndex {
    secret: RandomState,
    /// Each in a place of its own, which it keeps; nothing where one was taken out.
    entries: Vec<Option<Entry>>,
    /// Places where nothing is.
    free: Vec<Place>,
    by_id: KeyTable,
    /// The places behind one key are in the order of the ids, and so of time.
    by_key: KeyTable,
    /// Of all entries.
    keys: usize,
    shared: Shared,
}

struct Entry {
    inspection: Arc<KnownInspection>,
    keys: Box<[u64]>,
}

/// An index that is being filled: its keys are put in order at the end.
#[derive(Default)]
pub struct Filling(InspectionIndex);

/// What many pre-inspections share is held once.
#[derive(Default)]
struct Shared {
    originators: HashSet<seamless_identity::AuthorityId>,
    arrangements: HashSet<seamless_identity::ArrangementId>,
    bodies: HashSet<super::model::InspectionBodyId>,
    exporters: HashSet<Arc<Exporter>>,
    /// Exporters from which on those that nobody shares any more are let go.
    most_exporters: usize,
}

/// Exporters that are held in any case.
const FEW_EXPORTERS: usize = 1_024;

impl Shared {
    /// Lets go of the exporters of what was amended or taken out, once there are twice as many as when that was done last.
    fn let_go(&mut self) {
        if self.exporters.len() > self.most_exporters.max(FEW_EXPORTERS) {
            self.exporters.retain(|exporter| Arc::strong_count(exporter) > 1);
            self.most_exporters = self.exporters.len() * 2;
        }
    }
}

impl Filling {
    /// Adds a pre-inspection, each once.
    pub fn add(&mut self, inspection: &Inspection) {
        let entry = self.0.entry(inspection);
        self.0.keys += entry.keys.len();
        self.0.entries.push(Some(entry));
    }

    /// As [`InspectionIndex::size`].
    #[must_use]
    pub fn size(&self) -> usize {
        self.0.size()
    }

    /// The index of all.
    #[must_use]
    pub fn finish(mut self) -> InspectionIndex {
        let InspectionIndex { secret, entries, by_id, by_key, .. } = &mut self.0;
        entries.shrink_to_fit();
        let entries = &*entries;
        let held = (0..).zip(entries).filter_map(|(place, entry)| Some((place, entry.as_ref()?)));
        let ids = held.clone().map(|(place, entry)| (secret.hash_one(entry.inspection.id), place));
        let keys = held.flat_map(|(place, entry)| entry.keys.iter().map(move |key| (*key, place)));
        *by_id = KeyTable::of(ids, |place| id_in(entries, place));
        *by_key = KeyTable::of(keys, |place| id_in(entries, place));
        self.0
    }
}

impl InspectionIndex {
    /// Puts a pre-inspection in the place of its former version.
    pub fn put(&mut self, inspection: &Inspection) {
        self.remove(inspection.id);
        self.shared.let_go();
        let entry = self.entry(inspection);
        let place = self.free.pop().unwrap_or_else(|| {
            self.entries.push(None);
            (self.entries.len() - 1) as Place
        });
        let entries = &self.entries;
        for key in &entry.keys {
            self.by_key.add(*key, place, |other| id_in(entries, other) < Some(inspection.id));
        }
        self.by_id.add(self.secret.hash_one(inspection.id), place, |_| true);
        self.keys += entry.keys.len();
        self.entries[place as usize] = Some(entry);
    }

    /// Takes one out, if it is there.
    pub fn remove(&mut self, id: InspectionId) {
        let key = self.secret.hash_one(id);
        let place = self.by_id.behind(key).find(|place| id_in(&self.entries, *place) == Some(id));
        let Some(place) = place else { return };
        self.by_id.remove(key, place);
        for key in self.entries[place as usize].take().map(|entry| entry.keys).into_iter().flatten() {
            self.by_key.remove(key, place);
            self.keys -= 1;
        }
        self.free.push(place);
    }

    /// Up to `most` of those behind a key, the newest first.
    pub fn find(&self, key: &str, most: usize) -> impl Iterator<Item = &Arc<KnownInspection>> {
        let behind = self.by_key.behind(self.secret.hash_one(key)).rev().take(most);
        behind.filter_map(|place| Some(&self.entries.get(place as usize)?.as_ref()?.inspection))
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.entries.len() - self.free.len()
    }

    /// How many there are, with the memory that they take: whoever has very many keys counts as several.
    #[must_use]
    pub fn size(&self) -> usize {
        self.count().max(self.keys / KEYS)
    }

    fn entry(&mut self, inspection: &Inspection) -> Entry {
        let keys = inspection.found_by().iter().map(|key| self.secret.hash_one(key.as_str())).collect();
        let mut known = KnownInspection::of(inspection);
        share(&mut self.shared.originators, &mut known.originator);
        share(&mut self.shared.arrangements, &mut known.arrangement);
        share(&mut self.shared.bodies, &mut known.body);
        share(&mut self.shared.exporters, &mut known.stated.exporter);
        Entry { inspection: Arc::new(known), keys }
    }
}

/// The id of what is in a place.
fn id_in(entries: &[Option<Entry>], place: Place) -> Option<InspectionId> {
    entries.get(place as usize)?.as_ref().map(|entry| entry.inspection.id)
}

fn share<T: Clone + Eq + Hash>(shared: &mut HashSet<T>, name: &mut T) {
    match shared.get(name) {
        Some(known) => *name = known.clone(),
        None => {
            shared.insert(name.clone());
        }
    }
}
