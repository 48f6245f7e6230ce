//! Makes the index of words, and the keys by which makers are found, complete: what an earlier version of the service
//! wrote gets its entries when this one starts, and what an earlier one still writes beside it during a roll-out, soon
//! after. Any number of replicas work.

use std::time::Duration;

use seamless_decision::Refused;
use seamless_program::every;
use tokio_util::sync::CancellationToken;

use crate::{
    domain::{
        DomainError, Rules,
        access::{Sight, sights},
        model::{Notification, NotificationId},
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
        let look = || async {
            let indexed = self.complete(&token).await?;
            if indexed > 0 {
                tracing::info!(indexed, "notifications indexed for search");
            }
            Ok::<_, DomainError>(())
        };
        every(INTERVAL, &token, "search index not completed", look).await
    }

    /// Indexes all that is missing; gives how many notifications.
    async fn complete(&self, token: &CancellationToken) -> Result<usize, DomainError> {
        let (mut indexed, mut after) = (0, NotificationId::nil());
        loop {
            let missing = self.store.not_indexed(after, BATCH).await?;
            let Some(last) = missing.last().filter(|_| !token.is_cancelled()) else { return Ok(indexed) };
            after = *last;
            let mut entries = Vec::with_capacity(missing.len());
            for notification in &missing {
                match self.entry(*notification).await {
                    Ok(entry) => entries.extend(entry),
                    Err(error) if error.is_unavailable() => return Err(error),
                    // What is wrong with one keeps no other from being found.
                    Err(error) => tracing::error!(%notification, %error, "a notification was not indexed"),
                }
            }
            indexed += entries.len();
            self.store.index(entries).await?;
        }
    }

    /// A notification with its entries in everybody's lists.
    async fn entry(&self, id: NotificationId) -> Result<Option<(Notification, Vec<Sight>)>, DomainError> {
        let Some(notification) = self.store.notification_get(id).await? else { return Ok(None) };
        let transmissions = self.store.transmission_list(id).await?;
        let sights = sights(&self.rules, &notification, &transmissions);
        Ok(Some((notification, sights)))
    }
}
