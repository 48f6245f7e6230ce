//! Whoever reads the log finds out whether it went back.
//!
//! Invariants: no page is served of a log that lies behind what this process has served of it before a new epoch has
//! begun; each replica looks every second where its database is.

use std::{sync::Arc, time::Duration};

use seamless_calendar::Clock;
use seamless_storage::{Database, StorageError};
use tokio_util::sync::CancellationToken;

use crate::{
    FeedSignal,
    epoch::{self, Cause, Evidence, Head},
    home::{self, Home},
};

/// Between one look and the next.
const INTERVAL: Duration = Duration::from_secs(1);

/// Whether nothing was ever served from a database: it lacks the tables, or it is empty and no service has opened it.
///
/// # Errors
/// Whatever the database says.
pub async fn is_new(database: &Database) -> Result<bool, StorageError> {
    use sea_orm_migration::SchemaManager;
    if !SchemaManager::new(database.read()).has_table("feed_epoch").await? {
        // One from before there were epochs holds something.
        let has_head = SchemaManager::new(database.read()).has_table("feed_head").await?;
        return Ok(!has_head || crate::log::head(database.read()).await? == 0);
    }
    let head = epoch::head(database.read()).await?;
    Ok(head.position == 0 && epoch::home_of(database.read(), head.epoch).await?.is_none())
}

/// Looks before a service serves whether its database was put back since it was served from last, and begins an epoch if
/// so; gives the head. To be called again does no harm. At `time_us`, in microseconds since 1970 UTC.
///
/// # Errors
/// Whatever the database says.
pub async fn open(database: &Database, time_us: i64) -> Result<Head, StorageError> {
    let file = home::file_of(database.read()).await?;
    let served = file.as_deref().and_then(home::read_mark);
    let home = Home::of(database.read()).await?;
    let evidence = Evidence { served, home, is_untouched: true };
    let (head, cause) = epoch::settle(database, evidence, time_us).await?;
    tell(cause, served, &head);
    note_served(database, &head).await;
    Ok(head)
}

/// Works until the token is cancelled: notes how far the log was served, and looks where it is.
pub async fn watch(database: Database, signal: FeedSignal, clock: Arc<dyn Clock>, token: CancellationToken) {
    let mut noted = None;
    loop {
        match look(&database, &signal, &*clock).await {
            Ok(head) if noted != Some(head) => {
                note_served(&database, &head).await;
                noted = Some(head);
            }
            Ok(_) => {}
            Err(error) => tracing::debug!(%error, "not looked whether the database was put back"),
        }
        tokio::select! {
            () = token.cancelled() => return,
            () = tokio::time::sleep(INTERVAL) => {}
        }
    }
}

async fn look(database: &Database, signal: &FeedSignal, clock: &dyn Clock) -> Result<Head, StorageError> {
    let home = Home::of(database.read()).await?;
    let head = read_head(database, signal, clock).await?;
    let known = epoch::home_of(database.read(), head.epoch).await?;
    let is_settled = match (&home, &known) {
        (Some(now), Some(known)) => !now.is_elsewhere_than(known),
        (Some(_), None) => false,
        (None, _) => true,
    };
    if is_settled {
        return Ok(head);
    }
    let evidence = Evidence { served: signal.served(), home, is_untouched: false };
    settle(database, signal, evidence, clock).await
}

/// The head of the log, once it is sure that it does not lie behind what this process has served.
pub(crate) async fn read_head(
    database: &Database,
    signal: &FeedSignal,
    clock: &dyn Clock,
) -> Result<Head, StorageError> {
    // Taken before the question: what was committed then is seen by it.
    let served = signal.served();
    let head = epoch::head(database.read()).await?;
    let goes_on =
        served.is_none_or(|served| served.epoch.id == head.epoch.id && served.position <= head.position);
    if goes_on {
        signal.observe(head);
        return Ok(head);
    }
    settle(database, signal, Evidence { served, home: None, is_untouched: false }, clock).await
}

async fn settle(
    database: &Database,
    signal: &FeedSignal,
    mut evidence: Evidence,
    clock: &dyn Clock,
) -> Result<Head, StorageError> {
    if evidence.home.is_none() {
        evidence.home = Home::of(database.read()).await?;
    }
    let served = evidence.served;
    let (head, cause) = epoch::settle(database, evidence, clock.now().as_microsecond()).await?;
    tell(cause, served, &head);
    signal.begin(head);
    Ok(head)
}

fn tell(cause: Option<Cause>, served: Option<Head>, head: &Head) {
    let Some(cause) = cause else { return };
    let served = served.map_or(0, |served| served.position);
    tracing::error!(
        ?cause,
        epoch = %head.epoch.id,
        head = head.position,
        served,
        "the database was put back or copied: the feed is another history, and a new epoch has begun"
    );
    let meter = opentelemetry::global::meter("seamless-feed");
    meter.u64_counter("feed.epochs_begun").with_unit("{epoch}").build().add(1, &[]);
}

/// Notes beside a SQLite file how far it was served; elsewhere nothing. The watch does so every second; call it once more
/// before the database is closed.
pub async fn note_served(database: &Database, head: &Head) {
    let noted = match home::file_of(database.read()).await {
        Ok(Some(file)) => {
            let head = *head;
            let written = tokio::task::spawn_blocking(move || home::write_mark(&file, &head)).await;
            written
                .map_err(|error| error.to_string())
                .and_then(|done| done.map_err(|error| error.to_string()))
        }
        Ok(None) => Ok(()),
        Err(error) => Err(error.to_string()),
    };
    if let Err(error) = noted {
        tracing::warn!(error, "not noted beside the database how far it was served");
    }
}
