//! Attachments, as the contract writes them, and their announcements as they come.

use seamless_api::{
    Violations,
    violations::{excerpt, localized_out, timestamp_out},
};
use seamless_files::{Announced, FileError, FileSettings};
use seamless_proto::seamless::notifications::v1 as wire;

use super::content_out::etag_out;
use crate::domain::model::{AnnouncedFile, Attachment, AttachmentState};

/// The attachment; while it is uploading without the offset, which the file store alone knows.
#[must_use]
pub fn attachment_out(attachment: &Attachment) -> wire::Attachment {
    let file = &attachment.file;
    let size = i64::try_from(file.size).unwrap_or(i64::MAX);
    let is_stored = attachment.state == AttachmentState::Stored;
    wire::Attachment {
        name: attachment.name(),
        announced: Some(wire::AnnouncedFile {
            file_name: file.file_name.clone(),
            media_type: file.media_type.clone(),
            size_bytes: size,
            sha256: hex::encode(file.sha256),
        }),
        description: localized_out(&attachment.description),
        transmission: attachment.transmission_name().unwrap_or_default(),
        state: attachment.state as i32,
        upload_offset: if is_stored { size } else { 0 },
        authority: attachment.authority.to_string(),
        principal: attachment.principal.clone(),
        create_time: Some(timestamp_out(attachment.create_time)),
        store_time: attachment.store_time.map(timestamp_out),
        end_time: attachment.end_time.map(timestamp_out),
        rejection: attachment.rejection.as_ref().map(|rejection| wire::AttachmentRejection {
            field: rejection.field.clone(),
            description: rejection.description.clone(),
        }),
        delete_reason: attachment.delete_reason.clone(),
        status: attachment.status as i32,
        etag: etag_out(attachment.revision),
    }
}

/// What is announced, if the file store would take it.
pub fn announced_in(
    found: &mut Violations,
    settings: &FileSettings,
    announced: Option<wire::AnnouncedFile>,
) -> AnnouncedFile {
    let announced = announced.unwrap_or_default();
    let mut sha256 = [0; 32];
    if hex::decode_to_slice(&announced.sha256, &mut sha256).is_err() {
        let got = excerpt(&announced.sha256);
        found.add("announced.sha256", format!("wants the SHA-256 as 64 hexadecimal digits; got {got}"));
    }
    let size = u64::try_from(announced.size_bytes).unwrap_or_default();
    if announced.size_bytes < 0 {
        found.add("announced.size_bytes", format!("wants at least 1; got {}", announced.size_bytes));
    }
    // The store names the first field that is wrong; with the others as they should be, each is looked at.
    let fine = Announced {
        file_name: "file".to_owned(),
        media_type: settings.allowed_types.first().cloned().unwrap_or_default(),
        size: 1,
        sha256,
    };
    let (file_name, media_type) = (announced.file_name, announced.media_type);
    for part in [
        Announced { file_name: file_name.clone(), ..fine.clone() },
        Announced { media_type: media_type.clone(), ..fine.clone() },
        Announced { size: if announced.size_bytes < 0 { 1 } else { size }, ..fine },
    ] {
        if let Err(refusal) = part.check(settings) {
            let (field, description) = field_of(&refusal);
            found.add(field, description);
        }
    }
    AnnouncedFile { file_name, media_type, size, sha256 }
}

/// The announcement in the words of the file store.
#[must_use]
pub fn announced_of(file: &AnnouncedFile) -> Announced {
    let AnnouncedFile { file_name, media_type, size, sha256 } = file.clone();
    Announced { file_name, media_type, size, sha256 }
}

/// The field of a request that announces a file.
pub const ANNOUNCED: &str = "announced";

/// The field of the announcement that the file store refuses, and why.
#[must_use]
pub fn field_of(refusal: &FileError) -> (String, String) {
    match refusal.field() {
        Some((field, description)) => (format!("{ANNOUNCED}.{field}"), description),
        None => (ANNOUNCED.to_owned(), refusal.to_string()),
    }
}
