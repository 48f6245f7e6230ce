//! An upload from its announcement to its end.
//!
//! Invariant: content becomes readable only by a `finish` that had read all of the upload; that its digest is known, or
//! that the content is there already, never stands in for having sent it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::progress::{Progress, Standing};
use crate::{Announced, FileError, FileStore, UploadId};

/// A file that was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredFile {
    /// The SHA-256 of its content, by which it is read.
    pub sha256: [u8; 32],
    /// In octets.
    pub size: u64,
    /// Its media type, which the content was checked against.
    pub media_type: String,
}

impl FileStore {
    /// Begins an upload and gives the offset to go on from: 0, or more if the same upload was begun before. `now` is
    /// when the upload counts as touched.
    ///
    /// # Errors
    /// What [`Announced::check`] says, before anything is written; [`FileError::Invalid`] for `upload` if it was begun
    /// with another announcement, or is finished; [`FileError::Unavailable`].
    pub async fn begin(
        &self,
        upload: UploadId,
        announced: &Announced,
        now: Timestamp,
    ) -> Result<u64, FileError> {
        announced.check(&self.settings)?;
        if self.finished(upload).await?.is_some() {
            return Err(FileError::invalid("upload", "is finished already"));
        }
        self.touch(upload, now).await?;
        if self.announce(upload, announced).await? {
            return Ok(0);
        }
        if self.announced(upload).await?.is_some_and(|before| before != *announced) {
            return Err(FileError::invalid("upload", "was begun before with another announcement"));
        }
        self.status(upload).await
    }

    /// How many octets of the upload are kept, from the first on; all of them once it is finished.
    ///
    /// # Errors
    /// [`FileError::NotFound`], [`FileError::Unavailable`].
    pub async fn status(&self, upload: UploadId) -> Result<u64, FileError> {
        Ok(self.standing(upload).await?.committed())
    }

    /// Checks the whole upload and makes it readable as content. Can be repeated, also after an interruption: the answer
    /// stays the same until the upload expires. Reads everything that was sent, so give it time.
    ///
    /// # Errors
    /// [`FileError::OffsetMismatch`] if octets are missing; the upload can go on. [`FileError::DigestMismatch`] and
    /// [`FileError::TypeMismatch`] end the upload and leave nothing of it. [`FileError::NotFound`], also for content
    /// that was deleted since; [`FileError::Unavailable`].
    pub async fn finish(&self, upload: UploadId) -> Result<StoredFile, FileError> {
        match self.standing(upload).await? {
            Standing::Finished(file) => self.still_there(file).await,
            Standing::UnderWay(progress) => match self.accept(upload, &progress).await {
                // Another call may have finished it meanwhile and removed the parts from under this one.
                Err(FileError::NotFound(_)) => match self.finished(upload).await? {
                    Some(file) => self.still_there(file).await,
                    None => Err(FileError::NotFound("upload")),
                },
                outcome => outcome,
            },
        }
    }

    /// Gives up an upload and removes what came of it; an unknown one is given up as well. Content stays.
    ///
    /// # Errors
    /// [`FileError::Unavailable`].
    pub async fn abort(&self, upload: UploadId) -> Result<(), FileError> {
        self.remove_upload(&self.upload_path(upload)).await
    }

    async fn accept(&self, upload: UploadId, progress: &Progress) -> Result<StoredFile, FileError> {
        let Progress { announced, parts } = progress;
        let committed = progress.committed();
        if committed != announced.size {
            return Err(FileError::OffsetMismatch { committed });
        }
        let (found, evidence) = self.examine(parts).await?;
        let verdict = if found == announced.sha256 {
            evidence.check(&announced.media_type)
        } else {
            Err(FileError::DigestMismatch {
                announced: hex::encode(announced.sha256),
                found: hex::encode(found),
            })
        };
        if let Err(refusal) = verdict {
            self.abort(upload).await?;
            return Err(refusal);
        }
        match self.head(&found).await {
            Ok(_) => {}
            Err(FileError::NotFound(_)) => self.assemble(parts, &found).await?,
            Err(error) => return Err(error),
        }
        let file = StoredFile { sha256: found, size: committed, media_type: announced.media_type.clone() };
        self.conclude(upload, &file).await?;
        Ok(file)
    }

    async fn still_there(&self, file: StoredFile) -> Result<StoredFile, FileError> {
        self.head(&file.sha256).await?;
        Ok(file)
    }
}
