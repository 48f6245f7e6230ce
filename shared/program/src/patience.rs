//! A database that starts later than its service is waited for.

use std::time::{Duration, Instant};

use seamless_storage::{Backend, Database, DatabaseSettings, StorageError};

use crate::{StartError, part};

/// Between one attempt to reach a database and the next, which itself takes up to `database.acquire_timeout`.
const BETWEEN_ATTEMPTS: Duration = Duration::from_secs(1);

/// Opens the database. A server that cannot be reached, or is only starting, is waited for, for `database.start_patience`
/// and the last attempt's time: machines start in any order. Whatever waiting cannot mend fails at once: a wrong password,
/// a database that does not exist, a file that cannot be opened.
///
/// # Errors
/// Those of the database, with their causes.
pub async fn connect(settings: &DatabaseSettings) -> Result<Database, StartError> {
    let failed = part("database");
    let may_come = settings.backend() == Some(Backend::Postgres);
    let began = Instant::now();
    loop {
        let error = match Database::connect(settings).await {
            Ok(database) => return Ok(database),
            Err(error) => error,
        };
        let is_late = matches!(error, StorageError::Unavailable { .. }) && may_come;
        if !is_late || began.elapsed() >= settings.start_patience {
            return Err(failed(&error));
        }
        let left = settings.start_patience.saturating_sub(began.elapsed());
        tracing::warn!(why = %failed(&error), ?left, "the database is waited for");
        tokio::time::sleep(BETWEEN_ATTEMPTS.min(left)).await;
    }
}
