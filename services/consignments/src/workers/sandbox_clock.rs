//! Keeps this replica of a sandbox at the clock that the services of the sandbox share, as the follower of the feed, of this
//! replica or another, has written it down.

use std::time::Duration;

use seamless_calendar::Ahead;
use seamless_program::every;
use tokio_util::sync::CancellationToken;

use crate::{domain::DomainError, store::Store};

/// Between one look and the next: what is set at one service holds at all within a second.
const INTERVAL: Duration = Duration::from_millis(250);

/// Looks how far the clock is until the token is cancelled.
pub async fn run(store: Store, ahead: Ahead, token: CancellationToken) {
    let look = || async {
        ahead.reach(store.sandbox_ahead().await?);
        Ok::<_, DomainError>(())
    };
    every(INTERVAL, &token, "the sandbox's clock was not read", look).await
}
