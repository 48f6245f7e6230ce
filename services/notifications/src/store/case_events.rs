//! The events of one case, for its file.

use seamless_feed::{epoch, subject};
use seamless_identity::AuthorityId;

use super::{Store, fault};
use crate::domain::{
    DomainError,
    model::{NotificationId, notification_name, removals_prefix},
};

impl Store {
    /// The position of the last event of the feed, and its epoch.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn feed_head(&self) -> Result<epoch::Head, DomainError> {
        epoch::head(self.database.read()).await.map_err(fault)
    }

    /// The events of a notification, of all below it and of the removals of it that the reader is entitled to, after one
    /// position up to another; whole, at most `limit`.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn case_events(
        &self,
        reader: &AuthorityId,
        notification: NotificationId,
        after: i64,
        up_to: i64,
        limit: usize,
    ) -> Result<Vec<subject::ChainedEvent>, DomainError> {
        let (subject, beside) = (notification_name(notification), removals_prefix(notification));
        let read = self.database.read();
        let found = subject::events_of_subject(read, reader, &subject, &beside, after, up_to, limit);
        found.await.map_err(fault)
    }
}
