//! `UploadDocument` and `DownloadDocument`: the content of what an inspection names by its digest.

use std::pin::Pin;

use futures::{Stream, StreamExt, TryStreamExt};
use seamless_api::{TakeIn, Violations, chunk_in, digest_in, refusal, settle, take_in, upload_of};
use seamless_files::{Announced, FileError, UploadId};
use seamless_proto::seamless::consignments::v1 as wire;
use seamless_service::error::ApiError;
use tonic::{Response, Status, Streaming};

use super::{context::Api, told_together::parsed_apart};
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
    let chunks = parts.map(|message| message.and_then(|message| chunk_in(octets_of(message))));
    let stored = take_in(&api.files, upload, &announced, chunks, api.clock.now()).await;
    let stored = stored.map_err(|why| match why {
        TakeIn::Refused(error) => file_refusal(&error),
        TakeIn::Cut(status) => status,
    })?;
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
    let mut wrong = Violations::new();
    let id = parsed_apart(&mut wrong, uuid_name("inspection", "inspections", &request.inspection))
        .map_err(refusal)?;
    let digest = wrong.also(digest_in("sha256", &request.sha256));
    let (id, digest) = wrong.finish_some(id.zip(digest)).map_err(refusal)?;
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
    let mut found = Violations::new();
    let id = parsed_apart(&mut found, uuid_name("head.inspection", "inspections", &head.inspection))
        .map_err(refusal)?;
    let sha256 = found.also(digest_in("head.sha256", &head.sha256));
    let size = u64::try_from(head.size_bytes).unwrap_or_default();
    if size == 0 {
        found.add("head.size_bytes", format!("wants 1 or more; got {}", head.size_bytes));
    }
    let (id, sha256) = found.finish_some(id.zip(sha256)).map_err(refusal)?;
    let inspection = api.inspection_access().own(caller, id).await.map_err(refusal)?;
    let named = inspection.content.documents.iter().find(|document| document.sha256 == head.sha256);
    if named.is_none() {
        let wrong =
            DomainError::invalid("head.sha256", "wants the digest of a document that the inspection names");
        return Err(refusal(wrong));
    }
    let announced = Announced { file_name: "document".to_owned(), media_type: head.media_type, size, sha256 };
    announced.check(&api.file_settings).map_err(|error| file_refusal(&error))?;
    Ok((inspection, head.sha256, announced))
}

/// The same document of the same inspection is the same upload, so that it goes on after a cut.
fn upload_id(inspection: &Inspection, digest: &str) -> UploadId {
    upload_of(&[inspection.id.as_bytes(), digest.as_bytes()])
}

/// The octets of a message after the head.
fn octets_of(message: wire::UploadDocumentRequest) -> Option<Vec<u8>> {
    match message.part {
        Some(wire::upload_document_request::Part::Chunk(chunk)) => Some(chunk),
        _ => None,
    }
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
