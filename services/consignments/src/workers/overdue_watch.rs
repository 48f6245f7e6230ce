//! Looks at suspensions: those whose due time passed are marked at the first look after it. Any number of replicas look;
//! the commit lets each mark through once.

use std::{sync::Arc, time::Duration};

use seamless_calendar::Clock;
use tokio_util::sync::CancellationToken;

use crate::{
    commit::Decisions,
    domain::{DomainError, Rules, use_cases::MarkOverdue},
    store::Store,
};

/// Suspensions looked at in one go.
const BATCH: u64 = 200;

/// The worker.
pub struct OverdueWatch {
    pub decisions: Decisions,
    pub store: Store,
    pub rules: Rules,
    pub clock: Arc<dyn Clock>,
    /// Between one look and the next.
    pub interval: Duration,
}

impl OverdueWatch {
    /// Works until the token is cancelled.
    pub async fn run(self, token: CancellationToken) {
        loop {
            match self.look(&token).await {
                Ok(0) => {}
                Ok(marked) => tracing::info!(marked, "suspensions are overdue"),
                Err(error) => {
                    tracing::warn!(%error, "suspensions not looked at; tried again at the next interval")
                }
            }
            tokio::select! {
                () = token.cancelled() => return,
                () = tokio::time::sleep(self.interval) => {}
            }
        }
    }

    /// Marks all that is due by now; gives how many.
    async fn look(&self, token: &CancellationToken) -> Result<usize, DomainError> {
        let mark = MarkOverdue { rules: &self.rules, records: &self.store };
        let mut marked = 0;
        loop {
            let now = self.clock.now();
            let due = mark.due(BATCH, now).await?;
            let mut progress = 0;
            for suspension in &due {
                let written = match mark.execute(suspension, now).await {
                    Ok(changes) => self.decisions.commit(changes, Vec::new()).await,
                    Err(error) => Err(error),
                };
                match written {
                    Ok(()) => progress += 1,
                    // Another replica, or a decision, came first.
                    Err(DomainError::Conflict) => {}
                    Err(error @ DomainError::Unavailable(_)) => return Err(error),
                    // What is wrong with one suspension keeps no other from being marked.
                    Err(error) => {
                        tracing::error!(control = %suspension.control, %error, "a suspension was not marked")
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
