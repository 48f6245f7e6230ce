//! What every service does beside its calls: it tells whether it is ready, and forgets the answers to requests that are
//! older than their retention.

use std::{sync::Arc, time::Duration};

use sea_orm_migration::MigratorTrait;
use seamless_calendar::Clock;
use seamless_service::health::Health;
use seamless_storage::{Database, StorageError, requests};
use tokio_util::sync::CancellationToken;

/// How often a service that is ready looks again.
const READY_INTERVAL: Duration = Duration::from_secs(5);
/// How often one that is not.
const EAGER_INTERVAL: Duration = Duration::from_millis(200);
/// Between one look for old answers and the next.
const PURGE_INTERVAL: Duration = Duration::from_secs(3600);
/// Answers forgotten in one transaction, so that writers wait only briefly.
const PURGE_BATCH: u64 = 500;

/// Tells the service's health until the token is cancelled: ready when the database answers, takes writes, and no migration
/// of `M` is pending. From then on health says what the drain says.
pub async fn readiness<M: MigratorTrait>(database: Database, health: Health, token: CancellationToken) {
    let mut was_ready = None;
    let mut writes = database.watch_writes();
    loop {
        let state = state::<M>(&database).await;
        let is_ready = state.is_ok();
        if was_ready != Some(is_ready) && !token.is_cancelled() {
            match &state {
                Ok(()) => health.ready().await,
                Err(why) => {
                    tracing::warn!(why, "not ready");
                    health.not_ready().await;
                }
            }
            was_ready = Some(is_ready);
        }
        let pause = if is_ready { READY_INTERVAL } else { EAGER_INTERVAL };
        tokio::select! {
            () = token.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
            Ok(()) = writes.changed() => {}
        }
    }
}

async fn state<M: MigratorTrait>(database: &Database) -> Result<(), String> {
    let unreachable = |error: StorageError| error.to_string();
    database.ping().await.map_err(unreachable)?;
    if !database.takes_writes() {
        return Err("the database takes no writes".to_owned());
    }
    let pending = database.pending::<M>().await.map_err(unreachable)?;
    match pending.is_empty() {
        true => Ok(()),
        false => Err(format!("pending migrations (run migrate): {}", pending.join(", "))),
    }
}

/// Forgets the answers to requests that are older than `retention`, until the token is cancelled.
pub async fn forget_answers(
    database: Database,
    clock: Arc<dyn Clock>,
    retention: Duration,
    token: CancellationToken,
) {
    loop {
        tokio::select! {
            () = token.cancelled() => return,
            () = tokio::time::sleep(PURGE_INTERVAL) => {}
        }
        let retention = i64::try_from(retention.as_micros()).unwrap_or(i64::MAX);
        let before = clock.now().as_microsecond().saturating_sub(retention);
        match sweep(&database, before, &token).await {
            Ok(0) => {}
            Ok(forgotten) => tracing::info!(forgotten, "old request answers forgotten"),
            Err(error) => tracing::warn!(%error, "old request answers not forgotten"),
        }
    }
}

/// Forgets all from before a time; gives how many.
async fn sweep(database: &Database, before: i64, token: &CancellationToken) -> Result<u64, StorageError> {
    let mut all = 0;
    loop {
        let forgotten = database
            .write(move |tx| Box::pin(async move { requests::purge(tx, before, PURGE_BATCH).await }))
            .await?;
        all += forgotten;
        if forgotten < PURGE_BATCH || token.is_cancelled() {
            return Ok(all);
        }
    }
}
