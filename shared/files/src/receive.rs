//! What comes of a file, kept as it comes.
//!
//! Invariant: an octet is committed when it is in the storage and never before; what is committed stays.

use bytes::Bytes;
use futures::{Stream, StreamExt};
use jiff::Timestamp;
use object_store::{PutPayload, PutPayloadMut};

use crate::progress::{PARTS, Standing};
use crate::settings::MOST_PARTS;
use crate::{FileError, FileStore, UploadId};

/// What came of a stream.
#[derive(Debug, PartialEq, Eq)]
pub struct Received<E> {
    /// How many octets of the upload are kept, from the first on.
    pub committed: u64,
    /// Why the stream ended before its end, if it did; what had come until then is kept.
    pub cut: Option<E>,
}

/// Where the next octet of an upload goes.
struct Writer {
    store: FileStore,
    upload: UploadId,
    committed: u64,
    size: u64,
    parts: u64,
}

impl FileStore {
    /// Keeps `chunk` as the octets of the upload from `offset` on and gives the offset that is now committed. For chunks
    /// that come as a stream, use [`FileStore::receive`]. `now` is when the upload counts as touched.
    ///
    /// # Errors
    /// [`FileError::OffsetMismatch`] if the upload stands elsewhere, also after another call was faster;
    /// [`FileError::TooLarge`] beyond the announced size; [`FileError::NotFound`], [`FileError::Unavailable`], and
    /// [`FileError::Invalid`] for an upload in far too many small parts.
    pub async fn append(
        &self,
        upload: UploadId,
        offset: u64,
        chunk: Bytes,
        now: Timestamp,
    ) -> Result<u64, FileError> {
        let mut writer = self.writer(upload, offset, now).await?;
        writer.check_room(0, chunk.len())?;
        writer.keep(PutPayload::from(chunk)).await
    }

    /// Keeps what comes of `stream` as the octets of the upload from `offset` on, in parts of `part_bytes` and what is left
    /// when the stream ends or is cut. Goes on to that end if the caller is dropped, so that nothing is lost when the
    /// client of a call hangs up. `now` is when the upload counts as touched.
    ///
    /// # Errors
    /// As [`FileStore::append`]; parts that were kept before stay. An error of the stream is no error but `cut`.
    pub async fn receive<S, E>(
        &self,
        upload: UploadId,
        offset: u64,
        stream: S,
        now: Timestamp,
    ) -> Result<Received<E>, FileError>
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Send + 'static,
    {
        let store = self.clone();
        let received = tokio::spawn(async move {
            let mut writer = store.writer(upload, offset, now).await?;
            let cut = writer.drain(stream).await?;
            Ok(Received { committed: writer.committed, cut })
        });
        received.await.map_err(|error| FileError::Unavailable(error.to_string()))?
    }

    async fn writer(&self, upload: UploadId, offset: u64, now: Timestamp) -> Result<Writer, FileError> {
        let standing = self.standing(upload).await?;
        let committed = standing.committed();
        if offset != committed {
            return Err(FileError::OffsetMismatch { committed });
        }
        let (size, parts) = match standing {
            Standing::UnderWay(progress) => (progress.announced.size, progress.parts.len() as u64),
            Standing::Finished(file) => (file.size, 0),
        };
        self.touch(upload, now).await?;
        Ok(Writer { store: self.clone(), upload, committed, size, parts })
    }
}

impl Writer {
    /// Gives why the stream was cut, if it was.
    async fn drain<E>(
        &mut self,
        stream: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<Option<E>, FileError> {
        let part_bytes = usize::try_from(self.store.settings.part_bytes).unwrap_or(usize::MAX);
        let mut stream = std::pin::pin!(stream);
        let mut pending = PutPayloadMut::new();
        let mut cut = None;
        while let Some(item) = stream.next().await {
            let chunk = match item {
                Ok(chunk) => chunk,
                Err(error) => {
                    cut = Some(error);
                    break;
                }
            };
            self.check_room(pending.content_length(), chunk.len())?;
            // Copied, since a chunk may be a window on a far larger buffer of the transport.
            pending.extend_from_slice(&chunk);
            if pending.content_length() >= part_bytes {
                self.keep(std::mem::take(&mut pending).freeze()).await?;
            }
        }
        self.keep(pending.freeze()).await?;
        Ok(cut)
    }

    /// That `more` octets after `pending` ones are within what was announced.
    fn check_room(&self, pending: usize, more: usize) -> Result<(), FileError> {
        let got = self.committed.saturating_add(pending as u64).saturating_add(more as u64);
        if got > self.size { Err(FileError::TooLarge { limit: self.size, got }) } else { Ok(()) }
    }

    async fn keep(&mut self, payload: PutPayload) -> Result<u64, FileError> {
        let size = payload.content_length() as u64;
        if size == 0 {
            return Ok(self.committed);
        }
        if self.parts >= MOST_PARTS {
            let description =
                format!("came in more than {MOST_PARTS} pieces; begin anew and send larger ones");
            return Err(FileError::invalid("upload", description));
        }
        let name = format!("{:020}", self.committed);
        let path = self.store.upload_path(self.upload).join(PARTS).join(name);
        if !self.store.create(&path, payload).await? {
            let committed = self.store.standing(self.upload).await?.committed();
            return Err(FileError::OffsetMismatch { committed });
        }
        self.committed += size;
        self.parts += 1;
        Ok(self.committed)
    }
}
