//! `UploadAttachment` and `DownloadAttachment`: content as streams.

use std::pin::Pin;

use bytes::Bytes;
use futures::{Stream, StreamExt, TryStreamExt, stream};
use seamless_api::{Violations, refusal};
use seamless_files::{FileError, UploadId};
use seamless_proto::seamless::notifications::v1 as wire;
use seamless_service::error::ApiError;
use tonic::{Response, Status, Streaming};

use super::{context::Api, errors::file_refusal};
use crate::{
    contract::{AttachmentName, announced_of, field_of, redact::attachment_for},
    domain::{
        Caller, DomainError, Refusal,
        model::{Attachment, AttachmentState, AttachmentStep, Rejection},
    },
};

/// The largest chunk that is taken, in octets.
const CHUNK_BYTES: usize = 1024 * 1024;

/// The stream of a content.
pub type ContentStream = Pin<Box<dyn Stream<Item = Result<wire::DownloadAttachmentResponse, Status>> + Send>>;

/// The first message of an upload.
struct Beginning {
    name: AttachmentName,
    offset: u64,
    chunk: Vec<u8>,
}

/// Takes a stream of an upload in.
pub(super) async fn upload(
    api: &Api,
    caller: &Caller,
    mut messages: Streaming<wire::UploadAttachmentRequest>,
) -> Result<Response<wire::UploadAttachmentResponse>, Status> {
    let Beginning { name, offset, chunk } =
        beginning(messages.message().await?.unwrap_or_default()).map_err(refusal)?;
    let access = api.attachment_access();
    let attachment = access.as_author(caller, name.notification, name.attachment).await.map_err(refusal)?;
    let refuse = |error| Status::from(file_refusal(&attachment, error));
    let size = attachment.file.size;
    match attachment.state {
        AttachmentState::Uploading => {}
        // The answer was lost on its way: here it is again.
        AttachmentState::Stored if offset == size && chunk.is_empty() => {
            return Ok(done(caller, &attachment));
        }
        AttachmentState::Stored => return Err(refuse(FileError::OffsetMismatch { committed: size })),
        ended => {
            return Err(refusal(DomainError::illegal(attachment.name(), ended, "uploading")));
        }
    }
    api.attachments.steps().require_open(&attachment).await.map_err(refusal)?;
    let committed = api.attachments.files.committed(&attachment).await.map_err(refuse)?;
    if committed != offset {
        return Err(refuse(FileError::OffsetMismatch { committed }));
    }
    let committed = match committed == size {
        // All of it came before, and its check was interrupted.
        true if chunk.is_empty() => committed,
        _ => {
            let rest = messages.map(|message| message.and_then(further));
            let chunks = stream::iter([Ok(Bytes::from(chunk))]).chain(rest);
            receive(api, &attachment, offset, chunks).await?
        }
    };
    if committed < size {
        let committed_offset = i64::try_from(committed).unwrap_or(i64::MAX);
        return Ok(Response::new(wire::UploadAttachmentResponse { committed_offset, attachment: None }));
    }
    // The check goes on to its end should the caller hang up: what it finds is recorded.
    let conclusion = tokio::spawn({
        let (api, attachment) = (api.clone(), attachment.clone());
        async move { conclude(&api, &attachment).await }
    });
    let stored = conclusion.await.map_err(ApiError::internal)??;
    Ok(done(caller, &stored))
}

fn done(caller: &Caller, attachment: &Attachment) -> Response<wire::UploadAttachmentResponse> {
    let committed_offset = i64::try_from(attachment.file.size).unwrap_or(i64::MAX);
    let attachment = Some(attachment_for(&caller.authority, attachment));
    Response::new(wire::UploadAttachmentResponse { committed_offset, attachment })
}

fn beginning(message: wire::UploadAttachmentRequest) -> Result<Beginning, DomainError> {
    let mut found = Violations::new();
    if message.offset < 0 {
        found.add("offset", format!("wants 0 or more; got {}", message.offset));
    }
    check_chunk(&mut found, &message.chunk);
    let name = found.name::<AttachmentName>("name", &message.name);
    let offset = u64::try_from(message.offset).unwrap_or_default();
    let beginning = name.map(|name| Beginning { name, offset, chunk: message.chunk });
    found.finish(())?;
    beginning.ok_or(Refusal::Denied.into())
}

/// The octets of a message after the first.
fn further(message: wire::UploadAttachmentRequest) -> Result<Bytes, Status> {
    let mut found = Violations::new();
    if !message.name.is_empty() {
        found.add("name", "stands in the first message alone");
    }
    if message.offset != 0 {
        found.add("offset", "stands in the first message alone");
    }
    check_chunk(&mut found, &message.chunk);
    found.finish(Bytes::from(message.chunk)).map_err(refusal)
}

fn check_chunk(found: &mut Violations, chunk: &[u8]) {
    if chunk.len() > CHUNK_BYTES {
        found.add("chunk", format!("has {} octets, at most {CHUNK_BYTES} are allowed", chunk.len()));
    }
}

