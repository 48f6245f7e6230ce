//! Keeps what a replica holds in memory near what the database says: the risk models that score arrivals, so that every
//! replica goes by the same; and the pre-inspections, so that the first goods after a pause do not wait for all that was
//! shared meanwhile.

use std::time::Duration;

use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use crate::domain::DomainError;

/// Brings `what` up to date again and again until the token is cancelled.
pub async fn run<F>(what: &'static str, refresh: F, interval: Duration, token: CancellationToken)
where
    F: Fn() -> BoxFuture<'static, Result<(), DomainError>>,
{
    loop {
        tokio::select! {
            () = token.cancelled() => return,
            done = refresh() => if let Err(error) = done {
                tracing::warn!(%error, "{what} not brought up to date; tried again");
            },
        }
        tokio::select! {
            () = token.cancelled() => return,
            () = tokio::time::sleep(interval) => {}
        }
    }
}
