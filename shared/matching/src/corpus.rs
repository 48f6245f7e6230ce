//! How usual a token is: a shared rare word says more than a shared usual one.
//!
//! Invariant: a weight changes only where a count passes a power of two, and is the same for all counts below
//! [`FLOOR`]. So from a weight nobody learns whether some record that is not shown to them has a word.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hash, Hasher},
};

use crate::prepared::Prepared;

/// Counts below this are not told apart.
const FLOOR: u32 = 4;
/// A collection smaller than this is weighed as if it had so many records.
const SMALLEST: u32 = 256;

/// Document frequencies of the tokens of a collection of records.
#[derive(Clone, Debug, Default)]
pub struct Corpus {
    documents: u32,
    frequencies: HashMap<u32, u32, BuildHasherDefault<AlreadyHashed>>,
    /// How many records have a model number with a brand, by [`with_brand`].
    branded: HashMap<u64, u32, BuildHasherDefault<AlreadyHashed>>,
    /// How many brands have a model number.
    brands: HashMap<u32, u32, BuildHasherDefault<AlreadyHashed>>,
}

impl Corpus {
    /// The frequencies of these records; each counts as often as it is given.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a Prepared>) -> Self {
        let mut corpus = Self::default();
        records.into_iter().for_each(|record| corpus.add(record));
        corpus
    }

    /// Counts a record.
    pub fn add(&mut self, record: &Prepared) {
        self.documents = self.documents.saturating_add(1);
        for term in record.terms() {
            *self.frequencies.entry(term).or_default() += 1;
        }
        let Some(brand) = record.brand() else { return };
        for code in record.different_codes() {
            let records = self.branded.entry(with_brand(code, brand)).or_default();
            *records += 1;
            if *records == 1 {
                *self.brands.entry(code).or_default() += 1;
            }
        }
    }

    /// Takes a record, that was added, out of the counts.
    pub fn remove(&mut self, record: &Prepared) {
        self.documents = self.documents.saturating_sub(1);
        for term in record.terms() {
            take_one(&mut self.frequencies, term);
        }
        let Some(brand) = record.brand() else { return };
        for code in record.different_codes() {
            if take_one(&mut self.branded, with_brand(code, brand)) {
                take_one(&mut self.brands, code);
            }
        }
    }

    /// How many records are counted.
    pub fn len(&self) -> usize {
        self.documents as usize
    }

    /// Whether no record is counted.
    pub fn is_empty(&self) -> bool {
        self.documents == 0
    }

    /// What a token with this hash weighs: 1 if it is rare, near 0 if all records have it.
    pub fn weight(&self, hash: u32) -> f32 {
        let count = self.frequencies.get(&hash).copied().unwrap_or(0).max(FLOOR);
        let all = self.documents.max(SMALLEST).ilog2() - FLOOR.ilog2();
        let usual = (count.ilog2() - FLOOR.ilog2()) as f32 / all as f32;
        (1.0 - usual).max(0.03)
    }

    /// How many brands have the model number with this hash: 0 for fewer than eight, and one more each time that they double,
    /// from there on: as with weights, counts below [`FLOOR`] are not told apart.
    pub(crate) fn spread(&self, code: u32) -> u32 {
        let brands = self.brands.get(&code).copied().unwrap_or(0);
        brands.max(FLOOR).ilog2() - FLOOR.ilog2()
    }

    /// Bytes that the counts take, about.
    pub(crate) fn bytes(&self) -> usize {
        // A slot of the standard map has a byte of control beside key and value.
        let numbers = self.frequencies.capacity() + self.brands.capacity();
        let pairs = self.branded.capacity();
        (numbers * (size_of::<(u32, u32)>() + 1) + pairs * (size_of::<(u64, u32)>() + 1)) * 8 / 7
    }
}

/// A model number together with a brand.
fn with_brand(code: u32, brand: u32) -> u64 {
    u64::from(code) << 32 | u64::from(brand)
}

/// Counts one less, and says whether none is left.
fn take_one<K: Eq + Hash>(counts: &mut HashMap<K, u32, BuildHasherDefault<AlreadyHashed>>, key: K) -> bool {
    let Some(count) = counts.get_mut(&key) else { return false };
    *count = count.saturating_sub(1);
    let is_last = *count == 0;
    if is_last {
        counts.remove(&key);
    }
    is_last
}

/// The keys are hashes; hashing them once more gains nothing but the spread over the high bits, which the map reads.
#[derive(Clone, Debug, Default)]
pub(crate) struct AlreadyHashed(u64);

impl Hasher for AlreadyHashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(self.0 ^ u64::from(*byte));
        }
    }

    fn write_u32(&mut self, hash: u32) {
        self.write_u64(u64::from(hash));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(26);
    }
}
