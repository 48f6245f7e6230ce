//! The store itself, and where in it everything stands.

use std::sync::Arc;

use bytes::Bytes;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload};

use crate::backend::{self, Backend};
use crate::{FileError, FileSettings, UploadId};

/// Files by content, and uploads on their way. Cheap to clone; needs a tokio runtime.
#[derive(Clone)]
pub struct FileStore {
    pub(crate) objects: Arc<dyn ObjectStore>,
    prefix: Path,
    pub(crate) settings: Arc<FileSettings>,
}

impl FileStore {
    /// Opens the store; a folder is made if it is absent. Over a bucket a TLS provider must have been installed in the
    /// process, and nothing is asked of the bucket yet.
    ///
    /// # Errors
    /// [`FileError::Invalid`] names a wrong setting; [`FileError::Unavailable`] if the folder cannot be made.
    pub fn open(settings: &FileSettings) -> Result<Self, FileError> {
        settings.validate()?;
        let Backend { objects, prefix } = backend::open(&settings.url, settings.s3.as_ref())?;
        Ok(Self { objects, prefix, settings: Arc::new(settings.clone()) })
    }

    pub(crate) fn content_path(&self, sha256: &[u8; 32]) -> Path {
        let digest = hex::encode(sha256);
        let (first, rest) = digest.split_at(2);
        self.prefix.clone().join("content").join(first).join(rest)
    }

    pub(crate) fn uploads_path(&self) -> Path {
        self.prefix.clone().join("uploads")
    }

    pub(crate) fn upload_path(&self, upload: UploadId) -> Path {
        self.uploads_path().join(upload.0.to_string())
    }

    /// The octets of a small object; none if it is absent.
    pub(crate) async fn small_object(&self, path: &Path) -> Result<Option<Bytes>, FileError> {
        match self.objects.get(path).await {
            Ok(found) => {
                found.bytes().await.map(Some).map_err(|error| FileError::Unavailable(error.to_string()))
            }
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(FileError::Unavailable(error.to_string())),
        }
    }

    /// Whether the object was made; not so if there was one already.
    pub(crate) async fn create(&self, path: &Path, payload: PutPayload) -> Result<bool, FileError> {
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.objects.put_opts(path, payload, options).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. }) => {
                Ok(false)
            }
            Err(error) => Err(FileError::Unavailable(error.to_string())),
        }
    }

    pub(crate) async fn overwrite(&self, path: &Path, payload: PutPayload) -> Result<(), FileError> {
        let written = self.objects.put(path, payload).await;
        written.map(drop).map_err(|error| FileError::Unavailable(error.to_string()))
    }

    /// Deletes what may be absent already.
    pub(crate) async fn remove(&self, path: &Path) -> Result<(), FileError> {
        match self.objects.delete(path).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(FileError::Unavailable(error.to_string())),
        }
    }
}
