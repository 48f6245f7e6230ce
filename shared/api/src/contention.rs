//! How often, and after what pauses, a decision is made anew because somebody else changed its records meanwhile: one
//! policy for everything that decides.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use seamless_pause::Pause;
use seamless_service::config::{InvalidSetting, Validate};
use serde::Deserialize;
use tokio::sync::OwnedMutexGuard;

/// The policy. Who lost once waits until those who lost before are done ([`Turns`]). The pause before each further attempt is
/// chosen at random, so that rivals do not meet again, and its longest doubles from attempt to attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contention {
    /// How often a decision is made at most; then the caller is told ABORTED with the reason CONTENTION.
    pub attempts: u32,
    /// The pause before the third attempt is at most this long …
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
    /// The policy at work: those who lost take turns.
    #[must_use]
    pub fn turns(self) -> Turns {
        Turns { policy: self, queues: Arc::default() }
    }
}

/// Whoever decides first does so at once; whoever lost stands in a queue with all others of this process who did at the same kind of
/// call, in the order of their coming. So many rivals for one record, each of whom would win one time in many, get it one after the
/// other, and meet those of other replicas, newcomers and other kinds of calls alone. Clones share the queues.
#[derive(Clone, Debug)]
pub struct Turns {
    policy: Contention,
    /// By the kind of call; there are as many as there are methods.
    queues: Arc<Mutex<HashMap<String, Queue>>>,
}

type Queue = Arc<tokio::sync::Mutex<()>>;

impl Turns {
    /// The attempts at one decision of a kind of call: the path of its method, or another name.
    #[must_use]
    pub fn attempts(&self, kind: &str) -> Attempts {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = match queues.get(kind) {
            Some(queue) => Arc::clone(queue),
            None => Arc::clone(queues.entry(kind.to_owned()).or_default()),
        };
        Attempts { queue: Some(queue), ..self.attempts_within() }
    }

    /// The attempts at what is decided within another decision, or by one alone: without a turn, which the other one may have already.
    #[must_use]
    pub fn attempts_within(&self) -> Attempts {
        let pause = Pause::at_random(self.policy.first_pause, self.policy.longest_pause);
        Attempts { most: self.policy.attempts, made: 0, pause, queue: None, turn: None }
    }
}

/// The attempts at one decision: `while attempts.another().await { … }`. Its turn ends with the next pause, or when it is dropped.
#[derive(Debug)]
pub struct Attempts {
    most: u32,
    made: u32,
    pause: Pause,
    queue: Option<Queue>,
    turn: Option<OwnedMutexGuard<()>>,
}

impl Attempts {
    /// True where another attempt may be made: at once the first time, the second time when its turn has come, after a pause, and
    /// when its turn has come again, each further time. False when enough were.
    pub async fn another(&mut self) -> bool {
        if self.made >= self.most {
            return false;
        }
        // Whoever pauses keeps nobody waiting.
        let had_turn = self.turn.take().is_some();
        if had_turn || (self.made > 0 && self.queue.is_none()) {
            self.pause.wait().await;
        }
        if let Some(queue) = self.queue.as_ref().filter(|_| self.made > 0) {
            self.turn = Some(Arc::clone(queue).lock_owned().await);
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
