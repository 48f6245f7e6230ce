//! What a reader is told when the database fails.

use std::{error::Error, time::Duration};

use seamless_service::error::ApiError;
use seamless_storage::StorageError;

/// When a reader should try again: about the time that a database takes to fail over.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// The answer to a call that failed in the database. All calls of the feed may be repeated, so even an unknown outcome
/// of a commit is a reason to try again.
pub(crate) fn of_storage(error: StorageError) -> ApiError {
    match error {
        StorageError::Contention => ApiError::contention(),
        StorageError::WritesSuspended { .. } => ApiError::writes_suspended(),
        StorageError::Unavailable { .. } | StorageError::OutcomeUnknown { .. } => {
            tracing::warn!(%error, cause = error.source().map(tracing::field::display), "database out of reach");
            ApiError::dependency_unavailable(RETRY_AFTER)
        }
        other => match other.source() {
            Some(cause) => ApiError::internal(format!("{other}: {cause}")),
            None => ApiError::internal(other),
        },
    }
}
