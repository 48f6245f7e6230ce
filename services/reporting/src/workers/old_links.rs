//! Forgets links to the situation page, and who was signed in by them, when their time has been over for long.

use std::{sync::Arc, time::Duration};

use jiff::SignedDuration;
use seamless_calendar::Clock;
use seamless_program::every;
use tokio_util::sync::CancellationToken;

use crate::{domain::DomainError, store::Store};

/// How long they are kept after that: who was let in is to be found for a while.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Looks until the token is cancelled. They keep to real time, in a sandbox too: so does `clock`.
pub async fn watch(store: Store, clock: Arc<dyn Clock>, interval: Duration, token: CancellationToken) {
    every(interval, &token, "old links to the situation page not forgotten", || look(&store, &*clock)).await;
}

async fn look(store: &Store, clock: &dyn Clock) -> Result<(), DomainError> {
    let Ok(before) = clock.now().checked_sub(KEPT) else { return Ok(()) };
    let forgotten = store.forget_situation_access(before).await?;
    if forgotten > 0 {
        tracing::info!(forgotten, "old links to the situation page were forgotten");
    }
    Ok(())
}
