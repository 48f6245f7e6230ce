//! Lets SQLite count what its tables hold while it runs: by these counts it chooses the index of a read. Without it that would
//! happen when the database is closed, and a service that began empty would go by guesses for as long as it runs.
//!
//! PostgreSQL does so by itself.

use std::{sync::Arc, time::Duration};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};
use tokio::task::JoinHandle;

use crate::{Backend, Database, StorageError, writing::Writing};

/// From one look at the tables to the next. Those are counted anew that are ten times as large as they were, or a tenth.
const PAUSE: Duration = Duration::from_secs(300);
/// Pages of a file from which on it is worth it: 16 MiB. Of less every way of reading is a fast one, and what was counted of a few
/// rows would be taken for what holds of many.
const LARGE: i64 = 4_096;
/// At most so many entries of each index are looked at: a few milliseconds for all of them.
const COUNT: &str = "PRAGMA analysis_limit = 400; PRAGMA optimize = 0x10002";

/// A task that looks at the tables from time to time; it ends with the value.
#[derive(Debug)]
pub(crate) struct Statistics(JoinHandle<()>);

impl Statistics {
    pub fn start(writer: DatabaseConnection, writing: Arc<Writing>) -> Self {
        Self(tokio::spawn(run(writer, writing)))
    }

    /// Nothing is counted any more.
    pub fn stop(&self) {
        self.0.abort();
    }
}

impl Drop for Statistics {
    fn drop(&mut self) {
        self.stop();
    }
}

async fn run(writer: DatabaseConnection, writing: Arc<Writing>) {
    loop {
        tokio::time::sleep(PAUSE).await;
        if !writing.takes_writes() {
            continue;
        }
        let counted = match is_large(&writer).await {
            Ok(true) => count(&writer).await,
            other => other.map(|_| ()),
        };
        // It is tried again, and what is read meanwhile is right all the same.
        if let Err(error) = counted {
            tracing::debug!(%error, "the tables were not counted");
        }
    }
}

async fn is_large(writer: &DatabaseConnection) -> Result<bool, DbErr> {
    let row = writer.query_one_raw(Statement::from_string(DbBackend::Sqlite, "PRAGMA page_count")).await?;
    let pages: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
    Ok(pages >= LARGE)
}

async fn count(writer: &DatabaseConnection) -> Result<(), DbErr> {
    writer.execute_unprepared(COUNT).await.map(|_| ())
}

impl Database {
    /// On SQLite, counts what the tables hold, as is done from time to time anyway. For whoever has just written very much.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn count_tables(&self) -> Result<(), StorageError> {
        if self.backend() == Backend::Sqlite {
            count(&self.writer).await?;
        }
        Ok(())
    }
}
