//! Waking followers as soon as something is committed.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use seamless_storage::{Database, StorageError};
use tokio::sync::{Mutex, watch};

use crate::log;

/// How often the head is read while followers wait: the delay with which commits of other replicas are seen.
const POLL_INTERVAL: Duration = Duration::from_millis(250);

/// Tells the followers of this process that events were committed. Cheap to clone; all clones are one.
///
/// What other replicas commit, nobody tells: while followers wait, one of them at a time reads the head.
#[derive(Clone, Debug)]
pub struct FeedSignal {
    head: Arc<watch::Sender<i64>>,
    last_poll: Arc<Mutex<Instant>>,
}

impl Default for FeedSignal {
    fn default() -> Self {
        Self::new()
    }
}

impl FeedSignal {
    /// A signal that has told nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self { head: Arc::new(watch::Sender::new(0)), last_poll: Arc::new(Mutex::new(Instant::now())) }
    }

    /// Says that everything up to `position` is committed. Call it after the commit; calls out of order do no harm.
    pub fn committed(&self, position: i64) {
        self.head.send_if_modified(|head| {
            let is_further = position > *head;
            if is_further {
                *head = position;
            }
            is_further
        });
    }

    /// Waits until something beyond `position` is committed, here or in another replica.
    pub(crate) async fn beyond(&self, position: i64, database: &Database) -> Result<(), StorageError> {
        let mut head = self.head.subscribe();
        loop {
            let is_told =
                tokio::time::timeout(POLL_INTERVAL, head.wait_for(|head| *head > position)).await.is_ok();
            if is_told {
                return Ok(());
            }
            self.poll(database).await?;
        }
    }

    /// Reads the head, unless another follower does or has just done so.
    async fn poll(&self, database: &Database) -> Result<(), StorageError> {
        let Ok(mut last_poll) = self.last_poll.try_lock() else {
            return Ok(());
        };
        if last_poll.elapsed() < POLL_INTERVAL / 2 {
            return Ok(());
        }
        self.committed(log::head(database.read()).await?);
        *last_poll = Instant::now();
        Ok(())
    }
}
