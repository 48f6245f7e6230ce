//! What every service does beside its calls: it tells whether it is ready, and forgets the answers to requests that are
//! older than their retention.

use std::{sync::Arc, time::Duration};

use sea_orm_migration::MigratorTrait;
use seamless_calendar::Clock;
use seamless_service::health::Health;
use seamless_storage::{Database, StorageError, requests};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// How often a service that is ready looks again.
const READY_INTERVAL: Duration = Duration::from_secs(5);
/// How often one that is not.
const EAGER_INTERVAL: Duration = Duration::from_millis(200);
/// Between one look for old answers and the next.
const PURGE_INTERVAL: Duration = Duration::from_secs(3600);
/// Answers forgotten in one transaction, so that writers wait only briefly.
const PURGE_BATCH: u64 = 500;

/// Tells the service's health until the token is cancelled: ready when the database answers, takes writes, and no
/// migration of `M` is pending. While one is, calls are refused; while the database takes no writes, reads are served;
/// while the database is out of reach, those that need it fail by themselves. Calls wait for the first look, from the
/// moment of this call on. From the cancelling on health says what the drain says. `is_migrated` becomes true, for good,
/// once the database was seen with all migrations; `name` is that of the service, whose program applies them.
pub(crate) fn readiness<M: MigratorTrait>(
    name: &'static str,
    database: Database,
    health: Health,
    is_migrated: watch::Sender<bool>,
    token: CancellationToken,
) -> impl Future<Output = ()> + Send {
    health.awaited();
    async move {
        let mut told = None;
        let mut writes = database.watch_writes();
        loop {
            // That writes are suspended is told before the database is asked anything: where its disk is full, that takes long.
            let state = match told {
                Some(State::Ready) if !database.takes_writes() => State::ReadOnly,
                _ => state::<M>(&database).await,
            };
            if matches!(state, State::Ready | State::ReadOnly) {
                is_migrated.send_replace(true);
            }
            // While somebody migrates fewer are pending from look to look: that is no news.
            let is_news = match (&told, &state) {
                (Some(State::Pending(_)), State::Pending(_)) => false,
                (told, state) => told.as_ref() != Some(state),
            };
            if is_news && !token.is_cancelled() {
                match &state {
                    State::Ready => health.ready().await,
                    State::ReadOnly => {
                        tracing::warn!(why = "the database takes no writes", "not ready, reads are served");
                        health.not_ready().await;
                    }
                    State::Unreachable(why) => {
                        tracing::warn!(why, "not ready");
                        health.not_ready().await;
                    }
                    State::Pending(names) => {
                        let why = format!("pending migrations (run seamless-{name} migrate): {names}");
                        tracing::warn!(why, "not ready, calls are refused");
                        health.closed().await;
                    }
                }
            }
            let pause = if state == State::Ready { READY_INTERVAL } else { EAGER_INTERVAL };
            told = Some(state);
            tokio::select! {
                () = token.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
                Ok(()) = writes.changed() => {}
            }
        }
    }
}

/// What a look at the database finds.
#[derive(PartialEq, Eq)]
enum State {
    Ready,
    /// The disk of the database is full, read-only or failing.
    ReadOnly,
    /// With what the database says.
    Unreachable(String),
    /// With the names of the migrations.
    Pending(String),
}

async fn state<M: MigratorTrait>(database: &Database) -> State {
    let pending = async {
        database.ping().await?;
        database.pending::<M>().await
    };
    match pending.await {
        Ok(names) if names.is_empty() && database.takes_writes() => State::Ready,
        Ok(names) if names.is_empty() => State::ReadOnly,
        Ok(names) => State::Pending(names.join(", ")),
        Err(error) => State::Unreachable(error.to_string()),
    }
}

/// Forgets the answers to requests that are older than `retention`, until the token is cancelled.
pub(crate) async fn forget_answers(
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
