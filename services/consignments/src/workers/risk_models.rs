//! Keeps the risk models that score arrivals near what the database says, so that every replica goes by the same.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::store::RiskModels;

/// Works until the token is cancelled.
pub async fn run(models: RiskModels, interval: Duration, token: CancellationToken) {
    loop {
        tokio::select! {
            () = token.cancelled() => return,
            done = models.refresh() => if let Err(error) = done {
                tracing::warn!(%error, "risk models not brought up to date; tried again");
            },
        }
        tokio::select! {
            () = token.cancelled() => return,
            () = tokio::time::sleep(interval) => {}
        }
    }
}
