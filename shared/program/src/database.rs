//! What a program does with the database of its service, besides serving from it.

use sea_orm_migration::{MigratorTrait, SchemaManager};
use seamless_calendar::{Clock, SystemClock};
use seamless_storage::{Database, DatabaseSettings};

use crate::{
    StartError,
    beginning::{is_missing, refusal, remains},
    part, patience,
};

/// Applies the migrations that the database lacks, and gives their names. `files` is where the service keeps files.
///
/// # Errors
/// As of [`open_database`].
pub async fn migrate<M: MigratorTrait>(
    settings: &DatabaseSettings,
    files: &str,
) -> Result<Vec<String>, StartError> {
    let database = connect(settings, files).await?;
    let applied = database.migrate::<M>().await.map_err(|error| part("database")(&error))?;
    open_feed(&database, &SystemClock).await?;
    database.close().await;
    tracing::info!(?applied, "migrated");
    Ok(applied)
}

/// Opens the database of a service that is to serve: migrates it where the settings say so, and looks whether it was put
/// back since it was served from last. `files` is where the service keeps files, a path or URL.
///
/// # Errors
/// Those of the database; or that it holds nothing, where something lies that an earlier one has left.
pub(crate) async fn open_database<M: MigratorTrait>(
    settings: &DatabaseSettings,
    files: &str,
    clock: &dyn Clock,
) -> Result<Database, StartError> {
    let database = connect(settings, files).await?;
    if settings.migrate_at_start {
        database.migrate::<M>().await.map_err(|error| part("database")(&error))?;
    }
    open_feed(&database, clock).await?;
    Ok(database)
}

/// Notes how far the feed was served, and closes the database.
pub async fn close_database(database: &Database) {
    match seamless_feed::epoch::head(database.read()).await {
        Ok(head) => seamless_feed::guard::note_served(database, &head).await,
        Err(error) => tracing::debug!(%error, "not noted how far the feed was served"),
    }
    database.close().await;
}

/// Says that the database was restored from a backup: its feed begins a new epoch. `agrees_up_to` is the position up to
/// which nothing was lost; without it the head. Gives what there is to say.
///
/// # Errors
/// Those of the database, or that it holds no feed, or none so long.
pub async fn restored(
    settings: &DatabaseSettings,
    agrees_up_to: Option<i64>,
    clock: &dyn Clock,
) -> Result<String, StartError> {
    let failed = part("database");
    if is_missing(settings) {
        return Err(StartError::Part { what: "database", why: "there is none that was restored".to_owned() });
    }
    let database = patience::connect(settings).await?;
    let head = seamless_feed::log::head(database.read()).await.map_err(|error| failed(&error))?;
    if let Some(position) = agrees_up_to
        && !(0..=head).contains(&position)
    {
        let why = format!("position {position} is not in the feed, whose head is {head}");
        return Err(StartError::Part { what: "feed", why });
    }
    let time_us = clock.now().as_microsecond();
    let begun = seamless_feed::epoch::restored(&database, agrees_up_to, time_us).await;
    let begun = begun.map_err(|error| failed(&error))?;
    seamless_feed::guard::note_served(&database, &begun).await;
    database.close().await;
    let (epoch, common) = (begun.epoch.id, agrees_up_to.unwrap_or(head));
    Ok(format!("epoch {epoch} begins behind position {head}; up to {common} it is what was served before\n"))
}

async fn connect(settings: &DatabaseSettings, files: &str) -> Result<Database, StartError> {
    let failed = part("database");
    let remains = remains(settings, files);
    // Before it is opened, which would make the file.
    if is_missing(settings) && !remains.is_empty() {
        return Err(refusal(settings, &remains));
    }
    let database = patience::connect(settings).await?;
    let is_lost = !remains.is_empty()
        && seamless_feed::guard::is_new(&database).await.map_err(|error| failed(&error))?;
    if is_lost {
        database.close().await;
        return Err(refusal(settings, &remains));
    }
    Ok(database)
}

/// A database that is still to be migrated has no feed to look at; who migrates it does.
async fn open_feed(database: &Database, clock: &dyn Clock) -> Result<(), StartError> {
    let failed = part("database");
    let schema = SchemaManager::new(database.read());
    if schema.has_table("feed_epoch").await.map_err(|error| failed(&error))? {
        let opened = seamless_feed::guard::open(database, clock.now().as_microsecond()).await;
        opened.map_err(|error| failed(&error))?;
    }
    Ok(())
}

/// Checks the feed in the database against its chain of digests; gives the number of events.
///
/// # Errors
/// The first position whose event is missing or was changed; those of the database.
pub async fn verify_feed(settings: &DatabaseSettings) -> Result<i64, StartError> {
    let failed = part("database");
    let database = patience::connect(settings).await?;
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
