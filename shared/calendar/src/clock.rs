//! The one door to the wall clock.
//!
//! Services, workers and domain code take a [`Clock`], so that tests and drills can move time. Invariant: every
//! instant that leaves this module has whole microseconds, the precision of PostgreSQL's `timestamptz`; a value
//! that was stored and read again therefore compares equal to the value that was written.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{RoundMode, SignedDuration, Timestamp, TimestampRound, Unit};

/// Tells the current instant, in whole microseconds.
pub trait Clock: Send + Sync + 'static {
    /// The current instant, truncated to microseconds.
    fn now(&self) -> Timestamp;
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> Timestamp {
        (**self).now()
    }
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods)] // the only place that reads the wall clock
    fn now(&self) -> Timestamp {
        to_microseconds(Timestamp::now())
    }
}

/// A clock that tests and drills move. Clones share one time.
#[derive(Clone)]
pub struct MovableClock {
    state: Arc<Mutex<State>>,
}

#[derive(Clone, Copy)]
enum State {
    /// Stands still at this instant until it is advanced.
    Standing(Timestamp),
    /// Runs with the system clock, this far ahead of it (behind, if negative).
    Following(SignedDuration),
}

impl MovableClock {
    /// A clock that stands still at `instant` and moves only through [`advance`](Self::advance).
    pub fn starting_at(instant: Timestamp) -> Self {
        Self { state: Arc::new(Mutex::new(State::Standing(to_microseconds(instant)))) }
    }

    /// A clock that runs with the system clock, `offset` ahead of it; [`advance`](Self::advance) adds to the offset.
    pub fn following(offset: SignedDuration) -> Self {
        Self { state: Arc::new(Mutex::new(State::Following(offset))) }
    }

    /// Moves the clock by `step`; a negative step moves it back. Saturates at the ends of the representable time.
    pub fn advance(&self, step: SignedDuration) {
        let mut state = self.lock();
        *state = match *state {
            State::Standing(instant) => State::Standing(to_microseconds(moved(instant, step))),
            State::Following(offset) => State::Following(offset.saturating_add(step)),
        };
    }

    /// A panic elsewhere cannot leave the state half written (it is replaced whole), so a poisoned lock is fine.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for MovableClock {
    fn now(&self) -> Timestamp {
        match *self.lock() {
            State::Standing(instant) => instant,
            State::Following(offset) => to_microseconds(moved(SystemClock.now(), offset)),
        }
    }
}

/// How far a sandbox is ahead of real time, in whole microseconds. Clones share it; it only grows, so that an older word on it
/// changes nothing.
#[derive(Clone, Debug, Default)]
pub struct Ahead(Arc<AtomicI64>);

impl Ahead {
    /// Goes at least so far ahead.
    pub fn reach(&self, ahead: SignedDuration) {
        self.0.fetch_max(i64::try_from(ahead.as_micros()).unwrap_or(i64::MAX), Ordering::Relaxed);
    }

    /// The clock of the sandbox, on top of a given one. Saturates at the end of the representable time.
    pub fn clock(&self, real: Arc<dyn Clock>) -> Arc<dyn Clock> {
        Arc::new(AheadClock { real, ahead: self.clone() })
    }
}

struct AheadClock {
    real: Arc<dyn Clock>,
    ahead: Ahead,
}

impl Clock for AheadClock {
    fn now(&self) -> Timestamp {
        let ahead = SignedDuration::from_micros(self.ahead.0.load(Ordering::Relaxed));
        to_microseconds(moved(self.real.now(), ahead))
    }
}

impl fmt::Debug for MovableClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MovableClock").field(&self.now()).finish()
    }
}

fn moved(instant: Timestamp, step: SignedDuration) -> Timestamp {
    instant.saturating_add(step).unwrap_or(instant)
}

/// Rounds towards the past, so that "now" is never later than it is.
fn to_microseconds(instant: Timestamp) -> Timestamp {
    instant.round(TimestampRound::new().smallest(Unit::Microsecond).mode(RoundMode::Floor)).unwrap_or(instant)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_drill_moves_every_holder_of_the_clock_at_once() {
        let clock = MovableClock::starting_at(at("2026-01-05T08:00:00.123456789Z"));
        let seen_by_worker = clock.clone();
        assert_eq!(seen_by_worker.now(), at("2026-01-05T08:00:00.123456Z"));

        clock.advance(SignedDuration::from_hours(24 * 21));
        assert_eq!(seen_by_worker.now(), at("2026-01-26T08:00:00.123456Z"));
        clock.advance(SignedDuration::from_nanos(-1));
        assert_eq!(seen_by_worker.now(), at("2026-01-26T08:00:00.123455Z"));
    }

    #[test]
    fn a_following_clock_runs_with_the_system_clock_at_its_offset() {
        let ahead = SignedDuration::from_hours(48);
        let clock = MovableClock::following(SignedDuration::from_hours(24));
        clock.advance(SignedDuration::from_hours(24));

        let before = SystemClock.now();
        let read = clock.now();
        let after = SystemClock.now();
        assert!(before + ahead <= read && read <= after + ahead, "{before} {read} {after}");
        assert_eq!(read.subsec_nanosecond() % 1_000, 0);
        assert_eq!(before.subsec_nanosecond() % 1_000, 0);
    }

    #[test]
    fn a_sandbox_goes_ahead_of_real_time_and_never_back() {
        let (real, ahead) = (MovableClock::starting_at(at("2026-01-05T08:00:00Z")), Ahead::default());
        let (one, other) = (ahead.clock(Arc::new(real.clone())), ahead.clone().clock(Arc::new(real.clone())));
        assert_eq!(one.now(), real.now());
        ahead.reach(SignedDuration::from_hours(48));
        ahead.reach(SignedDuration::from_hours(24));
        real.advance(SignedDuration::from_hours(1));
        assert_eq!((one.now(), other.now()), (at("2026-01-07T09:00:00Z"), at("2026-01-07T09:00:00Z")));
        ahead.reach(SignedDuration::MAX);
        assert!(one.now() > at("9999-01-01T00:00:00Z"));
    }

    #[test]
    fn moving_past_the_end_of_time_stays_at_the_end() {
        let clock = MovableClock::starting_at(at("2026-01-05T08:00:00Z"));
        clock.advance(SignedDuration::MAX);
        assert!(Timestamp::MAX.duration_since(clock.now()) < SignedDuration::from_micros(1));
        clock.advance(SignedDuration::MIN);
        assert_eq!(clock.now(), Timestamp::MIN);
    }
}
