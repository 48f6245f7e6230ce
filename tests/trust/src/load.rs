//! Partners who change and read without rest, while the disk fails.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::task::JoinSet;
use tonic::{Code, Status};
use uuid::Uuid;

use crate::{
    Failure,
    partner::{Acknowledged, Partner},
};

/// Partners who change at a time.
const WRITERS: usize = 4;
/// From a refusal to the next try.
const PAUSE: Duration = Duration::from_millis(40);
/// From one read to the next.
const READ_PAUSE: Duration = Duration::from_millis(15);
/// Of refused changes, every so manieth is never tried again.
const GIVEN_UP_EVERY: u64 = 4;

/// One change, as its partner remembers it.
#[derive(Clone, Debug)]
pub struct Change {
    /// By which it is told.
    pub mark: String,
    /// The answer; none if there never was one.
    pub acknowledged: Option<Acknowledged>,
}

/// What the partners remember.
#[derive(Debug, Default)]
pub struct Memory {
    changes: Mutex<Vec<Change>>,
    /// Calls that were answered with a refusal, or not at all.
    pub refused: AtomicU64,
    /// Of those, the ones that said INTERNAL: a fault of the service.
    pub internal: AtomicU64,
    pub reads: AtomicU64,
    pub failed_reads: AtomicU64,
    last_acknowledged: Mutex<Option<Instant>>,
    was_not_serving: AtomicBool,
    stopped: AtomicBool,
}

impl Memory {
    /// All changes.
    #[must_use]
    pub fn changes(&self) -> Vec<Change> {
        locked(&self.changes).clone()
    }

    /// When a change was last acknowledged.
    #[must_use]
    pub fn last_acknowledged(&self) -> Option<Instant> {
        *locked(&self.last_acknowledged)
    }

    /// Whether health said NOT_SERVING since the last question.
    pub fn take_not_serving(&self) -> bool {
        self.was_not_serving.swap(false, Ordering::AcqRel)
    }

    fn goes_on(&self) -> bool {
        !self.stopped.load(Ordering::Acquire)
    }

    fn remember(&self, mark: String, acknowledged: Option<Acknowledged>) {
        if acknowledged.is_some() {
            *locked(&self.last_acknowledged) = Some(Instant::now());
        }
        locked(&self.changes).push(Change { mark, acknowledged });
    }

    fn refused(&self, status: &Status) {
        self.refused.fetch_add(1, Ordering::AcqRel);
        if matches!(status.code(), Code::Internal | Code::DataLoss) {
            self.internal.fetch_add(1, Ordering::AcqRel);
            crate::say(&format!("a fault of the service: {status}"));
        }
    }
}

/// The partners at work.
pub struct Load {
    pub memory: Arc<Memory>,
    tasks: JoinSet<()>,
}

impl Load {
    /// Begins.
    #[must_use]
    pub fn begin(partner: &Partner) -> Self {
        let memory = Arc::new(Memory::default());
        let mut tasks = JoinSet::new();
        for _ in 0..WRITERS {
            tasks.spawn(write(partner.clone(), memory.clone()));
        }
        tasks.spawn(read(partner.clone(), memory.clone()));
        tasks.spawn(watch_health(partner.clone(), memory.clone()));
        Self { memory, tasks }
    }

    /// Ends when each partner has finished what it began.
    ///
    /// # Errors
    /// If one panicked.
    pub async fn end(mut self) -> Result<Arc<Memory>, Failure> {
        self.memory.stopped.store(true, Ordering::Release);
        while let Some(ended) = self.tasks.join_next().await {
            ended?;
        }
        Ok(self.memory)
    }
}

async fn write(partner: Partner, memory: Arc<Memory>) {
    while memory.goes_on() {
        let (id, mark) = (Uuid::now_v7().to_string(), Uuid::new_v4().to_string());
        let acknowledged = loop {
            match partner.change(&mark, &id).await {
                Ok(acknowledged) => break Some(acknowledged),
                Err(status) => memory.refused(&status),
            }
            if !memory.goes_on() || memory.refused.load(Ordering::Acquire).is_multiple_of(GIVEN_UP_EVERY) {
                break None;
            }
            tokio::time::sleep(PAUSE).await;
        };
        memory.remember(mark, acknowledged);
    }
}

async fn read(partner: Partner, memory: Arc<Memory>) {
    while memory.goes_on() {
        tokio::time::sleep(READ_PAUSE).await;
        let known = locked(&memory.changes).iter().rev().find_map(|change| change.acknowledged.clone());
        let Some(known) = known else { continue };
        memory.reads.fetch_add(1, Ordering::AcqRel);
        if partner.read(&known.name).await.is_err() {
            memory.failed_reads.fetch_add(1, Ordering::AcqRel);
        }
    }
}

async fn watch_health(partner: Partner, memory: Arc<Memory>) {
    while memory.goes_on() {
        tokio::time::sleep(PAUSE).await;
        if !partner.is_serving().await {
            memory.was_not_serving.store(true, Ordering::Release);
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
