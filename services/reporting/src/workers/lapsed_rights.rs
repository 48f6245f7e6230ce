//! Forgets what others showed under an arrangement that has ended, or that the authority has left: their feeds show it no more, and
//! no event says so.

use std::{sync::Arc, time::Duration};

use sea_orm::DatabaseTransaction;
use seamless_calendar::Clock;
use seamless_program::every;
use seamless_storage::StorageError;
use tokio_util::sync::CancellationToken;

use crate::{
    domain::{
        DomainError, Rules,
        source::{Feed, Source},
    },
    store::{Store, lapsed::forget_lapsed},
};

/// What says which arrangements are open. Clones share what they hold.
#[derive(Clone)]
pub struct Rights {
    pub rules: Rules,
    pub clock: Arc<dyn Clock>,
}

impl Rights {
    /// Whether others show to the reader of a feed still what they have under an arrangement.
    fn is_open(&self, feed: &Feed, arrangement: &str) -> bool {
        let (cooperation, now) = (&self.rules.cooperation, self.clock.now());
        arrangement.parse().is_ok_and(|id| cooperation.is_open_to_side(&id, &feed.reader, now))
    }

    /// Looks until the token is cancelled.
    pub async fn watch(self, store: Store, interval: Duration, token: CancellationToken) {
        every(interval, &token, "facts of ended arrangements not forgotten", || self.look(&store)).await;
    }

    /// Forgets what is shown no more of a feed, before something else is put in its place.
    ///
    /// # Errors
    /// Those of the database.
    pub(super) async fn forget(&self, tx: &DatabaseTransaction, feed: &Feed) -> Result<(), StorageError> {
        if !tells_nothing(feed) {
            return Ok(());
        }
        let count = forget_lapsed(tx, feed, |arrangement| self.is_open(feed, arrangement)).await?;
        if count > 0 {
            let (source, reader) = (feed.source.name(), &feed.reader);
            tracing::info!(count, source, %reader, "facts of ended arrangements were forgotten");
        }
        Ok(())
    }

    async fn look(&self, store: &Store) -> Result<(), DomainError> {
        for feed in self.rules.other_feeds.iter().filter(|feed| tells_nothing(feed)) {
            for arrangement in store.arrangements_of(feed).await? {
                if !self.is_open(feed, &arrangement) {
                    let count = store.forget_facts_under(feed, &arrangement).await?;
                    let (source, reader) = (feed.source.name(), &feed.reader);
                    tracing::info!(count, %arrangement, source, %reader, "facts of an ended arrangement were forgotten");
                }
            }
        }
        Ok(())
    }
}

/// Whether a feed says nothing where a right ends; that of alerts does.
fn tells_nothing(feed: &Feed) -> bool {
    feed.source != Source::Notifications
}
