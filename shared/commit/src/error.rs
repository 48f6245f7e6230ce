//! Why a commit did not happen, and what it is to a use case.

use seamless_decision::Refusal;
use seamless_storage::{StorageError, WriteError};

/// Why a commit did not happen.
#[derive(Debug)]
pub enum CommitError {
    /// A record is no more the one that was decided upon.
    Stale,
    /// The database's word.
    Storage(StorageError),
    /// A record that cannot be written or read.
    Damaged(Refusal),
}

impl From<Refusal> for CommitError {
    fn from(refusal: Refusal) -> Self {
        Self::Damaged(refusal)
    }
}

impl From<StorageError> for CommitError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<sea_orm::DbErr> for CommitError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Storage(error.into())
    }
}

impl WriteError for CommitError {
    fn storage(&self) -> Option<&StorageError> {
        match self {
            Self::Stale | Self::Damaged(_) => None,
            Self::Storage(error) => Some(error),
        }
    }
}

impl From<CommitError> for Refusal {
    /// A record that changed meanwhile and a key that was taken meanwhile are conflicts: decide anew.
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Stale | CommitError::Storage(StorageError::UniqueViolation { .. }) => Self::Conflict,
            CommitError::Storage(error) => fault(error),
            CommitError::Damaged(refusal) => refusal,
        }
    }
}

/// A database error as the domain sees it.
pub fn fault(error: impl Into<StorageError>) -> Refusal {
    match error.into() {
        StorageError::Contention => Refusal::Conflict,
        StorageError::WritesSuspended { .. } => Refusal::WritesSuspended,
        unavailable @ (StorageError::Unavailable { .. } | StorageError::OutcomeUnknown { .. }) => {
            Refusal::Unavailable(unavailable.to_string())
        }
        other => Refusal::Fault(other.to_string()),
    }
}
