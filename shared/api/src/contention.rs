//! How often, and after what pauses, a decision is made anew because somebody else changed its records meanwhile: one
//! policy for everything that decides.

use std::time::Duration;

use seamless_pause::Pause;
use seamless_service::config::{InvalidSetting, Validate};
use serde::Deserialize;

/// The policy. The pause before each further attempt is chosen at random, so that rivals do not meet again, and its
/// longest doubles from attempt to attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contention {
    /// How often a decision is made at most; then the caller is told ABORTED with the reason CONTENTION.
    pub attempts: u32,
    /// The pause before the second attempt is at most this long …
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub first_pause: Duration,
    /// … and none is longer than this.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub longest_pause: Duration,
}

impl Validate for Contention {
    fn validate(&self) -> Result<(), InvalidSetting> {
        let wrong = |key: &str, got: Duration, wanted: String| {
            Err(InvalidSetting::new(key, format!("{got:?}"), wanted))
        };
        if !(1..=100).contains(&self.attempts) {
            return Err(InvalidSetting::new("attempts", self.attempts, "1 to 100"));
        }
        if self.first_pause > Duration::from_secs(1) {
            return wrong("first_pause", self.first_pause, "0ms to 1s".to_owned());
        }
        let longest = self.first_pause..=Duration::from_secs(10);
        if !longest.contains(&self.longest_pause) {
            return wrong("longest_pause", self.longest_pause, format!("{:?} to 10s", self.first_pause));
        }
        Ok(())
    }
}

impl Contention {
    /// The attempts at one decision.
    #[must_use]
    pub fn attempts(&self) -> Attempts {
        let pause = Pause::at_random(self.first_pause, self.longest_pause);
        Attempts { most: self.attempts, made: 0, pause }
    }
}

/// The attempts at one decision: `while attempts.another().await { … }`.
#[derive(Debug)]
pub struct Attempts {
    most: u32,
    made: u32,
    pause: Pause,
}

impl Attempts {
    /// True where another attempt may be made: at once the first time, after a pause each further time. False when enough
    /// were.
    pub async fn another(&mut self) -> bool {
        if self.made >= self.most {
            return false;
        }
        if self.made > 0 {
            self.pause.wait().await;
        }
        self.made += 1;
        true
    }

    /// How many were made.
    #[must_use]
    pub fn made(&self) -> u32 {
        self.made
    }
}
