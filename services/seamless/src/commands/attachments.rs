//! `seamless attach` and `seamless attachments`.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    time::Duration,
};

use seamless_pause::Pause;
use seamless_proto::seamless::{
    error::v1::ErrorReason,
    notifications::v1::{self as wire, AttachmentState},
};
use seamless_service::error::reason_of;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Status};

use super::{follow_up::english, notification_name, pages, request_id};
use crate::{cli, connection::Connection, error::Failure, output};

/// How much is sent in one message, in octets.
const CHUNK_BYTES: usize = 256 * 1024;
/// How often in a row an upload or a download is taken up again without anything new having come through.
const ATTEMPTS: u32 = 20;
const BETWEEN_ATTEMPTS: Pause = Pause::doubling(Duration::from_millis(200), Duration::from_secs(5));

/// The media types that file names tell.
const ENDINGS: [(&str, &str); 12] = [
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("webp", "image/webp"),
    ("heic", "image/heic"),
    ("mp4", "video/mp4"),
    ("txt", "text/plain"),
    ("csv", "text/csv"),
    ("json", "application/json"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
];

/// Announces a file, sends it, and goes on after each cut until it is stored.
pub async fn attach(connection: &Connection, arguments: cli::Attach, json: bool) -> Result<(), Failure> {
    let parent = notification_name(&arguments.name);
    let announced = announced(&arguments.file, arguments.media_type.as_deref())?;
    let transmission = transmission(connection, &parent, arguments.to.as_deref()).await?;
    let begun = match unfinished(connection, &parent, &transmission, &announced).await? {
        Some(begun) => begun,
        None => {
            let request = wire::CreateAttachmentRequest {
                parent,
                announced: Some(announced),
                description: english(arguments.description),
                transmission,
                request_id: request_id(),
                validate_only: false,
            };
            connection.attachments().create_attachment(request).await?.into_inner()
        }
    };
    let stored = send(connection, &begun.name, &arguments.file).await?;
    if json {
        return output::json(&stored);
    }
    output::line(format!("{} is stored", stored.name));
    Ok(())
}

/// What is to be said of the file before it is sent.
pub fn announced(path: &Path, media_type: Option<&str>) -> Result<wire::AnnouncedFile, Failure> {
    let fail = |error: std::io::Error| Failure::usage(format!("{}: {error}", path.display()));
    let mut file = File::open(path).map_err(fail)?;
    let mut hash = Sha256::new();
    let (mut size, mut chunk) = (0, vec![0; CHUNK_BYTES]);
    loop {
        let length = file.read(&mut chunk).map_err(fail)?;
        if length == 0 {
            break;
        }
        hash.update(&chunk[..length]);
        size += length;
    }
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let by_ending = ENDINGS
        .iter()
        .find(|(known, _)| ending.as_deref() == Some(*known))
        .map(|(_, told)| (*told).to_owned());
    let media_type = media_type
        .map(str::to_owned)
        .or(by_ending)
        .ok_or_else(|| Failure::usage(format!("{}: name its type with --media-type", path.display())))?;
    let file_name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    Ok(wire::AnnouncedFile {
        file_name: file_name.unwrap_or_default(),
        media_type,
        size_bytes: i64::try_from(size).unwrap_or(i64::MAX),
        sha256: hash.finalize().iter().map(|octet| format!("{octet:02x}")).collect(),
    })
}

/// The transmission that the file is for: the one named, or the caller's own where it is a recipient.
async fn transmission(connection: &Connection, parent: &str, to: Option<&str>) -> Result<String, Failure> {
    if let Some(recipient) = to {
        return Ok(format!("{parent}/transmissions/{recipient}"));
    }
    let own = format!("{parent}/transmissions/{}", connection.authority()?);
    let request = wire::GetTransmissionRequest { name: own.clone() };
    match connection.transmissions().get_transmission(request).await {
        Ok(_) => Ok(own),
        Err(status) if status.code() == Code::PermissionDenied => Ok(String::new()),
        Err(status) => Err(status.into()),
    }
}

/// An upload of the same file that was cut when an earlier command ended.
async fn unfinished(
    connection: &Connection,
    parent: &str,
    transmission: &str,
    announced: &wire::AnnouncedFile,
) -> Result<Option<wire::Attachment>, Failure> {
    let listed = collect(connection, parent, vec![AttachmentState::Uploading.into()]).await?;
    let authority = connection.authority()?;
    Ok(listed.into_iter().find(|attachment| {
        attachment.authority == authority
            && attachment.transmission == transmission
            && attachment.announced.as_ref() == Some(announced)
    }))
}

/// Sends the file from where the service has it, again after each cut.
async fn send(connection: &Connection, name: &str, file: &Path) -> Result<wire::Attachment, Failure> {
    let mut offset = offset_of(connection, name).await?;
    let mut patience = Patience::default();
    loop {
        let sent = send_from(connection, name, file, offset).await;
        let failed = match sent {
            Ok(wire::UploadAttachmentResponse { attachment: Some(stored), .. }) => return Ok(stored),
            Ok(wire::UploadAttachmentResponse { committed_offset, .. }) => {
                return Err(Failure::while_doing(
                    file.display(),
                    format!("the file has become shorter: it ended after {committed_offset} octets"),
                ));
            }
            Err(status) => status,
        };
        if !is_cut(&failed) {
            return Err(failed.into());
        }
        patience.pause(failed, "what came is kept: the same command goes on from there").await?;
        match offset_of(connection, name).await {
            Ok(committed) => {
                patience.progressed(committed > offset);
                offset = committed;
            }
            Err(failure) if failure.exit == crate::error::OUT_OF_REACH => {}
            Err(failure) => return Err(failure),
        }
    }
}

async fn offset_of(connection: &Connection, name: &str) -> Result<i64, Failure> {
    let request = wire::GetAttachmentRequest { name: name.to_owned() };
    Ok(connection.attachments().get_attachment(request).await?.into_inner().upload_offset)
}

async fn send_from(
    connection: &Connection,
    name: &str,
    file: &Path,
    offset: i64,
) -> Result<wire::UploadAttachmentResponse, Status> {
    let (sender, messages) = mpsc::channel(4);
    let first = wire::UploadAttachmentRequest { name: name.to_owned(), offset, chunk: Vec::new() };
    let path = file.to_owned();
    let reading = tokio::task::spawn_blocking(move || read(&path, first, &sender));
    let answer = connection.attachments().upload_attachment(ReceiverStream::new(messages)).await;
    match reading.await {
        Ok(Ok(())) | Err(_) => Ok(answer?.into_inner()),
        Ok(Err(error)) => Err(Status::invalid_argument(format!("{}: {error}", file.display()))),
    }
}

/// Reads the file from the first message's offset on, until its end or until nobody listens any more.
fn read(
    path: &PathBuf,
    first: wire::UploadAttachmentRequest,
    messages: &mpsc::Sender<wire::UploadAttachmentRequest>,
) -> std::io::Result<()> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(u64::try_from(first.offset).unwrap_or_default()))?;
    let mut next = first;
    loop {
        let mut chunk = vec![0; CHUNK_BYTES];
        let length = file.read(&mut chunk)?;
        chunk.truncate(length);
        let is_end = chunk.is_empty();
        next.chunk = chunk;
        let is_empty = is_end && next.name.is_empty();
        let is_heard = is_empty || messages.blocking_send(next).is_ok();
        if is_end || !is_heard {
            return Ok(());
        }
        next = wire::UploadAttachmentRequest::default();
    }
}

