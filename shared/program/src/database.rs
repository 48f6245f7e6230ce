//! What a program does with the database of its service, besides serving from it.

use std::time::{Duration, Instant};

use sea_orm_migration::MigratorTrait;
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

/// Applies the migrations that the database lacks, and gives their names.
///
/// # Errors
/// Those of the database.
pub async fn migrate<M: MigratorTrait>(settings: &DatabaseSettings) -> Result<Vec<String>, StartError> {
    let database = connect(settings).await?;
    let applied = database.migrate::<M>().await.map_err(|error| part("database")(&error))?;
    database.close().await;
    tracing::info!(?applied, "migrated");
    Ok(applied)
}

/// Checks the feed in the database against its chain of digests; gives the number of events.
///
/// # Errors
/// The first position whose event is missing or was changed; those of the database.
pub async fn verify_feed(settings: &DatabaseSettings) -> Result<i64, StartError> {
    let failed = part("database");
    let database = connect(settings).await?;
    let head = seamless_feed::log::head(database.read()).await.map_err(|error| failed(&error))?;
    let broken = seamless_feed::chain::verify_chain(database.read(), 1, head).await;
    let broken = broken.map_err(|error| failed(&error))?;
    database.close().await;
    let why =
        |position| format!("broken at position {position} of {head}: its event is missing or was changed");
    match broken {
        None => Ok(head),
        Some(position) => Err(StartError::Part { what: "feed", why: why(position) }),
    }
}
