//! What the file store's refusal is to a caller, and to whoever configures it, as far as every service says it in the same
//! way.

use std::time::Duration;

use seamless_files::{FileError, FileSettings};
use seamless_service::{config::InvalidSetting, error::ApiError};

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

/// Refuses a setting of the file store that is not allowed.
///
/// # Errors
/// The key in the section `files`, its value, and what is allowed.
pub fn check_files(files: &FileSettings) -> Result<(), InvalidSetting> {
    let wrong = match files.validate() {
        Ok(()) => return Ok(()),
        Err(FileError::Invalid { field, description }) => {
            let value = match field {
                "url" => files.url.clone(),
                "max_bytes" => files.max_bytes.to_string(),
                "allowed_types" => files.allowed_types.join(", "),
                "part_bytes" => files.part_bytes.to_string(),
                "upload_expiry" => format!("{:?}", files.upload_expiry),
                _ => String::new(),
            };
            InvalidSetting::new(field, value, description)
        }
        Err(other) => InvalidSetting::new("url", &files.url, other.to_string()),
    };
    Err(wrong.within("files"))
}
