//! Where a database is, and what is kept of it outside of it: how a database that was put back gives itself away.
//!
//! Invariants: the home of a database does not change by a restart; the mark beside a SQLite file never says more than
//! was committed.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use seamless_storage::StorageError;
use uuid::Uuid;

use crate::epoch::{Epoch, Head};

/// Where a database is: of a SQLite file its inode and when it was made; of PostgreSQL the system identifier of the
/// cluster, the numbers of the database and of the table of the head, and the timeline. A copy has another one, a
/// restored dump, and a restore to a point in time; a standby that was promoted, too, since only a synchronous one has
/// everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Home(String);

/// A part that the database, or its file system, does not tell.
const UNKNOWN: &str = "-";

impl Home {
    pub(crate) fn from_stored(text: String) -> Self {
        Self(text)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a part that is known of both differs.
    pub(crate) fn is_elsewhere_than(&self, other: &Self) -> bool {
        let pairs = self.0.split('/').zip(other.0.split('/'));
        pairs.into_iter().any(|(one, two)| one != two && one != UNKNOWN && two != UNKNOWN)
    }

    /// The home of the database behind a connection; none if it cannot be told.
    pub(crate) async fn of(connection: &impl ConnectionTrait) -> Result<Option<Self>, StorageError> {
        match connection.get_database_backend() {
            DbBackend::Sqlite => Ok(file_of(connection).await?.and_then(|file| of_file(&file))),
            _ => of_server(connection).await.map(Some),
        }
    }
}

/// The file of a SQLite database.
pub(crate) async fn file_of(connection: &impl ConnectionTrait) -> Result<Option<PathBuf>, StorageError> {
    let backend = connection.get_database_backend();
    if backend != DbBackend::Sqlite {
        return Ok(None);
    }
    let sql = "SELECT file FROM pragma_database_list WHERE name = 'main'";
    let row = connection.query_one_raw(Statement::from_string(backend, sql)).await?;
    let file: Option<String> = row.map(|row| row.try_get_by_index(0)).transpose()?;
    Ok(file.filter(|file| !file.is_empty()).map(PathBuf::from))
}

fn of_file(file: &Path) -> Option<Home> {
    let known = std::fs::metadata(file).ok()?;
    let made = known.created().ok().and_then(|made| made.duration_since(std::time::UNIX_EPOCH).ok());
    let made = made.map_or(UNKNOWN.to_owned(), |made| made.as_nanos().to_string());
    #[cfg(unix)]
    let inode = std::os::unix::fs::MetadataExt::ino(&known).to_string();
    #[cfg(not(unix))]
    let inode = UNKNOWN;
    Some(Home(format!("{inode}/{made}")))
}

/// Each part by a question of its own: a hosted PostgreSQL may refuse one.
async fn of_server(connection: &impl ConnectionTrait) -> Result<Home, StorageError> {
    const QUESTIONS: [&str; 4] = [
        "SELECT system_identifier::text FROM pg_control_system()",
        "SELECT oid::text FROM pg_database WHERE datname = current_database()",
        "SELECT 'feed_head'::regclass::oid::text",
        "SELECT substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8)",
    ];
    let mut parts = Vec::with_capacity(QUESTIONS.len());
    for question in QUESTIONS {
        let answer = connection.query_one_raw(Statement::from_string(DbBackend::Postgres, question)).await;
        let part: Result<String, StorageError> = answer.map_err(StorageError::from).and_then(|row| {
            let row = row.ok_or_else(|| DbErr::RecordNotFound(question.to_owned()))?;
            Ok(row.try_get_by_index(0)?)
        });
        match part {
            Ok(part) => parts.push(part),
            Err(error @ StorageError::Unavailable { .. }) => return Err(error),
            Err(error) => {
                tracing::debug!(%error, question, "PostgreSQL does not tell where it is");
                parts.push(UNKNOWN.to_owned());
            }
        }
    }
    Ok(Home(parts.join("/")))
}

/// The file that says how far a SQLite database was served: `notifications.db.served`.
#[must_use]
pub fn mark_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".served");
    PathBuf::from(name)
}

/// What the mark beside a database file says; none where there is none, or where it cannot be read.
pub(crate) fn read_mark(file: &Path) -> Option<Head> {
    let text = std::fs::read_to_string(mark_of(file)).ok()?;
    let mut words = text.split_whitespace();
    let mark = (|| {
        let number = words.next()?.parse().ok()?;
        let id: Uuid = words.next()?.parse().ok()?;
        Some(Head { position: words.next()?.parse().ok()?, epoch: Epoch { id, number } })
    })();
    if mark.is_none() {
        tracing::warn!(file = %mark_of(file).display(), "the mark of what was served cannot be read");
    }
    mark
}

/// Puts the mark in the place of the one before, whole or not at all.
pub(crate) fn write_mark(file: &Path, head: &Head) -> std::io::Result<()> {
    let mark = mark_of(file);
    let new = mark.with_extension(format!("served-{}", std::process::id()));
    let written = (|| {
        let mut opened = std::fs::File::create(&new)?;
        writeln!(opened, "{} {} {}", head.epoch.number, head.epoch.id, head.position)?;
        opened.sync_data()?;
        std::fs::rename(&new, &mark)
    })();
    if written.is_err() {
        // What is left of it helps nobody.
        let _ = std::fs::remove_file(&new);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_is_another_only_by_what_is_known_of_both() {
        let home = |text: &str| Home(text.to_owned());
        assert!(!home("7/5/9/00000001").is_elsewhere_than(&home("7/5/9/00000001")));
        assert!(home("7/5/9/00000002").is_elsewhere_than(&home("7/5/9/00000001")));
        assert!(!home("-/5/9/00000001").is_elsewhere_than(&home("7/5/9/-")));
        assert!(home("-/6/9/00000001").is_elsewhere_than(&home("7/5/9/-")));
    }
}
