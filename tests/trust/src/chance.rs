//! When things happen: at random, so that over many rounds every moment of a write is met.

use std::time::Duration;

use uuid::Uuid;

/// A time between two numbers of milliseconds, the second not included.
#[must_use]
pub fn between(least: u64, most: u64) -> Duration {
    let (chance, _) = Uuid::new_v4().as_u64_pair();
    Duration::from_millis(least + chance % (most - least))
}
