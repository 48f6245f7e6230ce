//! Keeps this replica of a sandbox at the state that all share: the clock's advance, and the faults of the feeds.

use std::time::Duration;

use seamless_program::every;
use tokio_util::sync::CancellationToken;

use crate::{
    domain::{DomainError, ports::SandboxReader},
    store::{Sandbox, Store},
};

/// Between one look and the next: what is set at one replica holds at all within a second.
const INTERVAL: Duration = Duration::from_millis(250);

/// Looks at the stored state until the token is cancelled.
pub async fn run(store: Store, sandbox: Sandbox, token: CancellationToken) {
    let look = || async {
        sandbox.follow(store.sandbox_get().await?);
        Ok::<_, DomainError>(())
    };
    every(INTERVAL, &token, "the sandbox's state was not read", look).await
}
