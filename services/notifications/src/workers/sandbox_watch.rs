//! Keeps this replica of a sandbox at the state that all share: the clock's advance, and the faults of the feeds.

use std::time::Duration;

use seamless_program::{SANDBOX_AHEAD, every};
use seamless_service::health::Health;
use tokio_util::sync::CancellationToken;

use crate::{
    domain::{DomainError, ports::SandboxReader},
    store::{Sandbox, Store},
};

/// Between one look and the next: what is set at one replica holds at all within a second.
const INTERVAL: Duration = Duration::from_millis(250);

/// Looks at the stored state until the token is cancelled; `health` tells how far ahead the clock is.
pub async fn run(store: Store, sandbox: Sandbox, health: Health, token: CancellationToken) {
    let look = || async {
        let state = store.sandbox_get().await?;
        let ahead = state.ahead.as_micros().to_string();
        sandbox.follow(state);
        health.tells(SANDBOX_AHEAD, &ahead);
        Ok::<_, DomainError>(())
    };
    every(INTERVAL, &token, "the sandbox's state was not read", look).await
}
