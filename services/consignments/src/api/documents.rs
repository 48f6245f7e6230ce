//! `UploadDocument` and `DownloadDocument`: the content of what an inspection names by its digest.

use std::pin::Pin;

use bytes::Bytes;
use futures::{Stream, StreamExt, TryStreamExt, stream};
use seamless_api::{Violations, refusal, settle, violations::excerpt};
use seamless_files::{Announced, FileError, UploadId};
use seamless_proto::seamless::consignments::v1 as wire;
use seamless_service::error::ApiError;
use sha2::{Digest, Sha256};
use tonic::{Response, Status, Streaming};
use uuid::Uuid;

use super::context::Api;
use crate::{
    contract::{
        redact::{inspection_for, seen_inspection},
        uuid_name,
    },
    domain::{
        Caller, DomainError,
        model::{Inspection, InspectionDocument},
        use_cases::AttachDocument,
    },
};

/// The largest chunk that is taken, in octets.
const CHUNK_BYTES: usize = 1024 * 1024;

/// The stream of a content.
pub type ContentStream = Pin<Box<dyn Stream<Item = Result<wire::DownloadDocumentResponse, Status>> + Send>>;

/// Takes a content in, and notes it with the inspection once it is whole and right.
pub(super) async fn upload(
    api: &Api,
    caller: &Caller,
    mut parts: Streaming<wire::UploadDocumentRequest>,
) -> Result<Response<wire::Inspection>, Status> {
    let head = match parts.message().await?.and_then(|message| message.part) {
        Some(wire::upload_document_request::Part::Head(head)) => head,
        _ => return Err(refusal(DomainError::invalid("head", "is required, as the first message"))),
    };
    let (inspection, digest, announced) = announced_in(api, caller, head).await?;
    let upload = upload_id(&inspection, &digest);
    let now = api.clock.now();
    // What was begun, or is finished and was not noted, goes on from where it stands.
    let offset = match api.files.status(upload).await {
        Err(FileError::NotFound(_)) => api.files.begin(upload, &announced, now).await,
        known => known,
    };
    let offset = offset.map_err(|error| file_refusal(&error))?;
    if offset < announced.size {
        // What came before a cut is there; the client sends all of it again, and the beginning is passed over.
        let chunks = parts.map(|message| message.and_then(chunk_in));
        let rest = passed_over(chunks, offset);
        let received =
            api.files.receive(upload, offset, rest, now).await.map_err(|error| file_refusal(&error))?;
        if let Some(status) = received.cut {
            return Err(status);
        }
    }
    let stored = api.files.finish(upload).await.map_err(|error| file_refusal(&error))?;
    let document = InspectionDocument {
        title: String::new(),
        sha256: digest,
        size_bytes: stored.size,
        media_type: stored.media_type,
    };
    let noted = note(api, caller, &inspection, &document).await.map_err(refusal)?;
    Ok(Response::new(inspection_for(&api.rules, &caller.authority, &noted)))
}

/// Gives a content.
pub(super) async fn download(
    api: &Api,
    caller: &Caller,
    request: wire::DownloadDocumentRequest,
) -> Result<Response<ContentStream>, Status> {
    let id = uuid_name("inspection", "inspections", &request.inspection).map_err(refusal)?;
    let digest = digest_in("sha256", &request.sha256)?;
    let found = api.inspection_access().execute(caller, id, None, api.clock.now()).await.map_err(refusal)?;
    // A reader from whom the documents are withheld sees none.
    let shown = seen_inspection(&api.rules, &caller.authority, &found);
    let is_there =
        |document: &wire::InspectionDocument| document.sha256 == request.sha256 && document.size_bytes > 0;
    if !shown.documents.iter().any(is_there) {
        return Err(refusal(DomainError::Denied));
    }
    let content = api.files.read(&digest, None).await.map_err(|error| file_refusal(&error))?;
    let content = content
        .map_ok(|chunk| wire::DownloadDocumentResponse { chunk: chunk.to_vec() })
        .map_err(|error| file_refusal(&error));
    Ok(Response::new(Box::pin(content)))
}

