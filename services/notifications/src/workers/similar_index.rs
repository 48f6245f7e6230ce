//! Fills the index of products when the service starts, and keeps it near what is committed, so that no question waits
//! long for it. Each replica has its own.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::store::SimilarIndex;

/// Between one look and the next.
const INTERVAL: Duration = Duration::from_secs(2);

/// Works until the token is cancelled.
pub async fn run(index: SimilarIndex, token: CancellationToken) {
    loop {
        tokio::select! {
            () = token.cancelled() => return,
            done = index.catch_up() => if let Err(error) = done {
                tracing::warn!(%error, "index of similar products not brought up to date; tried again");
            },
        }
        tokio::select! {
            () = token.cancelled() => return,
            () = tokio::time::sleep(INTERVAL) => {}
        }
    }
}
