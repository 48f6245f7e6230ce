//! Whether the database takes writes at present, and how it shows that it does so again.
//!
//! Invariant: from a write that failed for want of room, permission or a working disk on, none is begun until a trial was
//! committed and read back on another connection. What readers need goes on meanwhile.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, sea_query::OnConflict};
use seamless_pause::Pause;
use tokio::sync::watch;
use uuid::Uuid;

use crate::proof::{self, TRIAL};
use crate::write::{begin, roll_back};
use crate::{Backend, Database, StorageError};

/// From a failure to the first trial, and from each to the next.
const BEFORE_A_TRIAL: Pause = Pause::doubling(Duration::from_millis(200), Duration::from_secs(2));
/// A failure so soon after the last recovery is the same trouble still, and no error of its own in the log.
const SAME_TROUBLE: Duration = Duration::from_secs(60);

/// The state of one database, shared by all its clones.
#[derive(Debug)]
pub(crate) struct Writing {
    /// Whether writes are taken.
    state: watch::Sender<bool>,
    /// The connection that writes on SQLite is not to be used again: its next return to the pool ends it.
    pub discard: Arc<AtomicBool>,
    recovered_at: Mutex<Option<Instant>>,
    is_closed: AtomicBool,
}

impl Writing {
    pub fn new(discard: Arc<AtomicBool>) -> Self {
        let (recovered_at, is_closed) = (Mutex::new(None), AtomicBool::new(false));
        Self { state: watch::Sender::new(true), discard, recovered_at, is_closed }
    }

    /// Whether writes are taken.
    pub fn takes_writes(&self) -> bool {
        *self.state.borrow()
    }

    /// Tells each change of it.
    pub fn watch(&self) -> watch::Receiver<bool> {
        self.state.subscribe()
    }

    /// Nothing is tried any more.
    pub fn close(&self) {
        self.is_closed.store(true, Ordering::Release);
    }
}

impl Database {
    /// Whether writes are taken: false from one that failed for want of room, permission or a working disk until a trial
    /// has shown that they hold again. Reads go on all the while.
    #[must_use]
    pub fn takes_writes(&self) -> bool {
        self.writing.takes_writes()
    }

    /// Tells each change of [`Database::takes_writes`].
    #[must_use]
    pub fn watch_writes(&self) -> watch::Receiver<bool> {
        self.writing.watch()
    }

    /// Begins no further write until a trial holds. Called with the error of a write that says that others will fail too.
    pub(crate) fn suspend_writes(&self, error: &StorageError) {
        self.writing.discard.store(true, Ordering::Release);
        if !self.writing.state.send_replace(false) {
            return;
        }
        let cause = std::error::Error::source(error).map(ToString::to_string);
        let database = self.settings.shown_place();
        let recovered_at = *self.writing.recovered_at.lock().unwrap_or_else(PoisonError::into_inner);
        if recovered_at.is_some_and(|time| time.elapsed() < SAME_TROUBLE) {
            tracing::warn!(database, cause, "the database takes no writes, again");
        } else {
            tracing::error!(
                database,
                cause,
                "the database takes no writes: free space on its disk, or make it writable; writes are refused and \
                 reads served until a trial write holds, which is tried every two seconds"
            );
        }
        tokio::spawn(self.clone().try_until_written());
    }

    async fn try_until_written(self) {
        let began = Instant::now();
        let mut pause = BEFORE_A_TRIAL;
        loop {
            pause.wait().await;
            if self.writing.is_closed.load(Ordering::Acquire) {
                return;
            }
            match self.prove_writing().await {
                Ok(()) => break,
                Err(error) => {
                    self.writing.discard.store(true, Ordering::Release);
                    tracing::debug!(%error, "the trial write did not hold");
                }
            }
        }
        *self.writing.recovered_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        tracing::info!(seconds = began.elapsed().as_secs_f64(), "the database takes writes again");
        self.writing.state.send_replace(true);
    }

    /// Commits a value that was never there, and finds it on another connection.
    async fn prove_writing(&self) -> Result<(), StorageError> {
        if self.backend() == Backend::Sqlite {
            // The log may be what fills the disk: what fits into the file makes room there.
            self.writer.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await?;
        }
        let nonce = Uuid::new_v4();
        let trial = nonce.as_bytes().repeat(TRIAL / 16);
        let transaction = begin(&self.writer).await?;
        let row = proof::ActiveModel { id: Set(1), trial: Set(trial.clone()) };
        let write = proof::Entity::insert(row).on_conflict(
            OnConflict::column(proof::Column::Id).update_column(proof::Column::Trial).to_owned(),
        );
        if let Err(error) = write.exec_without_returning(&transaction).await {
            roll_back(transaction).await;
            return Err(error.into());
        }
        transaction.commit().await.map_err(StorageError::of_commit)?;
        self.committed();
        let found = proof::Entity::find_by_id(1_i16).one(self.read()).await?;
        match found {
            Some(found) if found.trial == trial => Ok(()),
            _ => Err(StorageError::WritesSuspended { source: None }),
        }
    }
}
