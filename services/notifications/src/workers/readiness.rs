//! Tells the service's health: ready when the database answers and has no pending migrations.

use std::time::Duration;

use seamless_service::health::Health;
use seamless_storage::{Database, StorageError};
use tokio_util::sync::CancellationToken;

use crate::store::migrations::Migrator;

/// How often a service that is ready looks again.
const INTERVAL: Duration = Duration::from_secs(5);
/// How often one that is not.
const EAGER_INTERVAL: Duration = Duration::from_millis(200);

/// Watches until the token is cancelled; from then on health says what the drain says.
pub async fn run(database: Database, health: Health, token: CancellationToken) {
    let mut was_ready = None;
    loop {
        let state = state(&database).await;
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
        let pause = if is_ready { INTERVAL } else { EAGER_INTERVAL };
        tokio::select! {
            () = token.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn state(database: &Database) -> Result<(), String> {
    let unreachable = |error: StorageError| error.to_string();
    database.ping().await.map_err(unreachable)?;
    let pending = database.pending::<Migrator>().await.map_err(unreachable)?;
    match pending.is_empty() {
        true => Ok(()),
        false => Err(format!("pending migrations (run migrate): {}", pending.join(", "))),
    }
}
