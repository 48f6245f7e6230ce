//! Forgets the answers to requests that are older than their retention.

use std::{sync::Arc, time::Duration};

use seamless_calendar::Clock;
use seamless_storage::{Database, StorageError, requests};
use tokio_util::sync::CancellationToken;

/// Between one look and the next.
const INTERVAL: Duration = Duration::from_secs(3600);
/// Answers forgotten in one transaction, so that writers wait only briefly.
const BATCH: u64 = 500;

/// The worker.
pub struct Purge {
    pub database: Database,
    pub clock: Arc<dyn Clock>,
    pub retention: Duration,
}

impl Purge {
    /// Works until the token is cancelled.
    pub async fn run(self, token: CancellationToken) {
        loop {
            tokio::select! {
                () = token.cancelled() => return,
                () = tokio::time::sleep(INTERVAL) => {}
            }
            match self.sweep(&token).await {
                Ok(0) => {}
                Ok(forgotten) => tracing::info!(forgotten, "old request answers forgotten"),
                Err(error) => tracing::warn!(%error, "old request answers not forgotten"),
            }
        }
    }

    /// Forgets all that are too old; gives how many.
    async fn sweep(&self, token: &CancellationToken) -> Result<u64, StorageError> {
        let retention = i64::try_from(self.retention.as_micros()).unwrap_or(i64::MAX);
        let before = self.clock.now().as_microsecond().saturating_sub(retention);
        let mut all = 0;
        loop {
            let forgotten = self
                .database
                .write(move |tx| Box::pin(async move { requests::purge(tx, before, BATCH).await }))
                .await?;
            all += forgotten;
            if forgotten < BATCH || token.is_cancelled() {
                return Ok(all);
            }
        }
    }
}
