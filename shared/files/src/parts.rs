//! The parts of an upload, read as one.

use futures::TryStreamExt;
use object_store::{ObjectStoreExt, WriteMultipart};
use sha2::{Digest, Sha256};

use crate::progress::{Part, unavailable};
use crate::recognise::Evidence;
use crate::{FileError, FileStore};

/// Pieces of this size, in octets, are written at once; a bucket takes none below 5 MiB but the last.
const WRITE_BYTES: usize = 8 * 1024 * 1024;
/// How many pieces may be on their way at once.
const WRITES_AT_ONCE: usize = 2;

impl FileStore {
    /// Reads the parts whole: their digest, and what type they look like.
    pub(crate) async fn examine(&self, parts: &[Part]) -> Result<([u8; 32], Evidence), FileError> {
        let (mut digest, mut evidence) = (Sha256::new(), Evidence::default());
        for part in parts {
            let mut chunks = self.part(part).await?;
            while let Some(chunk) = chunks.try_next().await.map_err(unavailable)? {
                digest.update(&chunk);
                evidence.update(&chunk);
            }
        }
        Ok((digest.finalize().into(), evidence))
    }

    /// Writes the parts as the content with this digest. It appears whole or not at all.
    pub(crate) async fn assemble(&self, parts: &[Part], sha256: &[u8; 32]) -> Result<(), FileError> {
        let target = self.objects.put_multipart(&self.content_path(sha256)).await.map_err(unavailable)?;
        let mut target = WriteMultipart::new_with_chunk_size(target, WRITE_BYTES);
        match self.copy(parts, &mut target).await {
            // What was examined is what is kept, even if somebody meddled with the storage meanwhile.
            Ok(found) if found == *sha256 => target.finish().await.map(drop).map_err(unavailable),
            outcome => {
                if let Err(error) = target.abort().await {
                    tracing::warn!(%error, "an unfinished copy of content could not be removed");
                }
                outcome.and(Err(FileError::Unavailable(
                    "the parts of an upload changed while they were read".into(),
                )))
            }
        }
    }

    async fn copy(&self, parts: &[Part], target: &mut WriteMultipart) -> Result<[u8; 32], FileError> {
        let mut digest = Sha256::new();
        for part in parts {
            let mut chunks = self.part(part).await?;
            while let Some(chunk) = chunks.try_next().await.map_err(unavailable)? {
                digest.update(&chunk);
                target.wait_for_capacity(WRITES_AT_ONCE).await.map_err(unavailable)?;
                target.put(chunk);
            }
        }
        Ok(digest.finalize().into())
    }

    async fn part(
        &self,
        part: &Part,
    ) -> Result<futures::stream::BoxStream<'static, object_store::Result<bytes::Bytes>>, FileError> {
        let found = self.objects.get(&part.path).await;
        Ok(found.map_err(|error| FileError::of_storage(error, "upload"))?.into_stream())
    }
}
