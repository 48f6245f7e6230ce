//! The database of a service.

use std::sync::Arc;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

use crate::{
    DatabaseSettings, StorageError,
    checkpoint::Checkpointer,
    connect::{self, Opened},
    statistics::Statistics,
    writing::Writing,
};

/// Which database is behind the calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// One file, one writer.
    Sqlite,
    /// A server.
    Postgres,
}

/// A connected database; clones share its pools.
#[derive(Clone, Debug)]
pub struct Database {
    backend: Backend,
    pub(crate) writer: DatabaseConnection,
    reader: DatabaseConnection,
    checkpointer: Option<Arc<Checkpointer>>,
    /// On SQLite.
    statistics: Option<Arc<Statistics>>,
    pub(crate) writing: Arc<Writing>,
    pub(crate) settings: Arc<DatabaseSettings>,
}

impl Database {
    /// Opens the pools, and on SQLite the file, which is created with its folder where missing. Migrates nothing.
    ///
    /// # Errors
    /// `Settings` naming all that cannot be used, `Unavailable` if the database cannot be reached.
    pub async fn connect(settings: &DatabaseSettings) -> Result<Self, StorageError> {
        let Opened { backend, writer, reader, checkpointer, discard } = connect::open(settings).await?;
        let (checkpointer, writing) = (checkpointer.map(Arc::new), Arc::new(Writing::new(discard)));
        let statistics =
            (backend == Backend::Sqlite).then(|| Statistics::start(writer.clone(), writing.watch()));
        let (statistics, settings) = (statistics.map(Arc::new), Arc::new(settings.clone()));
        Ok(Self { backend, writer, reader, checkpointer, statistics, writing, settings })
    }

    /// Which database it is.
    #[must_use]
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// For reading outside transactions. On SQLite these connections refuse to write.
    #[must_use]
    pub fn read(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// `Unavailable` if there is none.
    pub async fn ping(&self) -> Result<(), StorageError> {
        Ok(self.reader.ping().await?)
    }

    /// Leaves as little as can be of what was overwritten or deleted. SQLite, with `secure_delete`: none of it, since the
    /// write-ahead log is carried into the file and cut to nothing. PostgreSQL: rows of before become free space in these
    /// tables, where the role may do that; its own log and backups keep them for their time.
    ///
    /// # Errors
    /// Those of the database; on SQLite `Contention` where readers kept the log for too long.
    pub async fn scour(&self, tables: &[&str]) -> Result<(), StorageError> {
        match self.backend {
            Backend::Postgres => {
                self.writer.execute_unprepared(&format!("VACUUM {}", tables.join(", "))).await?;
                Ok(())
            }
            Backend::Sqlite => {
                let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
                let row =
                    self.writer.query_one_raw(Statement::from_string(DbBackend::Sqlite, checkpoint)).await?;
                let is_busy: i32 = row.map_or(Ok(1), |row| row.try_get_by_index(0))?;
                if is_busy == 0 { Ok(()) } else { Err(StorageError::Contention) }
            }
        }
    }

    /// Tells that something was committed.
    pub(crate) fn committed(&self) {
        if let Some(checkpointer) = &self.checkpointer {
            checkpointer.wake();
        }
    }

    /// Closes the pools after the work under way; later calls fail as unavailable.
    pub async fn close(&self) {
        self.writing.close();
        if let Some(statistics) = &self.statistics {
            statistics.stop();
        }
        let checkpointer = self.checkpointer.as_ref().map(|checkpointer| checkpointer.stop());
        // The writer comes last, and leaves no log behind.
        for pool in [Some(&self.reader), checkpointer, Some(&self.writer)].into_iter().flatten() {
            if let Err(error) = pool.close_by_ref().await {
                tracing::warn!(error = %error, "closing the database failed");
            }
        }
    }
}
