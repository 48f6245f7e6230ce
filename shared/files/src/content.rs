//! Content that was checked: its size, its octets, its end.

use std::ops::Range;

use bytes::Bytes;
use futures::stream::{self, Stream, StreamExt, TryStreamExt};
use object_store::ObjectStoreExt;
use sha2::{Digest, Sha256};

use crate::{FileError, FileStore};

/// The largest chunk that a reader is given, in octets.
const CHUNK_BYTES: usize = 64 * 1024;
/// How much is asked of the storage at once, in octets.
const READ_BYTES: u64 = 1024 * 1024;

impl FileStore {
    /// The size of the content with this SHA-256, in octets.
    ///
    /// # Errors
    /// [`FileError::NotFound`], [`FileError::Unavailable`].
    pub async fn head(&self, sha256: &[u8; 32]) -> Result<u64, FileError> {
        let found = self.objects.head(&self.content_path(sha256)).await;
        found.map(|meta| meta.size).map_err(|error| FileError::of_storage(error, "content"))
    }

    /// The content with this SHA-256, or the octets of it in `range`, in chunks of up to 64 KiB. An empty range gives
    /// no chunk. The stream ends with an error if the content is deleted meanwhile.
    ///
    /// # Errors
    /// [`FileError::NotFound`]; [`FileError::Invalid`] for a `range` that ends before it starts or beyond the content,
    /// which names the size; [`FileError::Unavailable`].
    pub async fn read(
        &self,
        sha256: &[u8; 32],
        range: Option<Range<u64>>,
    ) -> Result<impl Stream<Item = Result<Bytes, FileError>> + Send + Unpin + use<>, FileError> {
        let size = self.head(sha256).await?;
        let range = range.unwrap_or(0..size);
        if range.start > range.end || range.end > size {
            let description =
                format!("expected a range within 0..{size}, got {}..{}", range.start, range.end);
            return Err(FileError::invalid("range", description));
        }
        let (store, path) = (self.clone(), self.content_path(sha256));
        let pieces = stream::try_unfold(range, move |rest| {
            let (store, path) = (store.clone(), path.clone());
            async move {
                if rest.is_empty() {
                    return Ok(None);
                }
                let end = rest.end.min(rest.start.saturating_add(READ_BYTES));
                let piece = store.objects.get_range(&path, rest.start..end).await;
                let piece = piece.map_err(|error| FileError::of_storage(error, "content"))?;
                if piece.is_empty() {
                    return Err(FileError::Unavailable(format!("{path} is shorter than it was")));
                }
                let start = rest.start + piece.len() as u64;
                Ok(Some((piece, start..rest.end)))
            }
        });
        Ok(pieces.map_ok(|piece| stream::iter(chunks(piece).map(Ok))).try_flatten().boxed())
    }

    /// Keeps content that the program itself made, and gives its SHA-256. Neither type nor size is looked at; the same content is kept
    /// once.
    ///
    /// # Errors
    /// [`FileError::Unavailable`].
    pub async fn keep(&self, content: Bytes) -> Result<[u8; 32], FileError> {
        let sha256: [u8; 32] = Sha256::digest(&content).into();
        self.create(&self.content_path(&sha256), content.into()).await?;
        Ok(sha256)
    }

    /// Deletes the content with this SHA-256, for erasure; content that is absent already is deleted as well. Call it
    /// when no record needs the content any more: the store does not count who does.
    ///
    /// # Errors
    /// [`FileError::Unavailable`].
    pub async fn delete(&self, sha256: &[u8; 32]) -> Result<(), FileError> {
        self.remove(&self.content_path(sha256)).await
    }
}

fn chunks(mut piece: Bytes) -> impl Iterator<Item = Bytes> {
    std::iter::from_fn(move || {
        let chunk = piece.split_to(piece.len().min(CHUNK_BYTES));
        (!chunk.is_empty()).then_some(chunk)
    })
}
