//! The one way to change data: a transaction that is tried again when it collides with others.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, RuntimeErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use seamless_pause::Pause;
use tracing::Instrument;

use crate::{Backend, Database, StorageError, WriteError};

/// Between two attempts at what collided with others.
pub(crate) const BETWEEN_RIVALS: Pause =
    Pause::at_random(Duration::from_millis(4), Duration::from_millis(256));

impl Database {
    /// Does `work` in a transaction and commits it, or rolls back if it fails or panics.
    ///
    /// The work may run several times: it is done anew, in a new transaction, when it collides with others
    /// (`max_attempts` times at most). So it must have no effect outside the transaction.
    ///
    /// The transaction goes on to its end in a task of its own when the caller goes away. Dropping the future that
    /// this returns does not undo it; only nobody hears how it ended.
    ///
    /// Isolation: on SQLite `BEGIN IMMEDIATE`, one writer after the other in the order of their calls; on PostgreSQL
    /// READ COMMITTED, so lock the rows that a decision rests on (`lock_exclusive`).
    ///
    /// # Errors
    /// Those of the work; `WritesSuspended` while the database takes no writes; `Contention` when it was tried often
    /// enough; `OutcomeUnknown`, never tried again here; `Aborted` if the work swallowed the error of a statement on
    /// PostgreSQL.
    ///
    /// # Panics
    /// If `work` does, with its panic.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'a> Fn(&'a DatabaseTransaction) -> BoxFuture<'a, Result<T, E>> + Send + Sync + 'static,
        T: Send + 'static,
        E: WriteError + Send + 'static,
    {
        let database = self.clone();
        let attempts = async move { database.write_until_done(work).await };
        match tokio::spawn(attempts.in_current_span()).await {
            Ok(done) => done,
            Err(ended) => match ended.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                // Only the end of the runtime cancels the task, and that may be during the commit.
                Err(ended) => {
                    let source = DbErr::Conn(RuntimeErr::Internal(ended.to_string()));
                    Err(StorageError::OutcomeUnknown { source }.into())
                }
            },
        }
    }

    async fn write_until_done<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'a> Fn(&'a DatabaseTransaction) -> BoxFuture<'a, Result<T, E>> + Send + Sync,
        E: WriteError,
    {
        let mut attempt = 1;
        let mut pause = BETWEEN_RIVALS;
        loop {
            if !self.takes_writes() {
                return Err(StorageError::WritesSuspended { source: None }.into());
            }
            let error = match self.write_once(&work).await {
                Ok(done) => return Ok(done),
                Err(error) => error,
            };
            if let Some(storage) = error.storage().filter(|error| error.stops_writing(self.backend())) {
                self.suspend_writes(storage);
            }
            if !matches!(error.storage(), Some(StorageError::Contention)) {
                return Err(error);
            }
            if attempt >= self.settings.max_attempts {
                tracing::warn!(attempts = attempt, "gave a transaction up for contention");
                return Err(error);
            }
            pause.wait().await;
            attempt += 1;
        }
    }

    async fn write_once<T, E, F>(&self, work: &F) -> Result<T, E>
    where
        F: for<'a> Fn(&'a DatabaseTransaction) -> BoxFuture<'a, Result<T, E>> + Send + Sync,
        E: WriteError,
    {
        let transaction = begin(&self.writer).await?;
        let outcome = AssertUnwindSafe(async { work(&transaction).await }).catch_unwind().await;
        match outcome {
            Ok(Ok(done)) => {
                self.commit(transaction).await?;
                self.committed();
                Ok(done)
            }
            Ok(Err(error)) => {
                roll_back(transaction).await;
                Err(error)
            }
            Err(panic) => {
                roll_back(transaction).await;
                resume_unwind(panic)
            }
        }
    }

    async fn commit(&self, transaction: DatabaseTransaction) -> Result<(), StorageError> {
        // PostgreSQL answers the COMMIT of a transaction in which a statement failed with a silent ROLLBACK; any other
        // statement is refused there.
        if self.backend() == Backend::Postgres
            && let Err(error) = transaction.execute_unprepared("SELECT 1").await
        {
            roll_back(transaction).await;
            return Err(error.into());
        }
        transaction.commit().await.map_err(StorageError::of_commit)
    }
}

/// Begins a transaction that will write.
#[allow(clippy::disallowed_methods, reason = "this crate is where transactions start")]
pub(crate) async fn begin(connection: &DatabaseConnection) -> Result<DatabaseTransaction, StorageError> {
    let immediate = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    Ok(connection.begin_with_options(immediate).await?)
}

/// Rolls back. Should that fail, the connection does not return to the pool, and the database rolls back by itself, if it
/// has not already.
pub(crate) async fn roll_back(transaction: DatabaseTransaction) {
    if let Err(error) = transaction.rollback().await {
        tracing::debug!(error = %error, "rolling back failed");
    }
}
