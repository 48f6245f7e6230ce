//! Why something could not be done with a file.
//!
//! Invariant: every variant but `Unavailable` may be told to the caller as it is; that one names places of ours.

/// Why something could not be done with a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// What was asked for, or a setting, is wrong in itself.
    #[error("{field}: {description}")]
    Invalid {
        /// The field of the request or of the settings.
        field: &'static str,
        /// What was wanted and what was got.
        description: String,
    },
    /// No such content or upload.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// The upload stands elsewhere; go on from `committed`.
    #[error("the upload has {committed} octets; go on from there")]
    OffsetMismatch {
        /// How many octets are kept, in order from the first.
        committed: u64,
    },
    /// More than allowed, or more than announced.
    #[error("at most {limit} octets are accepted, got {got}")]
    TooLarge {
        /// In octets.
        limit: u64,
        /// In octets.
        got: u64,
    },
    /// The content is not what was announced. Digests are lowercase hexadecimal.
    #[error("the content has the sha-256 {found}, announced was {announced}")]
    DigestMismatch {
        /// The digest that was announced.
        announced: String,
        /// The digest that the content has.
        found: String,
    },
    /// The content is of another type than announced.
    #[error("the content looks like {found}, announced was {announced}")]
    TypeMismatch {
        /// The media type that was announced.
        announced: String,
        /// The media type that the content looks like; `application/octet-stream` if like none that is known.
        found: String,
    },
    /// The storage does not answer or does not work; the same call may succeed later. For the log, not for the caller.
    #[error("the file storage is unavailable: {0}")]
    Unavailable(String),
}

impl FileError {
    pub(crate) fn invalid(field: &'static str, description: impl Into<String>) -> Self {
        Self::Invalid { field, description: description.into() }
    }

    /// The field of an announcement that is wrong, as requests name it, and what it wants and got; none where no field is
    /// wrong.
    #[must_use]
    pub fn field(&self) -> Option<(&'static str, String)> {
        match self {
            Self::Invalid { field: "size", description } => Some(("size_bytes", description.clone())),
            Self::Invalid { field, description } => Some((field, description.clone())),
            Self::TooLarge { .. } => Some(("size_bytes", self.to_string())),
            Self::DigestMismatch { .. } => Some(("sha256", self.to_string())),
            Self::TypeMismatch { .. } => Some(("media_type", self.to_string())),
            Self::NotFound(_) | Self::OffsetMismatch { .. } | Self::Unavailable(_) => None,
        }
    }

    /// What the storage says; an absent object is then an absent `thing`.
    pub(crate) fn of_storage(error: object_store::Error, thing: &'static str) -> Self {
        match error {
            object_store::Error::NotFound { .. } => Self::NotFound(thing),
            other => Self::Unavailable(other.to_string()),
        }
    }
}
