//! Makes the index of words complete: what an earlier version of the service wrote gets its entries when this one
//! starts, and what an earlier one still writes beside it during a roll-out, soon after. Any number of replicas work.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::{
    domain::{
        DomainError, Rules,
        access::sights,
        ports::{NotificationReader, TransmissionReader},
    },
    store::Store,
};

/// Notifications of one transaction.
const BATCH: u64 = 100;
/// Between one look and the next, once nothing is missing.
const INTERVAL: Duration = Duration::from_secs(60);

/// The worker.
pub struct SearchIndex {
    pub store: Store,
    pub rules: Rules,
}

impl SearchIndex {
    /// Works until the token is cancelled.
    pub async fn run(self, token: CancellationToken) {
        loop {
            match self.complete(&token).await {
                Ok(0) => {}
                Ok(indexed) => tracing::info!(indexed, "notifications indexed for search"),
                Err(error) => tracing::warn!(%error, "search index not completed; tried again"),
            }
            tokio::select! {
                () = token.cancelled() => return,
                () = tokio::time::sleep(INTERVAL) => {}
            }
        }
    }

    /// Indexes all that is missing; gives how many notifications.
    async fn complete(&self, token: &CancellationToken) -> Result<usize, DomainError> {
        let mut indexed = 0;
        loop {
            let missing = self.store.not_indexed(BATCH).await?;
            if missing.is_empty() || token.is_cancelled() {
                return Ok(indexed);
            }
            let mut entries = Vec::with_capacity(missing.len());
            for id in &missing {
                if let Some(notification) = self.store.notification_get(*id).await? {
                    let transmissions = self.store.transmission_list(*id).await?;
                    let sights = sights(&self.rules, &notification, &transmissions);
                    entries.push((notification, sights));
                }
            }
            self.store.index(entries).await?;
            indexed += missing.len();
        }
    }
}
