//! How long to wait before trying again.
//!
//! Invariant: no pause is longer than the longest that was asked for, and what is exact is never shorter than the first.

use std::time::Duration;

use uuid::Uuid;

/// The pauses between attempts at one thing: each up to twice as long as the one before. A constant of it is a fresh start
/// wherever it is named.
#[derive(Clone, Debug)]
pub struct Pause {
    first: Duration,
    longest: Duration,
    upcoming: Duration,
    is_random: bool,
}

impl Pause {
    /// Pauses of `first`, then twice that, up to `longest`: for one who waits until another is there again.
    #[must_use]
    pub const fn doubling(first: Duration, longest: Duration) -> Self {
        Self { first, longest, upcoming: first, is_random: false }
    }

    /// Pauses of a random length, the first of at most `first`, each further one of at most twice as much, up to `longest`:
    /// for rivals, who would meet again if all waited equally long.
    #[must_use]
    pub const fn at_random(first: Duration, longest: Duration) -> Self {
        Self { first, longest, upcoming: first, is_random: true }
    }

    /// Sleeps for the next pause. Whoever drops the future has used it up.
    pub async fn wait(&mut self) {
        tokio::time::sleep(self.next()).await;
    }

    /// How long the next pause is, for a caller who sleeps by itself; uses it up.
    #[allow(clippy::should_implement_trait, reason = "pauses never end, so there is no Option to look into")]
    pub fn next(&mut self) -> Duration {
        let pause = self.upcoming.min(self.longest);
        self.upcoming = pause.saturating_mul(2);
        if self.is_random { pause.mul_f64(random_share()) } else { pause }
    }

    /// There was progress: the next pause is as the first.
    pub fn start_over(&mut self) {
        self.upcoming = self.first;
    }
}

/// A number from 0 to 1, each as likely as the others.
fn random_share() -> f64 {
    f64::from(Uuid::new_v4().as_fields().0) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(count: u64) -> Duration {
        Duration::from_millis(count)
    }

    fn next(pause: &mut Pause, count: usize) -> Vec<Duration> {
        (0..count).map(|_| pause.next()).collect()
    }

    #[test]
    fn who_waits_for_another_waits_twice_as_long_each_time_and_after_progress_as_at_first() {
        let mut pause = Pause::doubling(ms(200), ms(1_000));
        assert_eq!(next(&mut pause, 5), [ms(200), ms(400), ms(800), ms(1_000), ms(1_000)]);
        pause.start_over();
        assert_eq!(next(&mut pause, 2), [ms(200), ms(400)]);
        assert_eq!(Pause::doubling(ms(9), ms(4)).next(), ms(4), "never longer than the longest");
        assert_eq!(next(&mut Pause::doubling(Duration::MAX, Duration::MAX), 2), [Duration::MAX; 2]);
    }

    #[test]
    fn rivals_wait_at_random_within_what_doubles_and_all_of_it_is_used() {
        let rounds: Vec<Vec<Duration>> =
            (0..500).map(|_| next(&mut Pause::at_random(ms(4), ms(30)), 6)).collect();
        for (attempt, limit) in [4, 8, 16, 30, 30, 30].into_iter().map(ms).enumerate() {
            let of_attempt: Vec<Duration> = rounds.iter().map(|round| round[attempt]).collect();
            assert!(of_attempt.iter().all(|pause| *pause <= limit), "{attempt}: {of_attempt:?}");
            // Of 500 even draws, all but 1 in 10^20 times some lie in each tenth.
            assert!(of_attempt.iter().any(|pause| *pause < limit / 10), "{attempt}: {of_attempt:?}");
            assert!(of_attempt.iter().any(|pause| *pause > limit * 9 / 10), "{attempt}: {of_attempt:?}");
        }
    }
}
