//! Looks at the clocks: warnings and breaches are established at the first look after their instant. Any number of
//! replicas look; the commit lets each mark through once.

use std::{sync::Arc, time::Duration};

use seamless_calendar::Clock;
use tokio_util::sync::CancellationToken;

use crate::{
    commit::Decisions,
    domain::{DomainError, Rules, ports::ClockReader, use_cases::MarkClocks},
    store::Store,
};

/// Transmissions looked at in one go.
const BATCH: u64 = 200;

/// The worker.
pub struct ClockWatch {
    pub decisions: Decisions,
    pub store: Store,
    pub rules: Rules,
    pub clock: Arc<dyn Clock>,
    /// Between one look and the next.
    pub interval: Duration,
}

impl ClockWatch {
    /// Works until the token is cancelled.
    pub async fn run(self, token: CancellationToken) {
        loop {
            match self.look(&token).await {
                Ok(0) => {}
                Ok(marked) => tracing::info!(marked, "clocks marked"),
                Err(error) => {
                    tracing::warn!(%error, "clocks not looked at; tried again at the next interval")
                }
            }
            tokio::select! {
                () = token.cancelled() => return,
                () = tokio::time::sleep(self.interval) => {}
            }
        }
    }

    /// Marks all that has come by now; gives for how many transmissions.
    async fn look(&self, token: &CancellationToken) -> Result<usize, DomainError> {
        let mut marked = 0;
        loop {
            let now = self.clock.now();
            let due = self.store.clock_due(now, BATCH).await?;
            let mut progress = 0;
            for (notification, recipient) in &due {
                let (store, rules) = (&self.store, &self.rules);
                let mark = MarkClocks { rules, transmissions: store, clocks: store };
                let marked = match mark.execute(*notification, recipient, now).await {
                    Ok(changes) if changes.clocks.is_empty() => continue,
                    Ok(changes) => self.decisions.commit(changes, None).await,
                    Err(error) => Err(error),
                };
                match marked {
                    Ok(()) => progress += 1,
                    // Another replica, or a reaction, came first.
                    Err(DomainError::Conflict) => {}
                    Err(error @ DomainError::Unavailable(_)) => return Err(error),
                    // What is wrong with one clock keeps no other from being marked.
                    Err(error) => {
                        tracing::error!(%notification, %recipient, %error, "a clock was not marked")
                    }
                }
            }
            marked += progress;
            if progress == 0 || (due.len() as u64) < BATCH || token.is_cancelled() {
                return Ok(marked);
            }
        }
    }
}