/// Keeps what comes; gives how much is committed then.
async fn receive(
    api: &Api,
    attachment: &Attachment,
    offset: u64,
    chunks: impl Stream<Item = Result<Bytes, Status>> + Send + 'static,
) -> Result<u64, Status> {
    let (files, upload, now) = (&api.attachments.files.store, UploadId(attachment.id), api.clock.now());
    let refuse = |error| Status::from(file_refusal(attachment, error));
    match files.begin(upload, &announced_of(&attachment.file), now).await {
        Ok(_) => {}
        // Whole since: there is nothing left to be sent.
        Err(FileError::Invalid { field: "upload", .. }) => return Ok(attachment.file.size),
        Err(error) => return Err(refuse(error)),
    }
    match files.receive(upload, offset, chunks, now).await {
        Ok(received) => match received.cut {
            None => Ok(received.committed),
            Some(why) => Err(why),
        },
        Err(error @ FileError::TooLarge { .. }) => Err(reject(api, attachment, &error).await),
        Err(error) => Err(refuse(error)),
    }
}

/// Checks what came whole, and stores or rejects it.
async fn conclude(api: &Api, attachment: &Attachment) -> Result<Attachment, Status> {
    let name = attachment.name();
    api.store.content_reserve(&attachment.file.sha256, &name).await.map_err(refusal)?;
    match api.attachments.files.store.finish(UploadId(attachment.id)).await {
        Ok(_) => {}
        Err(error @ (FileError::DigestMismatch { .. } | FileError::TypeMismatch { .. })) => {
            return Err(reject(api, attachment, &error).await);
        }
        Err(error) => return Err(file_refusal(attachment, error).into()),
    }
    match api.attachments.settle(attachment, AttachmentStep::Store).await {
        Ok(stored) => Ok(stored),
        Err(error @ DomainError::Refused(Refusal::IllegalTransition { .. })) => {
            let access = api.attachment_access();
            let present = access.present(attachment.notification, attachment.id).await.map_err(refusal)?;
            match present.state {
                // Another stream of the same upload was faster.
                AttachmentState::Stored => return Ok(present),
                // Withdrawn meanwhile: it stays until it is deleted or expires.
                AttachmentState::Uploading => {}
                _ => api.attachments.clean_up(&present).await,
            }
            Err(refusal(error))
        }
        Err(error) => Err(refusal(error)),
    }
}

/// Records that the content is not what was announced, removes it, and gives the refusal.
async fn reject(api: &Api, attachment: &Attachment, error: &FileError) -> Status {
    let (field, description) = field_of(error);
    let rejection = Rejection { field, description };
    match api.attachments.settle(attachment, AttachmentStep::Reject(rejection.clone())).await {
        Ok(_) => refusal(Refusal::Invalid(vec![rejection.into()])),
        Err(other) => refusal(other),
    }
}

/// The content of an attachment, or the part of it that is asked for.
pub(super) async fn download(
    api: &Api,
    caller: &Caller,
    request: wire::DownloadAttachmentRequest,
) -> Result<Response<ContentStream>, Status> {
    let mut found = Violations::new();
    let name = found.name::<AttachmentName>("name", &request.name);
    for (field, number) in [("offset", request.offset), ("length", request.length)] {
        if number < 0 {
            found.add(field, format!("wants 0 or more; got {number}"));
        }
    }
    found.finish(()).map_err(refusal)?;
    let name = name.ok_or_else(|| refusal(Refusal::Denied))?;
    let access = api.attachment_access();
    let attachment =
        access.stored(caller, name.notification, name.attachment, None).await.map_err(refusal)?;
    let size = attachment.file.size;
    let start = u64::try_from(request.offset).unwrap_or_default();
    if start > size {
        let wanted = format!("wants at most the size, {size}; got {start}");
        return Err(ApiError::invalid_field("offset", wanted).into());
    }
    let length = match u64::try_from(request.length).unwrap_or_default() {
        0 => size - start,
        length if length <= size - start => length,
        length => {
            let wanted = format!("wants at most {}, which is what follows; got {length}", size - start);
            return Err(ApiError::invalid_field("length", wanted).into());
        }
    };
    let content =
        api.attachments.files.store.read(&attachment.file.sha256, Some(start..start + length)).await;
    let content = content.map_err(|error| broken(&attachment, error))?;
    let chunks = content
        .map_ok(|chunk| wire::DownloadAttachmentResponse { chunk: chunk.to_vec() })
        .map_err(move |error| broken(&attachment, error));
    Ok(Response::new(Box::pin(chunks)))
}

/// The content cannot be given, or not to its end.
fn broken(attachment: &Attachment, error: FileError) -> Status {
    if let FileError::NotFound(_) = error {
        // Deleted at this moment; if it goes on, the file store has lost it.
        tracing::error!(attachment = attachment.name(), "the content of a stored attachment is not there");
    }
    file_refusal(attachment, error).into()
}
