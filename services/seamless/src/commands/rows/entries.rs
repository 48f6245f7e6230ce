//! The rows of a file as they are read, ahead of what is sent.

use prost::Message;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::rejects::FieldError;
use crate::import::{
    ReadError,
    sheet::{Line, Sheet},
};

/// Rows read ahead of those that are on their way.
const READ_AHEAD: usize = 64;

/// A row to be sent.
pub struct Entry<Q> {
    /// Where it stands: `line 17`.
    pub place: String,
    /// What the row is about, for people.
    pub subject: String,
    /// The row as text.
    pub raw: String,
    /// What is sent; or what is wrong with the row.
    pub request: Result<Q, Vec<FieldError>>,
    /// What was taken, but not understood in full.
    pub remarks: Vec<FieldError>,
}

impl<Q: Message> Entry<Q> {
    /// Its size in bytes, once as text and twice as what is sent: here, and on its way.
    pub fn weight(&self) -> usize {
        self.raw.len() + self.request.as_ref().map_or(0, |request| 2 * request.encoded_len())
    }
}

/// Entries as they are read; the last may be why there are no more.
pub type Entries<Q> = mpsc::Receiver<Result<Entry<Q>, ReadError>>;

/// Reads ahead of what is sent, until the first error or until nobody takes any more.
pub fn read_ahead<Q: Send + 'static>(
    rows: impl Iterator<Item = Result<Entry<Q>, ReadError>> + Send + 'static,
) -> Entries<Q> {
    let (sender, entries) = mpsc::channel(READ_AHEAD);
    tokio::task::spawn_blocking(move || {
        for entry in rows {
            let is_last = entry.is_err();
            if sender.blocking_send(entry).is_err() || is_last {
                return;
            }
        }
    });
    entries
}

/// The entries of a sheet, each row as `make` says: its subject and its request.
pub fn of_sheet<M, Q>(
    sheet: Sheet<M>,
    mut make: impl FnMut(M) -> (String, Result<Q, Vec<FieldError>>) + Send + 'static,
) -> impl Iterator<Item = Result<Entry<Q>, ReadError>> + Send
where
    M: Message + Default + 'static,
{
    sheet.map(move |line| {
        let Line { line, read, left_out, raw } = line?;
        let (subject, request) = match read {
            Ok(message) => make(message),
            Err(errors) => (String::new(), Err(errors.into_iter().map(FieldError::from).collect())),
        };
        Ok(Entry {
            place: format!("line {line}"),
            subject,
            raw,
            request,
            remarks: left_out.into_iter().map(FieldError::from).collect(),
        })
    })
}

/// The request id of a row: the same for the same parts.
pub fn id_of(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        // With its length, so that no part can pass for another.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let digest: [u8; 32] = hash.finalize().into();
    Uuid::new_v8(*digest.first_chunk().unwrap_or(&[0; 16])).to_string()
}
