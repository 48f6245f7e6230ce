//! What a client says of a file before it sends the first octet.
//!
//! Invariant: a file that would be refused for what is announced is refused before anything is written.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{FileError, FileSettings};

const LONGEST_FILE_NAME: usize = 255;

/// The id of an upload; chosen by whoever begins it, so that beginning can be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UploadId(pub Uuid);

/// What a client says of a file before it sends the first octet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announced {
    /// The name of the file on the side of the client, without folders.
    pub file_name: String,
    /// The media type [RFC 6838], in lowercase and without parameters.
    pub media_type: String,
    /// In octets.
    pub size: u64,
    /// The SHA-256 of the content.
    pub sha256: [u8; 32],
}

impl Announced {
    /// Says whether a file that is announced like this could be accepted.
    ///
    /// # Errors
    /// [`FileError::TooLarge`], or [`FileError::Invalid`] for `file_name`, `media_type` or `size`; the first one found.
    pub fn check(&self, settings: &FileSettings) -> Result<(), FileError> {
        if self.size == 0 {
            return Err(FileError::invalid("size", "expected at least 1 octet, got 0"));
        }
        if self.size > settings.max_bytes {
            return Err(FileError::TooLarge { limit: settings.max_bytes, got: self.size });
        }
        if !settings.allowed_types.contains(&self.media_type) {
            let allowed = settings.allowed_types.join(", ");
            let description = format!("expected one of {allowed}, got {:?}", self.media_type);
            return Err(FileError::invalid("media_type", description));
        }
        check_file_name(&self.file_name)
    }
}

fn check_file_name(name: &str) -> Result<(), FileError> {
    let invalid = |description: String| Err(FileError::invalid("file_name", description));
    if name.len() > LONGEST_FILE_NAME {
        return invalid(format!("expected at most {LONGEST_FILE_NAME} octets, got {}", name.len()));
    }
    if name.trim().is_empty() || matches!(name, "." | "..") {
        return invalid(format!("expected the name of a file, got {name:?}"));
    }
    match name.chars().find(|&character| is_forbidden(character)) {
        Some(forbidden) => invalid(format!("the character {forbidden:?} is not allowed")),
        None => Ok(()),
    }
}

/// What separates folders, controls a terminal, or turns the writing direction so that `gpj.exe` shows as `exe.jpg`.
fn is_forbidden(character: char) -> bool {
    matches!(character, '/' | '\\' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || character.is_control()
}
