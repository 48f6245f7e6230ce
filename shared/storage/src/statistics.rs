//! Lets SQLite count what its tables hold while it runs: by these counts it chooses the index of a read. Without it that would
//! happen when the database is closed, and a service that began empty would go by guesses for as long as it runs.
//!
//! PostgreSQL does so by itself.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};
use tokio::{sync::watch, task::JoinHandle};

/// When the tables are counted.
#[derive(Clone, Copy, Debug)]
struct Pace {
    /// From one look at the tables to the next. Those are counted anew that are ten times as large as they were, or a tenth.
    pause: Duration,
    /// Pages of a file from which on it is worth it. Of less every way of reading is a fast one, and what was counted of a few rows would
    /// be taken for what holds of many.
    large: i64,
}

/// Every five minutes, from 16 MiB on.
const PACE: Pace = Pace { pause: Duration::from_secs(300), large: 4_096 };
/// At most so many entries of each index are looked at: a few milliseconds for all of them.
const COUNT: &str = "PRAGMA analysis_limit = 400; PRAGMA optimize = 0x10002";

/// A task that looks at the tables from time to time; it ends with the value.
#[derive(Debug)]
pub(crate) struct Statistics(JoinHandle<()>);

impl Statistics {
    pub fn start(writer: DatabaseConnection, takes_writes: watch::Receiver<bool>) -> Self {
        Self(tokio::spawn(run(writer, takes_writes, PACE)))
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

async fn run(writer: DatabaseConnection, takes_writes: watch::Receiver<bool>, pace: Pace) {
    loop {
        tokio::time::sleep(pace.pause).await;
        if !*takes_writes.borrow() {
            continue;
        }
        let counted = match pages(&writer).await {
            Ok(pages) if pages >= pace.large => writer.execute_unprepared(COUNT).await.map(|_| ()),
            other => other.map(|_| ()),
        };
        // It is tried again, and what is read meanwhile is right all the same.
        if let Err(error) = counted {
            tracing::debug!(%error, "the tables were not counted");
        }
    }
}

async fn pages(writer: &DatabaseConnection) -> Result<i64, DbErr> {
    let row = writer.query_one_raw(Statement::from_string(DbBackend::Sqlite, "PRAGMA page_count")).await?;
    row.map_or(Ok(0), |row| row.try_get_by_index(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was counted of a table; nothing before it was.
    async fn counted(database: &DatabaseConnection) -> Option<String> {
        let asked =
            Statement::from_string(DbBackend::Sqlite, "SELECT stat FROM sqlite_stat1 WHERE tbl = 'goods'");
        database.query_one_raw(asked).await.ok()??.try_get_by_index(0).ok()
    }

    #[tokio::test]
    async fn tables_are_counted_while_the_database_is_open_once_it_is_large() {
        let mut options = sea_orm::ConnectOptions::new("sqlite::memory:");
        options.max_connections(1);
        let database = sea_orm::Database::connect(options).await.unwrap();
        database
            .execute_unprepared(
                "CREATE TABLE goods (place TEXT, day INTEGER); CREATE INDEX place ON goods (place, day); \
                 WITH RECURSIVE days(day) AS (SELECT 1 UNION ALL SELECT day + 1 FROM days WHERE day < 300) \
                 INSERT INTO goods SELECT 'NLRTM', day FROM days",
            )
            .await
            .unwrap();
        let size = pages(&database).await.unwrap();
        let pause = Duration::from_millis(1);
        let looking = |large| {
            Statistics(tokio::spawn(run(
                database.clone(),
                watch::Sender::new(true).subscribe(),
                Pace { pause, large },
            )))
        };
        let small = looking(size + 1);
        for _ in 0..20 {
            tokio::time::sleep(pause).await;
            assert_eq!(counted(&database).await, None, "it is not large");
        }
        drop(small);
        let _large = looking(size);
        let in_time = tokio::time::timeout(Duration::from_secs(20), async {
            loop {
                if let Some(counted) = counted(&database).await {
                    return counted;
                }
                tokio::time::sleep(pause).await;
            }
        });
        assert_eq!(in_time.await.unwrap(), "300 300 1", "three hundred of one place, one of each day");
    }
}
