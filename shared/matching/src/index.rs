//! Records in memory, and those among them that mean the same product as a given one.
//!
//! Invariant: the index answers only from what it was given; what was removed is never found; a key that the caller does
//! not admit has no part in the answer. Word frequencies are of all records, since they are told only by their power of
//! two, and not at all below 4 (see [`Corpus`]): the probability that a viewer sees for a record of theirs does not
//! tell whether one more record, that is hidden from them, exists.

use std::{
    cmp::{Ordering, Reverse},
    collections::{BinaryHeap, HashMap},
    hash::Hash,
};

use crate::{
    corpus::Corpus,
    likeness::Likeness,
    model::Model,
    postings::Postings,
    prepared::{Prepared, Section},
    product::Product,
    text::Kind,
};

/// The records that share the most with the query are compared with it; those that share less are not.
const COMPARED: usize = 100;
/// Words that weigh less do not make a candidate by themselves if the query has others.
const TELLING: f32 = 0.2;
const MODEL_WEIGHT: f32 = 2.0;
/// More than all words of a record weigh together.
const GTIN_WEIGHT: f32 = 1_000.0;
/// Model numbers that begin alike are compared.
const CODE_STEM: usize = 5;

/// Records by key.
#[derive(Clone, Debug)]
pub struct Index<K> {
    model: Model,
    corpus: Corpus,
    postings: Postings,
    records: Vec<Option<(K, Prepared)>>,
    slots: HashMap<K, u32>,
    free: Vec<u32>,
}

/// A record that may mean the same product.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit<K> {
    /// The key it was inserted with.
    pub key: K,
    /// How probable it is, and why; `left` is the query, `right` the record.
    pub likeness: Likeness,
}

/// Where a query looks, and what it is worth to be found there.
struct Key {
    hash: u32,
    weight: f32,
}

impl<K: Clone + Eq + Hash + Ord> Index<K> {
    /// An index without records.
    pub fn new(model: Model) -> Self {
        Self {
            model,
            corpus: Corpus::default(),
            postings: Postings::default(),
            records: Vec::new(),
            slots: HashMap::new(),
            free: Vec::new(),
        }
    }

    /// Puts a record in; one with the same key is replaced.
    pub fn insert(&mut self, key: K, product: &Product) {
        self.remove(&key);
        let record = Prepared::new(product);
        let slot = match self.free.pop() {
            Some(slot) => slot,
            None => {
                self.records.push(None);
                u32::try_from(self.records.len() - 1).unwrap_or(u32::MAX)
            }
        };
        for hash in hashes(&record) {
            self.postings.add(hash, slot);
        }
        self.corpus.add(&record);
        self.slots.insert(key.clone(), slot);
        self.records[slot as usize] = Some((key, record));
    }

