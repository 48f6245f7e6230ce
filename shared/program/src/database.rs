//! What a program does with the database of its service, besides serving from it.

use sea_orm_migration::MigratorTrait;
use seamless_storage::DatabaseSettings;

use crate::{StartError, part, patience::connect};

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
