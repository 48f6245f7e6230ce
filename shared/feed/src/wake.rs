//! Waking followers as soon as something is committed, and what this process has served.

use std::{
    sync::{Arc, Mutex as StdMutex, PoisonError},
    time::{Duration, Instant},
};

use seamless_calendar::Clock;
use seamless_storage::{Database, StorageError};
use tokio::sync::{Mutex, watch};
use uuid::Uuid;

use crate::{epoch::Head, guard};

/// How often the head is read while followers wait: the delay with which commits of other replicas are seen.
const POLL_INTERVAL: Duration = Duration::from_millis(250);

/// Tells the followers of this process that events were committed, or that another epoch began. Cheap to clone; all
/// clones are one.
///
/// What other replicas commit, nobody tells: while followers wait, one of them at a time reads the head.
#[derive(Clone, Debug)]
pub struct FeedSignal {
    told: Arc<watch::Sender<Told>>,
    /// The furthest that was read of the log, and so may have been served.
    served: Arc<StdMutex<Option<Head>>>,
    last_poll: Arc<Mutex<Instant>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Told {
    head: i64,
    /// None before the log was read.
    epoch: Option<Uuid>,
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
        Self {
            told: Arc::new(watch::Sender::new(Told::default())),
            served: Arc::new(StdMutex::new(None)),
            last_poll: Arc::new(Mutex::new(Instant::now())),
        }
    }

    /// Says that everything up to `position` is committed. Call it after the commit; calls out of order do no harm.
    pub fn committed(&self, position: i64) {
        self.told.send_if_modified(|told| {
            let is_further = position > told.head;
            if is_further {
                told.head = position;
            }
            is_further
        });
    }

    /// The furthest that this process has read of the log.
    pub(crate) fn served(&self) -> Option<Head> {
        *self.served.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what was read of the log.
    pub(crate) fn observe(&self, head: Head) {
        let mut served = self.served.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *served {
            Some(known) if known.epoch.id == head.epoch.id => {
                known.position = known.position.max(head.position)
            }
            // Read before the epoch began that is known here.
            Some(known) if known.epoch.number > head.epoch.number => return,
            known => *known = Some(head),
        }
        drop(served);
        self.told.send_if_modified(|told| {
            let is_news = head.position > told.head || told.epoch != Some(head.epoch.id);
            told.head = told.head.max(head.position);
            told.epoch = Some(head.epoch.id);
            is_news
        });
    }

    /// Notes that the log is of another epoch than what was served so far, and wakes all who follow.
    pub(crate) fn begin(&self, head: Head) {
        *self.served.lock().unwrap_or_else(PoisonError::into_inner) = Some(head);
        self.told.send_modify(|told| *told = Told { head: head.position, epoch: Some(head.epoch.id) });
    }

    /// Waits until something beyond `position` is committed, here or in another replica, or another epoch than `epoch`
    /// begins.
    pub(crate) async fn beyond(
        &self,
        position: i64,
        epoch: Uuid,
        database: &Database,
        clock: &dyn Clock,
    ) -> Result<(), StorageError> {
        let mut told = self.told.subscribe();
        let is_news =
            |told: &Told| told.head > position || told.epoch.is_some_and(|present| present != epoch);
        loop {
            let is_told = tokio::time::timeout(POLL_INTERVAL, told.wait_for(is_news)).await.is_ok();
            if is_told {
                return Ok(());
            }
            self.poll(database, clock).await?;
        }
    }

    /// Reads the head, unless another follower does or has just done so.
    async fn poll(&self, database: &Database, clock: &dyn Clock) -> Result<(), StorageError> {
        let Ok(mut last_poll) = self.last_poll.try_lock() else {
            return Ok(());
        };
        if last_poll.elapsed() < POLL_INTERVAL / 2 {
            return Ok(());
        }
        guard::read_head(database, self, clock).await?;
        *last_poll = Instant::now();
        Ok(())
    }
}
