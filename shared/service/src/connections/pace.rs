//! How many handshakes begin in a second, whatever comes: each costs more than any call.
//!
//! Invariant: whoever waits goes in the order of arrival, and whoever is gone by then takes up no time.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

/// As much as may begin at once after a silence.
const SLACK: Duration = Duration::from_millis(20);

#[derive(Debug)]
pub(crate) struct Pace {
    interval: Duration,
    next: Mutex<Instant>,
}

impl Pace {
    /// So many a second, more than 0.
    pub(crate) fn new(per_second: u32) -> Self {
        Self { interval: Duration::from_secs(1) / per_second, next: Mutex::new(Instant::now()) }
    }

    /// Waits until one more may begin.
    pub(crate) async fn keep(&self) {
        let mut next = self.next.lock().await;
        if *next > Instant::now() {
            tokio::time::sleep_until(*next).await;
        }
        // What a late timer lost is made up for.
        let earliest = Instant::now().checked_sub(SLACK).unwrap_or(*next);
        *next = (*next).max(earliest) + self.interval;
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;
    use futures::future::join_all;

    use super::*;

    #[tokio::test]
    async fn a_flood_is_slowed_down_and_one_alone_is_not() {
        let pace = Pace::new(100);
        pace.keep().now_or_never().expect("nobody came before");
        let begun = Instant::now();
        join_all((0..20).map(|_| pace.keep())).await;
        assert!(begun.elapsed() >= Duration::from_millis(160), "{:?}", begun.elapsed());
    }
}
