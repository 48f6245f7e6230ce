//! What expected harm the highest share of arrivals has, learnt from those that came before.
//!
//! Keeps the highest scores as they are and a random sample of all, so that both a small and a large share are known,
//! in a memory that does not grow. Which scores are sampled is decided by a keyed hash: the order of arrival means
//! nothing.

use std::collections::BTreeMap;

use crate::chance::{Purpose, number};

/// As many scores are kept at the top, and as many in the sample.
const KEPT: usize = 1024;

/// From what expected harm on goods are targeted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    /// Goods above this are targeted.
    pub expected_harm: f64,
    /// Goods at just this are targeted with this probability, 0 to 1.
    pub share_at: f64,
}

impl Threshold {
    /// Everything is targeted.
    pub const ALL: Self = Self { expected_harm: 0.0, share_at: 1.0 };
    /// Nothing is targeted.
    pub const NOTHING: Self = Self { expected_harm: f64::INFINITY, share_at: 0.0 };
}

/// A sketch of the scores of many arrivals.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreSample {
    seed: [u8; 32],
    seen: u64,
    /// The highest scores, rising.
    top: Vec<f64>,
    /// Those whose ids have the lowest numbers.
    sample: BTreeMap<u128, f64>,
    /// The sample's scores, rising.
    sorted: Vec<f64>,
}

impl ScoreSample {
    /// Of nothing yet; `seed` decides what is sampled.
    pub fn new(seed: [u8; 32]) -> Self {
        Self { seed, seen: 0, top: Vec::new(), sample: BTreeMap::new(), sorted: Vec::new() }
    }

    /// How many scores it was shown.
    pub fn seen(&self) -> u64 {
        self.seen
    }

    /// The lowest score that it has kept; `None` before anything was shown. Exact while no more were shown than are kept.
    pub fn lowest(&self) -> Option<f64> {
        self.sorted.first().copied()
    }

    /// The mean of what it was shown; `None` before anything was. Exact while no more were shown than are kept, and of a random sample
    /// of them from then on.
    pub fn mean(&self) -> Option<f64> {
        let sum: f64 = self.sorted.iter().sum();
        (!self.sorted.is_empty()).then(|| sum / self.sorted.len() as f64)
    }

    /// Shows it the expected harm of `id`; each id once. What is not a number is left out.
    pub fn add(&mut self, id: &[u8; 16], expected_harm: f64) {
        if expected_harm.is_nan() {
            return;
        }
        self.seen += 1;
        self.add_to_top(expected_harm);
        let number = number(&self.seed, Purpose::Sample, id);
        if self.sample.len() == KEPT
            && self.sample.last_key_value().is_some_and(|(highest, _)| number > *highest)
        {
            return;
        }
        insert(&mut self.sorted, expected_harm);
        let replaced = self.sample.insert(number, expected_harm);
        let left_out =
            if self.sample.len() > KEPT { self.sample.pop_last().map(|(_, score)| score) } else { None };
        for gone in replaced.into_iter().chain(left_out) {
            let place = self.sorted.partition_point(|score| *score < gone);
            self.sorted.remove(place);
        }
    }

    fn add_to_top(&mut self, expected_harm: f64) {
        if self.top.len() < KEPT {
            insert(&mut self.top, expected_harm);
            return;
        }
        // The lowest makes room, and those between the two move down: most scores are below all of them, and move none.
        let place = self.top.partition_point(|other| *other < expected_harm);
        let Some(below) = place.checked_sub(1) else { return };
        self.top.copy_within(1..place, 0);
        self.top[below] = expected_harm;
    }

    /// The threshold above or at which lies the share `share` of what it was shown: everything for 1 and more, nothing
    /// for 0 and less, nor before anything was shown.
    pub fn highest(&self, share: f64) -> Threshold {
        if share >= 1.0 {
            return Threshold::ALL;
        }
        let in_all = share * self.seen as f64;
        // The top is exact as far as it goes; beyond it the sample speaks for all.
        if in_all < self.top.len() as f64 {
            from_top(&self.top, in_all)
        } else {
            from_top(&self.sorted, share * self.sorted.len() as f64)
        }
    }
}

fn insert(rising: &mut Vec<f64>, score: f64) {
    let place = rising.partition_point(|other| *other < score);
    rising.insert(place, score);
}

/// The threshold that `wanted` (need not be whole) of the scores pass.
fn from_top(rising: &[f64], wanted: f64) -> Threshold {
    if wanted.is_nan() || wanted <= 0.0 {
        return Threshold::NOTHING;
    }
    let place = rising.len().checked_sub(1 + wanted as usize);
    let Some(expected_harm) = place.and_then(|place| rising.get(place)).copied() else {
        return if rising.is_empty() { Threshold::NOTHING } else { Threshold::ALL };
    };
    let above = rising.len() - rising.partition_point(|score| *score <= expected_harm);
    let tied = rising.len() - above - rising.partition_point(|score| *score < expected_harm);
    Threshold { expected_harm, share_at: ((wanted - above as f64) / tied as f64).clamp(0.0, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_is_that_of_what_it_was_shown() {
        let mut scores = ScoreSample::new([7; 32]);
        assert_eq!(scores.mean(), None);
        for id in 0..100_000_u128 {
            scores.add(&id.to_be_bytes(), (id % 10) as f64 / 10.0);
            let is_exact = id < 1_000 && id % 10 == 9;
            assert!(!is_exact || scores.mean().is_some_and(|mean| (mean - 0.45).abs() < 1e-9), "{id}");
        }
        assert!(scores.mean().is_some_and(|mean| (mean - 0.45).abs() < 0.03), "{:?}", scores.mean());
    }
}