async fn announced_in(
    api: &Api,
    caller: &Caller,
    head: wire::DocumentHead,
) -> Result<(Inspection, String, Announced), Status> {
    let id = uuid_name("head.inspection", "inspections", &head.inspection).map_err(refusal)?;
    let inspection = api.inspection_access().own(caller, id).await.map_err(refusal)?;
    let sha256 = digest_in("head.sha256", &head.sha256)?;
    let mut found = Violations::new();
    let size = u64::try_from(head.size_bytes).unwrap_or_default();
    if size == 0 {
        found.add("head.size_bytes", format!("wants 1 or more; got {}", head.size_bytes));
    }
    let named = inspection.content.documents.iter().find(|document| document.sha256 == head.sha256);
    if named.is_none() {
        found.add("head.sha256", "wants the digest of a document that the inspection names");
    }
    found.finish(()).map_err(refusal)?;
    let announced = Announced { file_name: "document".to_owned(), media_type: head.media_type, size, sha256 };
    announced.check(&api.file_settings).map_err(|error| file_refusal(&error))?;
    Ok((inspection, head.sha256, announced))
}

/// The same document of the same inspection is the same upload, so that it goes on after a cut.
fn upload_id(inspection: &Inspection, digest: &str) -> UploadId {
    let mut hash = Sha256::new();
    hash.update(inspection.id.as_bytes());
    hash.update(digest.as_bytes());
    let hash: [u8; 32] = hash.finalize().into();
    UploadId(Uuid::new_v8(*hash.first_chunk().unwrap_or(&[0; 16])))
}

fn digest_in(field: &str, text: &str) -> Result<[u8; 32], Status> {
    let mut digest = [0; 32];
    let is_digest = !text.bytes().any(|byte| byte.is_ascii_uppercase());
    if is_digest && hex::decode_to_slice(text, &mut digest).is_ok() {
        return Ok(digest);
    }
    let wanted = format!("wants 64 lower-case hexadecimal digits; got {}", excerpt(text));
    Err(refusal(DomainError::invalid(field, wanted)))
}

fn chunk_in(message: wire::UploadDocumentRequest) -> Result<Bytes, Status> {
    match message.part {
        Some(wire::upload_document_request::Part::Chunk(chunk)) if chunk.len() <= CHUNK_BYTES => {
            Ok(Bytes::from(chunk))
        }
        Some(wire::upload_document_request::Part::Chunk(chunk)) => {
            let wrong = format!("has {} octets, at most {CHUNK_BYTES} are allowed", chunk.len());
            Err(refusal(DomainError::invalid("chunk", wrong)))
        }
        _ => Err(refusal(DomainError::invalid("part", "wants a chunk after the head"))),
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

async fn note(
    api: &Api,
    caller: &Caller,
    inspection: &Inspection,
    document: &InspectionDocument,
) -> Result<Inspection, DomainError> {
    let access = api.inspection_access();
    let attach = AttachDocument { rules: &api.rules };
    let decide = |now| {
        let (access, attach) = (&access, &attach);
        async move { attach.execute(access.own(caller, inspection.id).await?, document, now) }
    };
    settle(&api.decisions, Some(caller), decide).await
}

fn file_refusal(error: &FileError) -> Status {
    let otherwise = |error: &FileError| match error {
        FileError::NotFound(_) => ApiError::resource_denied(),
        other => ApiError::invalid_field("chunk", other.to_string()),
    };
    seamless_api::file_refusal(error, "head", otherwise).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed by another implementation: an upload that an older version began goes on.
    #[test]
    fn the_id_of_an_upload_never_changes() {
        let stored = include_str!("../../tests/golden/documents/inspection.jsonl").lines().next().unwrap();
        let inspection: Inspection = serde_json::from_str(stored).unwrap();
        assert_eq!(inspection.id.to_string(), "01993f2e-0000-7000-8000-000000000001");
        let id = upload_id(&inspection, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(id.0.to_string(), "30e52c83-9b4d-869b-8e04-367b891cea51");
    }
}
