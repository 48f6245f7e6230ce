//! Keeps what a replica holds in memory near what the database says: the risk models that score arrivals, so that every
//! replica goes by the same; and the pre-inspections, so that the first goods after a pause do not wait for all that was
//! shared meanwhile.

use std::time::Duration;

use seamless_program::every;
use tokio_util::sync::CancellationToken;

use crate::domain::ports::HeldInMemory;

/// Brings what is held up to date again and again until the token is cancelled; `what` names it in the log.
pub async fn run(what: &'static str, held: impl HeldInMemory, interval: Duration, token: CancellationToken) {
    let up_to_date = || async { token.run_until_cancelled(held.bring_up_to_date()).await.unwrap_or(Ok(())) };
    every(interval, &token, &format!("{what} not brought up to date"), up_to_date).await
}
