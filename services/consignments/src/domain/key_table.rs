//! Keys of 64 bits with the places behind them, twelve octets each: a tree or a map would take twice that.

/// What a key leads to. Far fewer than 2³² are held.
pub(super) type Place = u32;

/// Pairs of a bucket on average, at most.
const FULL: usize = 64;

/// The table. Keys are spread evenly, as those of a digest are; a key may have many places.
pub(super) struct KeyTable {
    /// A power of two of them: the first bits of a key say which is its own. Each is in the order of keys, and the places of
    /// one key are in the order that whoever adds them says.
    buckets: Vec<Vec<Pair>>,
    pairs: usize,
}

#[derive(Clone, Copy)]
struct Pair {
    /// In two halves, so that nothing is lost between pairs.
    key: [u32; 2],
    place: Place,
}

impl Pair {
    fn new(key: u64, place: Place) -> Self {
        Self { key: [(key >> 32) as u32, key as u32], place }
    }

    fn key(&self) -> u64 {
        (u64::from(self.key[0]) << 32) | u64::from(self.key[1])
    }
}

impl Default for KeyTable {
    fn default() -> Self {
        Self { buckets: vec![Vec::new()], pairs: 0 }
    }
}

impl KeyTable {
    /// A table of these pairs; the places of one key are in the order of what `rank` gives for them.
    pub(super) fn of<R: Ord>(
        pairs: impl Iterator<Item = (u64, Place)> + Clone,
        rank: impl Fn(Place) -> R,
    ) -> Self {
        let count = pairs.clone().count();
        let buckets = count.div_ceil(FULL).next_power_of_two();
        let mut sizes = vec![0; buckets];
        pairs.clone().for_each(|(key, _)| sizes[bucket_of(key, buckets)] += 1);
        let mut table = Self { buckets: sizes.into_iter().map(Vec::with_capacity).collect(), pairs: count };
        for (key, place) in pairs {
            table.buckets[bucket_of(key, buckets)].push(Pair::new(key, place));
        }
        for bucket in &mut table.buckets {
            bucket.sort_unstable_by(|one, two| {
                one.key().cmp(&two.key()).then_with(|| rank(one.place).cmp(&rank(two.place)))
            });
        }
        table
    }

    /// Adds a place to a key, behind those of the same key that are before it.
    pub(super) fn add(&mut self, key: u64, place: Place, is_before: impl Fn(Place) -> bool) {
        if self.pairs >= self.buckets.len() * FULL {
            self.split();
        }
        let bucket = self.bucket_mut(key);
        let after = |pair: &Pair| pair.key() < key || pair.key() == key && is_before(pair.place);
        let at = bucket.partition_point(after);
        if bucket.len() == bucket.capacity() {
            bucket.reserve_exact(bucket.len() / 8 + 4);
        }
        bucket.insert(at, Pair::new(key, place));
        self.pairs += 1;
    }

    /// Takes a place from a key, if it has it.
    pub(super) fn remove(&mut self, key: u64, place: Place) {
        let bucket = self.bucket_mut(key);
        let first = bucket.partition_point(|pair| pair.key() < key);
        let behind = bucket.iter().skip(first).take_while(|pair| pair.key() == key);
        if let Some(at) = behind.map(|pair| pair.place).position(|other| other == place) {
            bucket.remove(first + at);
            self.pairs -= 1;
        }
    }

    /// The places of a key.
    pub(super) fn behind(&self, key: u64) -> impl DoubleEndedIterator<Item = Place> {
        let bucket = &self.buckets[bucket_of(key, self.buckets.len())];
        let first = bucket.partition_point(|pair| pair.key() < key);
        let rest = &bucket[first..];
        let count = rest.partition_point(|pair| pair.key() == key);
        rest[..count].iter().map(|pair| pair.place)
    }

    fn bucket_mut(&mut self, key: u64) -> &mut Vec<Pair> {
        let buckets = self.buckets.len();
        &mut self.buckets[bucket_of(key, buckets)]
    }

    /// Makes two of each bucket.
    fn split(&mut self) {
        let buckets = self.buckets.len() * 2;
        let mut halves = Vec::with_capacity(buckets);
        for (number, mut lower) in std::mem::take(&mut self.buckets).into_iter().enumerate() {
            let upper = lower.partition_point(|pair| bucket_of(pair.key(), buckets) == 2 * number);
            let upper = lower.split_off(upper);
            lower.shrink_to_fit();
            halves.extend([lower, upper]);
        }
        self.buckets = halves;
    }
}

/// The number of a key's bucket, of so many; these are a power of two.
fn bucket_of(key: u64, buckets: usize) -> usize {
    // Of one bucket no bit says anything.
    key.checked_shr(u64::BITS - buckets.trailing_zeros()).unwrap_or(0) as usize
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    /// As digests are spread.
    fn spread(number: u64) -> u64 {
        let number = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (number ^ (number >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9)
    }

    #[test]
    fn it_holds_what_a_tree_holds_however_it_came_to_it() {
        let mut tree: BTreeMap<u64, BTreeSet<Place>> = BTreeMap::new();
        let pairs: Vec<(u64, Place)> =
            (0..20_000_u32).map(|place| (spread(u64::from(place % 7_000) / 3), place)).collect();
        let (filled, added) = pairs.split_at(9_000);
        let mut table = KeyTable::of(filled.iter().rev().copied(), |place| place);
        for (key, place) in added.iter().rev() {
            table.add(*key, *place, |other| other < *place);
        }
        for (key, place) in &pairs {
            tree.entry(*key).or_default().insert(*place);
        }
        for (key, place) in pairs.iter().step_by(3) {
            table.remove(*key, *place);
            table.remove(*key, *place);
            tree.entry(*key).or_default().remove(place);
        }
        for (key, places) in &tree {
            assert!(table.behind(*key).eq(places.iter().copied()));
            assert!(table.behind(*key).rev().eq(places.iter().rev().copied()));
        }
        assert_eq!(table.behind(1).count(), 0);
        assert_eq!(table.pairs, tree.values().map(BTreeSet::len).sum::<usize>());
        assert_eq!(KeyTable::default().behind(u64::MAX).count(), 0);
    }
}
