//! What the file store's refusal is to a caller, as far as every service says it in the same way.

use std::time::Duration;

use seamless_files::FileError;
use seamless_service::error::ApiError;

/// How long a caller is asked to wait when the file store is out of reach.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// The refusal of an announcement in the field `announced`, or that the store is out of reach. What only the service can say,
/// a file that is not there or a part that does not fit, is `otherwise`.
pub fn file_refusal(
    error: &FileError,
    announced: &str,
    otherwise: impl FnOnce(&FileError) -> ApiError,
) -> ApiError {
    if let Some((field, description)) = error.field() {
        return ApiError::invalid_field(format!("{announced}.{field}"), description);
    }
    if let FileError::Unavailable(why) = error {
        tracing::warn!(why, "file store unavailable");
        return ApiError::dependency_unavailable(RETRY_AFTER);
    }
    otherwise(error)
}
