//! Tells how often files of materials were given, once the day is over.

use std::{sync::Arc, time::Duration};

use seamless_calendar::Clock;
use seamless_program::{each_due, every};
use tokio_util::sync::CancellationToken;

use crate::{
    commit::Decisions,
    domain::{DomainError, Rules, model::MaterialDownloads, records::Record, use_cases::TellDownloads},
    store::Store,
};

/// Materials looked at in one go.
const BATCH: u64 = 200;

/// The worker.
pub struct DownloadWatch {
    pub decisions: Decisions,
    pub store: Store,
    pub rules: Rules,
    pub clock: Arc<dyn Clock>,
    /// Between one look and the next.
    pub interval: Duration,
}

impl DownloadWatch {
    /// Works until the token is cancelled.
    pub async fn run(self, token: CancellationToken) {
        every(self.interval, &token, "downloads not told", || self.look(&token)).await
    }

    async fn look(&self, token: &CancellationToken) -> Result<(), DomainError> {
        let now = self.clock.now();
        let tell = TellDownloads { rules: &self.rules, records: &self.store };
        let done = each_due(
            BATCH,
            token,
            "downloads of a material were not told",
            MaterialDownloads::name,
            |batch| tell.due(batch, now),
            async |due: MaterialDownloads| self.decisions.settle(tell.execute(&due, now).await?).await,
        )
        .await?;
        if done.count > 0 {
            tracing::info!(materials = done.count, "downloads are told");
        }
        Ok(())
    }
}