/// True if the connection failed, or the service says that it may be tried again; false if it has refused.
pub fn is_cut(status: &Status) -> bool {
    match reason_of(status) {
        None => status.code() != Code::InvalidArgument,
        Some(ErrorReason::OffsetMismatch) => true,
        Some(_) => {
            matches!(
                status.code(),
                Code::Unavailable | Code::DeadlineExceeded | Code::Aborted | Code::Cancelled
            )
        }
    }
}

/// How long to go on without anything new coming through.
pub struct Patience {
    failures: u32,
    pause: Pause,
}

impl Default for Patience {
    fn default() -> Self {
        Self { failures: 0, pause: BETWEEN_ATTEMPTS }
    }
}

impl Patience {
    /// Something came through, if it did.
    pub fn progressed(&mut self, something: bool) {
        if something {
            *self = Self::default();
        }
    }

    /// Waits before the next attempt; longer after each in a row.
    ///
    /// # Errors
    /// The failure, with what can be done, after too many in a row.
    pub async fn pause(&mut self, failed: Status, advice: &str) -> Result<(), Failure> {
        self.failures += 1;
        if self.failures > ATTEMPTS {
            let mut failure = Failure::from(failed);
            failure.message.push_str(&format!("\n  {advice}"));
            return Err(failure);
        }
        self.pause.wait().await;
        Ok(())
    }
}

/// Lists the attachments of a notification.
pub async fn list(connection: &Connection, arguments: cli::Attachments, json: bool) -> Result<(), Failure> {
    let states = if arguments.all { (1..=5).collect() } else { Vec::new() };
    let attachments = collect(connection, &notification_name(&arguments.name), states).await?;
    if json {
        return attachments.iter().try_for_each(output::json);
    }
    let mut table =
        output::table(&["attachment", "file", "type", "octets", "state", "by", "for", "announced (UTC)"]);
    for attachment in &attachments {
        let announced = attachment.announced.clone().unwrap_or_default();
        let recipient = attachment.transmission.rsplit('/').next().unwrap_or_default();
        table.add_row([
            attachment.name.clone(),
            announced.file_name,
            announced.media_type,
            announced.size_bytes.to_string(),
            output::word(attachment.state().as_str_name(), "ATTACHMENT_STATE_"),
            attachment.authority.clone(),
            if recipient.is_empty() { "all" } else { recipient }.to_owned(),
            output::time(attachment.create_time.as_ref()),
        ]);
    }
    output::line(table);
    output::line(format!("{} shown", attachments.len()));
    Ok(())
}

async fn collect(
    connection: &Connection,
    parent: &str,
    states: Vec<i32>,
) -> Result<Vec<wire::Attachment>, Failure> {
    let request = wire::ListAttachmentsRequest {
        parent: parent.to_owned(),
        states,
        ..wire::ListAttachmentsRequest::default()
    };
    pages(usize::MAX, async |page_size, page_token| {
        let request = wire::ListAttachmentsRequest { page_size, page_token, ..request.clone() };
        let page = connection.attachments().list_attachments(request).await?.into_inner();
        Ok((page.attachments, page.next_page_token))
    })
    .await
}
