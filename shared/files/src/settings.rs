//! What a service's configuration says about files.

use std::time::Duration;

use secrecy::SecretString;
use serde::Deserialize;

use crate::FileError;
use crate::recognise::RECOGNISED_TYPES;

const MIB: u64 = 1024 * 1024;
const SMALLEST_PART: u64 = 64 * 1024;
const LARGEST_PART: u64 = 64 * MIB;
const SHORTEST_EXPIRY: Duration = Duration::from_secs(3600);
/// So that listing the parts of an upload stays cheap.
pub(crate) const MOST_PARTS: u64 = 10_000;

/// The section `files` of a service's configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileSettings {
    /// A folder (a path, or `file:///path`), or `s3://bucket/prefix` where the service was built with the feature `s3`.
    pub url: String,
    /// The largest file that is accepted, in octets.
    #[serde(default = "default_max_bytes")]
    pub max_bytes: u64,
    /// The media types that are accepted, in lowercase and without parameters; each one of [`RECOGNISED_TYPES`].
    #[serde(default = "default_allowed_types")]
    pub allowed_types: Vec<String>,
    /// How much of a stream is collected before it is kept, in octets; a cut loses nothing of it.
    #[serde(default = "default_part_bytes")]
    pub part_bytes: u64,
    /// How long an upload is kept after it was last touched, such as `"24h"`.
    #[serde(
        default = "default_upload_expiry",
        with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required"
    )]
    pub upload_expiry: Duration,
    /// How the bucket is reached.
    #[serde(default)]
    pub s3: Option<S3Settings>,
}

/// How an S3 bucket is reached. Without a key the identity of the machine counts (instance metadata).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct S3Settings {
    /// The region of the bucket.
    pub region: String,
    /// The `https://` URL of a storage other than Amazon's.
    #[serde(default)]
    pub endpoint: Option<String>,
    /// The id of the access key.
    #[serde(default)]
    pub access_key_id: Option<String>,
    /// The secret of the access key.
    #[serde(default)]
    pub secret_access_key: Option<SecretString>,
}

impl FileSettings {
    /// Settings with the defaults: 50 MiB, common document and picture types, parts of 1 MiB, 24 hours.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            max_bytes: default_max_bytes(),
            allowed_types: default_allowed_types(),
            part_bytes: default_part_bytes(),
            upload_expiry: default_upload_expiry(),
            s3: None,
        }
    }

    /// Says whether the values fit each other and what this build can do; does not touch the storage.
    ///
    /// # Errors
    /// [`FileError::Invalid`] with the first setting that is wrong.
    pub fn validate(&self) -> Result<(), FileError> {
        crate::backend::check_url(&self.url)?;
        if self.url.starts_with("s3://") && self.s3.is_none() {
            let wanted = "s3:// needs the section s3 with the region of the bucket";
            return Err(FileError::invalid("s3", wanted));
        }
        if self.max_bytes == 0 {
            return Err(FileError::invalid("max_bytes", "expected at least 1, got 0"));
        }
        if self.allowed_types.is_empty() {
            return Err(FileError::invalid("allowed_types", "expected at least one media type, got none"));
        }
        for allowed in &self.allowed_types {
            if !RECOGNISED_TYPES.contains(&allowed.as_str()) {
                let known = RECOGNISED_TYPES.join(", ");
                return Err(FileError::invalid(
                    "allowed_types",
                    format!(
                        "{allowed:?} is no type that content can be checked against; expected some of {known}"
                    ),
                ));
            }
        }
        if !(SMALLEST_PART..=LARGEST_PART).contains(&self.part_bytes) {
            return Err(FileError::invalid(
                "part_bytes",
                format!("expected {SMALLEST_PART} to {LARGEST_PART}, got {}", self.part_bytes),
            ));
        }
        // Half of the parts are left for streams that were cut.
        let needed = self.part_bytes.saturating_mul(MOST_PARTS / 2);
        if self.max_bytes > needed {
            return Err(FileError::invalid(
                "part_bytes",
                format!("too small for max_bytes {}: files of up to {needed} octets fit", self.max_bytes),
            ));
        }
        if self.upload_expiry < SHORTEST_EXPIRY {
            return Err(FileError::invalid(
                "upload_expiry",
                format!("expected at least 1h, got {}s", self.upload_expiry.as_secs()),
            ));
        }
        Ok(())
    }
}

fn default_max_bytes() -> u64 {
    50 * MIB
}

fn default_allowed_types() -> Vec<String> {
    [
        "application/pdf",
        "image/png",
        "image/jpeg",
        "image/webp",
        "image/heic",
        "video/mp4",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "text/plain",
        "text/csv",
        "application/json",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn default_part_bytes() -> u64 {
    MIB
}

fn default_upload_expiry() -> Duration {
    Duration::from_secs(24 * 3600)
}
