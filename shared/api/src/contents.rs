//! Contents of files by stream: first a head, then chunks. How every service takes them in.

use bytes::Bytes;
use futures::{Stream, StreamExt, stream};
use jiff::Timestamp;
use seamless_decision::Violation;
use seamless_files::{Announced, FileError, FileStore, StoredFile, UploadId};
use sha2::{Digest, Sha256};
use tonic::Status;
use uuid::Uuid;

use crate::{refusal, violations::excerpt};

/// The largest chunk that is taken, in octets.
pub const CHUNK_BYTES: usize = 1024 * 1024;

/// Why a content was not taken in.
#[derive(Debug)]
pub enum TakeIn {
    /// The store refuses it, or is out of reach.
    Refused(FileError),
    /// The stream ended with this status; what came before is kept.
    Cut(Status),
}

impl From<FileError> for TakeIn {
    fn from(error: FileError) -> Self {
        Self::Refused(error)
    }
}

/// Takes a content in, from where an earlier upload of the same id stands: the caller sends all of it again, and the beginning
/// is passed over. It is kept once it is whole and right.
///
/// # Errors
/// What stands in the way; the same upload may be tried again.
pub async fn take_in(
    files: &FileStore,
    upload: UploadId,
    announced: &Announced,
    chunks: impl Stream<Item = Result<Bytes, Status>> + Send + Unpin + 'static,
    now: Timestamp,
) -> Result<StoredFile, TakeIn> {
    // What was begun, or is finished and was not noted, goes on from where it stands.
    let offset = match files.status(upload).await {
        Err(FileError::NotFound(_)) => files.begin(upload, announced, now).await,
        known => known,
    }?;
    if offset < announced.size {
        let received = files.receive(upload, offset, passed_over(chunks, offset), now).await?;
        if let Some(status) = received.cut {
            return Err(TakeIn::Cut(status));
        }
    }
    Ok(files.finish(upload).await?)
}

/// The id of an upload of what these parts name: the same again goes on after a cut.
#[must_use]
pub fn upload_of(parts: &[&[u8]]) -> UploadId {
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    let hash: [u8; 32] = hash.finalize().into();
    UploadId(Uuid::new_v8(*hash.first_chunk().unwrap_or(&[0; 16])))
}

/// A SHA-256 in a field.
///
/// # Errors
/// What it wants.
pub fn digest_in(field: &str, text: &str) -> Result<[u8; 32], Vec<Violation>> {
    let mut digest = [0; 32];
    let is_digest = !text.bytes().any(|byte| byte.is_ascii_uppercase());
    if is_digest && hex::decode_to_slice(text, &mut digest).is_ok() {
        return Ok(digest);
    }
    let wanted = format!("wants 64 lower-case hexadecimal digits; got {}", excerpt(text));
    Err(vec![Violation::new(field, wanted)])
}

/// The octets of a message after the head; none where it is another head.
///
/// # Errors
/// INVALID_ARGUMENT for a chunk that is too large, and for what is none.
pub fn chunk_in(chunk: Option<Vec<u8>>) -> Result<Bytes, Status> {
    let wrong = |field: &str, wanted: String| refusal(seamless_decision::Refusal::invalid(field, wanted));
    match chunk {
        Some(chunk) if chunk.len() <= CHUNK_BYTES => Ok(Bytes::from(chunk)),
        Some(chunk) => {
            Err(wrong("chunk", format!("has {} octets, at most {CHUNK_BYTES} are allowed", chunk.len())))
        }
        None => Err(wrong("part", "wants a chunk after the head".to_owned())),
    }
}

/// The stream without its first `offset` octets.
fn passed_over(
    chunks: impl Stream<Item = Result<Bytes, Status>> + Send + Unpin + 'static,
    offset: u64,
) -> impl Stream<Item = Result<Bytes, Status>> + Send + 'static {
    stream::unfold((chunks, offset), |(mut chunks, mut left)| async move {
        loop {
            let mut chunk = match chunks.next().await? {
                Ok(chunk) => chunk,
                Err(status) => return Some((Err(status), (chunks, left))),
            };
            let skipped = usize::try_from(left).unwrap_or(usize::MAX).min(chunk.len());
            left -= skipped as u64;
            let rest = chunk.split_off(skipped);
            if !rest.is_empty() {
                return Some((Ok(rest), (chunks, left)));
            }
        }
    })
}
