//! Where the content of attachments is kept.

use seamless_files::{FileError, FileSettings, FileStore, UploadId};

use crate::domain::model::Attachment;

/// Where the content of attachments is kept.
#[derive(Clone)]
pub struct Files {
    pub store: FileStore,
    pub settings: FileSettings,
}

impl Files {
    /// Opens the file store.
    ///
    /// # Errors
    /// Those of the store.
    pub fn open(settings: &FileSettings) -> Result<Self, FileError> {
        Ok(Self { store: FileStore::open(settings)?, settings: settings.clone() })
    }

    /// How many octets of an upload are committed; none if it has not begun.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn committed(&self, attachment: &Attachment) -> Result<u64, FileError> {
        match self.store.status(UploadId(attachment.id)).await {
            Err(FileError::NotFound(_)) => Ok(0),
            known => known,
        }
    }
}
