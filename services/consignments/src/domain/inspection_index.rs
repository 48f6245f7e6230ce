//! Pre-inspections in memory, found by what arriving goods share with them.
//!
//! A key is known by 64 bits of a digest whose secret each index draws for itself. Two keys among ten million have the same
//! bits once in some hundred thousand starts, and nobody can choose them so.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    hash::{BuildHasher, Hash, RandomState},
    sync::Arc,
};

use super::model::{Inspection, InspectionId, KnownInspection};

/// Keys that a pre-inspection has mostly, or fewer. One may have thousands.
const KEYS: usize = 8;

/// The index.
#[derive(Default)]
pub struct InspectionIndex {
    secret: RandomState,
    entries: HashMap<InspectionId, Entry>,
    /// The ids of one key are in the order of time.
    by_key: BTreeSet<(u64, InspectionId)>,
    /// Of all entries.
    keys: usize,
    names: Names,
}

struct Entry {
    inspection: Arc<KnownInspection>,
    keys: Box<[u64]>,
}

/// An index that is being filled: its keys are put in order at the end.
#[derive(Default)]
pub struct Filling(InspectionIndex);

/// Names that many pre-inspections share are held once.
#[derive(Default)]
struct Names {
    originators: HashSet<seamless_identity::AuthorityId>,
    arrangements: HashSet<seamless_identity::ArrangementId>,
    bodies: HashSet<super::model::InspectionBodyId>,
}

impl Filling {
    /// Adds a pre-inspection, each once.
    pub fn add(&mut self, inspection: &Inspection) {
        let entry = self.0.entry(inspection);
        self.0.keys += entry.keys.len();
        self.0.entries.insert(inspection.id, entry);
    }

    /// As [`InspectionIndex::size`].
    #[must_use]
    pub fn size(&self) -> usize {
        self.0.size()
    }

    /// The index of all.
    #[must_use]
    pub fn finish(mut self) -> InspectionIndex {
        let entries = self.0.entries.iter();
        self.0.by_key = entries.flat_map(|(id, entry)| entry.keys.iter().map(|key| (*key, *id))).collect();
        self.0
    }
}

impl InspectionIndex {
    /// Puts a pre-inspection in the place of its former version.
    pub fn put(&mut self, inspection: &Inspection) {
        self.remove(inspection.id);
        let entry = self.entry(inspection);
        self.by_key.extend(entry.keys.iter().map(|key| (*key, inspection.id)));
        self.keys += entry.keys.len();
        self.entries.insert(inspection.id, entry);
    }

    /// Takes one out, if it is there.
    pub fn remove(&mut self, id: InspectionId) {
        for key in self.entries.remove(&id).map(|entry| entry.keys).into_iter().flatten() {
            self.by_key.remove(&(key, id));
            self.keys -= 1;
        }
    }

    /// Up to `most` of those behind a key, the newest first.
    pub fn find(&self, key: &str, most: usize) -> impl Iterator<Item = &Arc<KnownInspection>> {
        let key = self.secret.hash_one(key);
        let behind = self.by_key.range((key, InspectionId::nil())..=(key, InspectionId::max()));
        behind.rev().take(most).filter_map(|(_, id)| Some(&self.entries.get(id)?.inspection))
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.entries.len()
    }

    /// How many there are, with the memory that they take: whoever has very many keys counts as several.
    #[must_use]
    pub fn size(&self) -> usize {
        self.entries.len().max(self.keys / KEYS)
    }

    fn entry(&mut self, inspection: &Inspection) -> Entry {
        let keys = inspection.found_by().iter().map(|key| self.secret.hash_one(key.as_str())).collect();
        let mut known = KnownInspection::of(inspection);
        share(&mut self.names.originators, &mut known.originator);
        share(&mut self.names.arrangements, &mut known.arrangement);
        share(&mut self.names.bodies, &mut known.body);
        Entry { inspection: Arc::new(known), keys }
    }
}

fn share<T: Clone + Eq + Hash>(shared: &mut HashSet<T>, name: &mut T) {
    match shared.get(name) {
        Some(known) => *name = known.clone(),
        None => {
            shared.insert(name.clone());
        }
    }
}
