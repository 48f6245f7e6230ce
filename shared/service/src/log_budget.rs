//! A bound on log lines, for events that strangers can cause at any rate.
//!
//! Invariant: no event goes unmentioned: those without a line of their own are counted, and the count is logged within
//! a second of them.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

const SECOND: Duration = Duration::from_secs(1);

/// So many lines a second of one kind.
#[derive(Clone)]
pub(crate) struct LogBudget {
    per_second: usize,
    /// What the line with the count says.
    rest: &'static str,
    window: Arc<Mutex<Window>>,
}

struct Window {
    begun: Instant,
    lines: usize,
    left_out: usize,
}

impl LogBudget {
    pub(crate) fn new(per_second: usize, rest: &'static str) -> Self {
        let window = Window { begun: Instant::now(), lines: 0, left_out: 0 };
        Self { per_second, rest, window: Arc::new(Mutex::new(window)) }
    }

    /// Whether the event gets a line; else it is counted. Call it inside a tokio runtime.
    pub(crate) fn allows(&self) -> bool {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if now.duration_since(window.begun) >= SECOND {
            window.begun = now;
            window.lines = 0;
        }
        if window.lines < self.per_second {
            window.lines += 1;
            return true;
        }
        window.left_out += 1;
        if window.left_out == 1 {
            let (budget, end) = (self.clone(), window.begun + SECOND);
            tokio::spawn(async move {
                tokio::time::sleep_until(end.into()).await;
                budget.tell_of_the_rest();
            });
        }
        false
    }

    fn tell_of_the_rest(&self) {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        let count = std::mem::take(&mut window.left_out);
        tracing::info!(count, "{}", self.rest);
    }
}