    /// Takes a record out; whether there was one.
    pub fn remove(&mut self, key: &K) -> bool {
        let Some(slot) = self.slots.remove(key) else { return false };
        if let Some((_, record)) = self.records[slot as usize].take() {
            for hash in hashes(&record) {
                self.postings.remove(hash, slot);
            }
            self.corpus.remove(&record);
        }
        self.free.push(slot);
        true
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there is no record.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The frequencies of the words of all records.
    pub fn corpus(&self) -> &Corpus {
        &self.corpus
    }

    /// Bytes that the index takes, about; what keys point to is not counted.
    pub fn bytes(&self) -> usize {
        let records = self.records.iter().flatten().map(|(_, record)| record.bytes() - size_of::<Prepared>());
        records.sum::<usize>()
            + self.records.capacity() * size_of::<Option<(K, Prepared)>>()
            + self.slots.capacity() * 8 / 7 * (size_of::<(K, u32)>() + 1)
            + self.postings.bytes()
            + self.corpus.bytes()
    }

    /// At most `limit` records that mean the same product as `product` with at least `min_probability`, the most probable
    /// first, those of one probability by key. Only keys that `admits` takes are considered at all: the others use up
    /// neither the limit nor the candidates. Only records that share a word, a model number or a GTIN can be found.
    pub fn find(
        &self,
        product: &Product,
        limit: usize,
        min_probability: f64,
        admits: impl Fn(&K) -> bool,
    ) -> Vec<Hit<K>> {
        let query = Prepared::new(product);
        let mut probable: Vec<(f64, &K, &Prepared)> = self
            .candidates(&query, admits)
            .into_iter()
            .map(|(key, record)| (self.model.probability(&query, record, &self.corpus), key, record))
            .filter(|(probability, ..)| *probability >= min_probability)
            .collect();
        probable.sort_by(|one, two| two.0.total_cmp(&one.0).then_with(|| one.1.cmp(two.1)));
        let best = probable.into_iter().take(limit);
        best.map(|(_, key, record)| Hit {
            key: key.clone(),
            likeness: self.model.assess(&query, record, &self.corpus),
        })
        .collect()
    }

    /// The admitted records that share the most with the query.
    fn candidates(&self, query: &Prepared, admits: impl Fn(&K) -> bool) -> Vec<(&K, &Prepared)> {
        let mut shared = vec![0.0_f32; self.records.len()];
        for key in self.keys(query) {
            for slot in self.postings.slots(key.hash) {
                shared[*slot as usize] += key.weight;
            }
        }
        let touched = shared.into_iter().enumerate().filter(|(_, weight)| *weight > 0.0);
        let mut heap: BinaryHeap<Candidate> =
            touched.map(|(slot, weight)| Candidate { weight, slot: Reverse(slot) }).collect();
        let mut candidates = Vec::new();
        while candidates.len() < COMPARED
            && let Some(Candidate { slot: Reverse(slot), .. }) = heap.pop()
        {
            if let Some((key, record)) = &self.records[slot]
                && admits(key)
            {
                candidates.push((key, record));
            }
        }
        candidates
    }

    /// Where to look for a record: all it says, but for words that most records have.
    fn keys(&self, query: &Prepared) -> Vec<Key> {
        let mut keys: Vec<Key> = Vec::new();
        for token in query.all().iter().filter(|token| token.kind != Kind::Empty) {
            let weight = self.corpus.weight(token.hash);
            let weight = if token.kind == Kind::Code { weight * MODEL_WEIGHT } else { weight };
            keys.push(Key { hash: token.hash, weight });
        }
        keys.extend(stems(query).map(|hash| Key { hash, weight: 0.5 }));
        if keys.iter().any(|key| key.weight >= TELLING) {
            keys.retain(|key| key.weight >= TELLING);
        }
        keys.extend(query.gtins().iter().map(|gtin| Key { hash: gtin_hash(*gtin), weight: GTIN_WEIGHT }));
        keys.sort_by_key(|key| key.hash);
        keys.dedup_by_key(|key| key.hash);
        keys
    }
}

struct Candidate {
    weight: f32,
    slot: Reverse<usize>,
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Candidate {}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        self.weight.total_cmp(&other.weight).then(self.slot.cmp(&other.slot))
    }
}

/// The keys under which a record is found.
fn hashes(record: &Prepared) -> Vec<u32> {
    let tokens = record.all().iter().filter(|token| token.kind != Kind::Empty);
    let mut hashes: Vec<u32> = tokens.map(|token| token.hash).collect();
    hashes.extend(stems(record));
    hashes.extend(record.gtins().iter().map(|gtin| gtin_hash(*gtin)));
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

/// How the longer model numbers begin, so that `DVD-2930` finds `DVD2930CI`.
fn stems(record: &Prepared) -> impl Iterator<Item = u32> {
    let codes =
        record.codes().iter().chain(record.section(Section::Name)).filter(|token| token.kind == Kind::Code);
    codes
        .filter_map(|code| record.text(code).get(..CODE_STEM))
        .map(|stem| crate::text::hash(&format!("{stem}…")))
}

/// Keys of GTINs and of words may meet by accident: the comparison then says that the records differ.
fn gtin_hash(gtin: u64) -> u32 {
    crate::text::hash(&format!("gtin {gtin}"))
}
