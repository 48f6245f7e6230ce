//! Follows the feeds of the other services, for each authority with a credential of its own: what their events say is kept for
//! that authority, in the transaction of the checkpoint. What the events may show is decided there.
//!
//! Nothing is acknowledged: that somebody read an alert is for the authority itself to say.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use sea_orm::DatabaseTransaction;
use seamless_feed::{Effect, Follower};
use seamless_pause::Pause;
use seamless_program::every;
use seamless_proto::seamless::feed::v1::Event;
use seamless_service::client::ClientChannel;
use seamless_storage::{Database, StorageError};
use tokio_util::sync::CancellationToken;

use super::lapsed_rights::Rights;
use crate::{
    contract::{FeedReader, digest_of, taken_in},
    domain::{DomainError, Reached, source::Feed},
    store::{
        Store,
        facts::{Written, clear_rebuilt, forget_rebuilds, renew, replace, write},
    },
};

/// Between two looks for what is followed no more.
const BETWEEN_LOOKS: Duration = Duration::from_secs(10);
/// Between two attempts to learn which version wrote the facts.
const BEFORE_ANOTHER_ATTEMPT: Pause = Pause::doubling(Duration::from_millis(200), Duration::from_secs(10));

/// Follows as the reader of a feed, whose credentials the channel has, until the token is cancelled.
pub async fn follow(
    channel: ClientChannel,
    reader: FeedReader,
    (rights, reached): (Rights, Reached),
    database: Database,
    most_bytes: usize,
    token: CancellationToken,
) {
    if !renewed(&database, &reader.feed, &token).await {
        return;
    }
    let follower = Follower::new(reader.feed.checkpoint(), channel, database).max_message_bytes(most_bytes);
    follower.run(Arc::new(Facts { reader, rights, reached }), token).await;
}

/// Has facts built anew that an earlier version of the program wrote; false where the token is cancelled before the database takes it.
async fn renewed(database: &Database, feed: &Feed, token: &CancellationToken) -> bool {
    let mut pause = BEFORE_ANOTHER_ATTEMPT;
    loop {
        match renew(database, feed).await {
            Ok(is_begun) => {
                if is_begun {
                    tracing::info!(feed = feed.checkpoint(), "facts of an earlier version are read anew");
                }
                return true;
            }
            Err(error) => tracing::warn!(%error, "it is not known yet which version wrote the facts"),
        }
        tokio::select! {
            () = token.cancelled() => return false,
            () = pause.wait() => {}
        }
    }
}

/// Forgets what feeds told that are followed no more, until the token is cancelled: while settings are rolled out a replica of the former
/// ones may read them once more.
pub async fn forget_others(store: Store, followed: Vec<Feed>, token: CancellationToken) {
    let look = || async {
        let forgotten = store.forget_facts_but_of(&followed).await?;
        if !forgotten.is_empty() {
            tracing::warn!(?forgotten, "facts of feeds that are followed no more were forgotten");
        }
        Ok::<_, DomainError>(())
    };
    every(BETWEEN_LOOKS, &token, "facts that are followed no more are not forgotten yet", look).await;
}

/// What is kept of a feed.
pub(super) struct Facts {
    pub reader: FeedReader,
    pub rights: Rights,
    pub reached: Reached,
}

impl Facts {
    /// Forgets what others show no more of what stands; how much was lost is known by that alone.
    pub async fn forget_lapsed(&self, tx: &DatabaseTransaction) -> Result<(), StorageError> {
        self.rights.forget(tx, &self.reader.feed).await
    }

    async fn take_in(
        &self,
        tx: &DatabaseTransaction,
        events: &[Event],
        written: Written,
    ) -> Result<(), StorageError> {
        seamless_sandbox::follow(tx, events).await?;
        let taken = taken_in(events, &self.reader);
        write(tx, &self.reader.feed, taken, |before| digest_of(before, events), written).await
    }
}

#[async_trait::async_trait]
impl Effect for Facts {
    async fn apply(&self, tx: &DatabaseTransaction, events: &[Event]) -> Result<(), StorageError> {
        self.take_in(tx, events, Written::InPlace).await
    }

    async fn begin_anew(&self, tx: &DatabaseTransaction) -> Result<(), StorageError> {
        clear_rebuilt(tx, &self.reader.feed).await?;
        forget_rebuilds(tx, &self.reader.feed).await
    }

    async fn apply_anew(&self, tx: &DatabaseTransaction, events: &[Event]) -> Result<(), StorageError> {
        self.take_in(tx, events, Written::Anew).await
    }

    async fn replace(&self, tx: &DatabaseTransaction) -> Result<(), StorageError> {
        self.forget_lapsed(tx).await?;
        replace(tx, &self.reader.feed).await
    }

    fn known_until(&self, seconds: u64) {
        let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
        if let Ok(until) = Timestamp::from_second(seconds) {
            self.reached.reach(&self.reader.feed, until);
        }
    }
}
