//! Fills the index of products when the service starts, and keeps it near what is committed, so that no question waits
//! long for it. Each replica has its own.

use std::time::Duration;

use seamless_program::every;
use tokio_util::sync::CancellationToken;

use crate::store::SimilarIndex;

/// Between one look and the next.
const INTERVAL: Duration = Duration::from_secs(2);

/// Works until the token is cancelled.
pub async fn run(index: SimilarIndex, token: CancellationToken) {
    let catch_up = || async { token.run_until_cancelled(index.catch_up()).await.unwrap_or(Ok(())) };
    every(INTERVAL, &token, "index of similar products not brought up to date", catch_up).await
}
