//! One limit for the calls of the whole server. A call above it is refused at once, so that those inside stay fast.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::ApiError;

/// When a refused caller should try again.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Takes a place among the concurrent calls, or refuses with UNAVAILABLE, the code that clients may retry [AIP-194].
pub(super) fn claim(places: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, ApiError> {
    Arc::clone(places).try_acquire_owned().map_err(|_| ApiError::overloaded(RETRY_AFTER))
}
