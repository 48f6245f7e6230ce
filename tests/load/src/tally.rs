//! What is counted: how much, in how long, and how long each took.

use std::time::Duration;

use hdrhistogram::Histogram;
use serde_json::Value;

use crate::{Failure, outcome::rounded};

/// The longest that is told apart: one minute, in microseconds.
const LONGEST: u64 = 60_000_000;

/// Durations of single calls.
pub struct Durations(Histogram<u64>);

impl Durations {
    /// None yet.
    ///
    /// # Errors
    /// Never: the bounds are right.
    pub fn new() -> Result<Self, Failure> {
        Ok(Self(Histogram::new_with_bounds(1, LONGEST, 3)?))
    }

    /// Counts one; longer ones count as a minute.
    pub fn add(&mut self, duration: Duration) {
        self.0.saturating_record(u64::try_from(duration.as_micros()).unwrap_or(LONGEST));
    }

    /// Adds those of another.
    ///
    /// # Errors
    /// Never: both have the same bounds.
    pub fn merge(&mut self, other: &Self) -> Result<(), Failure> {
        Ok(self.0.add(&other.0)?)
    }

    /// How many.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.len()
    }

    /// The duration that this share (0 to 1) does not exceed, in milliseconds.
    #[must_use]
    pub fn quantile_ms(&self, share: f64) -> f64 {
        self.0.value_at_quantile(share) as f64 / 1_000.0
    }

    /// A quantile as a fact of an outcome.
    #[must_use]
    pub fn fact(&self, share: f64) -> Value {
        rounded(self.quantile_ms(share)).into()
    }
}

/// Work done over several slices of time.
#[derive(Default)]
pub struct Rate {
    count: u64,
    time: Duration,
    slowest: Option<f64>,
    fastest: Option<f64>,
}

impl Rate {
    /// Adds a slice.
    pub fn add(&mut self, count: u64, time: Duration) {
        self.count += count;
        self.time += time;
        let rate = count as f64 / time.as_secs_f64();
        self.slowest = Some(self.slowest.map_or(rate, |slowest| slowest.min(rate)));
        self.fastest = Some(self.fastest.map_or(rate, |fastest| fastest.max(rate)));
    }

    /// Over all slices.
    #[must_use]
    pub fn per_second(&self) -> f64 {
        self.count as f64 / self.time.as_secs_f64()
    }

    /// The slowest and the fastest slice, as a fact: how much noise there was.
    #[must_use]
    pub fn range(&self) -> Value {
        let whole = |rate: Option<f64>| rate.unwrap_or_default().round();
        vec![whole(self.slowest), whole(self.fastest)].into()
    }
}
