//! Fills the pre-inspections in memory when the service starts, and keeps them near what the database says, so that the
//! first goods after a pause do not wait for all that was shared meanwhile.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::store::KnownInspections;

/// Works until the token is cancelled.
pub async fn run(inspections: KnownInspections, interval: Duration, token: CancellationToken) {
    loop {
        tokio::select! {
            () = token.cancelled() => return,
            done = inspections.catch_up() => if let Err(error) = done {
                tracing::warn!(%error, "pre-inspections are not brought up to date; tried again");
            },
        }
        tokio::select! {
            () = token.cancelled() => return,
            () = tokio::time::sleep(interval) => {}
        }
    }
}
