//! How much a principal may use in a time.
//!
//! Invariant: what a call turned out to cost is owed even if it is more than was left, and is paid before the next call.
//! (That is why this is no `governor`: it refuses what does not fit and so charges nothing for it.)

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Above so many keys, those that owe nothing are forgotten.
const SWEEP_ABOVE: usize = 1024;

/// A rate for each key: the generic cell rate algorithm, where the debt of a key is the instant at which it is paid.
#[derive(Debug)]
pub(crate) struct Quota<K> {
    /// How long a unit takes to be paid.
    unit: Duration,
    /// How much debt still lets a call in.
    burst: Duration,
    paid_at: Mutex<Paid<K>>,
}

#[derive(Debug)]
struct Paid<K> {
    by_key: HashMap<K, Instant>,
    sweep_above: usize,
}

impl<K: Clone + Eq + Hash> Quota<K> {
    /// `per_second` units, and `burst` at once after a silence; both more than 0.
    pub(crate) fn new(per_second: u32, burst: u32) -> Self {
        Self::every(Duration::from_secs(1) / per_second, burst)
    }

    /// A unit in so long a time, and `burst` at once after a silence; both more than 0.
    pub(crate) fn every(unit: Duration, burst: u32) -> Self {
        let paid_at = Mutex::new(Paid { by_key: HashMap::new(), sweep_above: SWEEP_ABOVE });
        Self { unit, burst: unit * burst, paid_at }
    }

    /// Takes a unit.
    ///
    /// # Errors
    /// How long to wait until there is one.
    pub(crate) fn take(&self, key: &K, now: Instant) -> Result<(), Duration> {
        let mut paid = self.lock();
        let at = paid.by_key.get(key).map_or(now, |at| (*at).max(now));
        let debt = at.duration_since(now) + self.unit;
        match debt.checked_sub(self.burst) {
            Some(wait) if !wait.is_zero() => Err(wait),
            _ => {
                paid.set(key, at + self.unit, now);
                Ok(())
            }
        }
    }

    /// Takes further units, whether or not there are so many.
    pub(crate) fn charge(&self, key: &K, units: u32, now: Instant) {
        if units > 0 {
            let mut paid = self.lock();
            let at = paid.by_key.get(key).map_or(now, |at| (*at).max(now));
            paid.set(key, at + self.unit * units, now);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Paid<K>> {
        self.paid_at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Clone + Eq + Hash> Paid<K> {
    fn set(&mut self, key: &K, at: Instant, now: Instant) {
        match self.by_key.get_mut(key) {
            Some(known) => *known = at,
            None => {
                if self.by_key.len() >= self.sweep_above {
                    self.by_key.retain(|_, at| *at > now);
                    self.sweep_above = SWEEP_ABOVE.max(2 * self.by_key.len());
                }
                self.by_key.insert(key.clone(), at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_let_in_then_the_rate_and_a_debt_is_paid_first() {
        let quota = Quota::new(10, 3);
        let now = Instant::now();
        assert!((0..3).all(|_| quota.take(&"gacc", now).is_ok()));
        assert_eq!(quota.take(&"gacc", now), Err(Duration::from_millis(100)));
        assert_eq!(quota.take(&"just", now), Ok(()), "another's quota is its own");
        let later = now + Duration::from_millis(100);
        assert_eq!(quota.take(&"gacc", later), Ok(()));
        quota.charge(&"gacc", 20, later);
        assert_eq!(quota.take(&"gacc", later), Err(Duration::from_millis(2100)));
        assert_eq!(quota.take(&"gacc", later + Duration::from_millis(2100)), Ok(()));
    }

    #[test]
    fn keys_that_owe_nothing_are_forgotten() {
        let quota = Quota::new(10, 3);
        let now = Instant::now();
        for (second, start) in [(0, 0), (2, SWEEP_ABOVE), (4, 2 * SWEEP_ABOVE)] {
            for key in start..start + SWEEP_ABOVE {
                quota.take(&key, now + Duration::from_secs(second)).unwrap();
            }
        }
        assert!(quota.lock().by_key.len() <= SWEEP_ABOVE);
    }
}
