//! Reads foreign alert formats for `seamless import`: a file goes in as bytes, rows come out, each a notification of
//! our contract or what is wrong with it; and, in [`sheet`], what has one form only. The formats and their mappings are
//! described in `services/seamless/IMPORT.md`.
//!
//! Invariant: memory stays flat whatever the file's size, no bytes make a reader panic, and every record of the file
//! comes out as exactly one [`Row`], until a [`ReadError`] says from where on the file cannot be read.

mod alert;
pub mod declarations;
mod formats;
mod messages;
mod records;

#[cfg(test)]
mod served_files;
#[cfg(test)]
mod tests;

use std::io::BufRead;

use seamless_proto::seamless::notifications::v1::Notification;

use formats::{cpsc, own_alerts, rapex, safety_gate};
pub use messages::{
    plain_json::unsound,
    proto_json, sheet,
    unique_json::{Unique, twice},
};

/// A format that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// The weekly XML of the Safety Gate.
    SafetyGateXml,
    /// The table of RAPEX weekly reports as published by pudo-attic/rapex.
    RapexCsv,
    /// The answer of the CPSC recall API.
    CpscJson,
    /// One notification of our contract a line, in the JSON form of protobuf.
    Jsonl,
}

/// One record of the file.
#[derive(Clone, Debug)]
pub struct Row {
    /// Where the record stands: `line 17`, `record 3 (RecallID 9780)`.
    pub place: String,
    /// The notification, or everything that is wrong with the record.
    pub read: Result<Box<Notification>, Vec<RowError>>,
    /// What was taken, but not understood in full: an unknown country, a barcode that is no GTIN.
    pub remarks: Vec<RowError>,
    /// The record as text, for the file of refused rows; at most 64 KiB.
    pub raw: String,
}

/// Something wrong, or odd, in one field of a record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {description}")]
pub struct RowError {
    /// The field of the source (`countryoforigin`), or of our contract (`product.brand`) where a limit was broken.
    pub field: String,
    /// What is wrong with it.
    pub description: String,
}

impl RowError {
    fn new(field: impl Into<String>, description: impl Into<String>) -> Self {
        Self { field: field.into(), description: description.into() }
    }
}

/// Why a file cannot be read, or not any further.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The bytes could not be had.
    #[error("{place}: {source}")]
    Io {
        /// How far the reader had come.
        place: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The bytes are not what the format wants, and the reader cannot tell where the next record begins.
    #[error("{place}: {why}")]
    Form {
        /// Where.
        place: String,
        /// What was found and what was wanted.
        why: String,
    },
    /// The header of a table names columns that there are not, or twice, or lacks some.
    #[error("the header is refused, and no row was sent\n  {}\n  the header names: {got}", wrong.join("\n  "))]
    Header {
        /// Each wrong column: what it wants, and what it got.
        wrong: Vec<String>,
        /// The header as it stands there.
        got: String,
    },
    /// Our own contract cannot be loaded: a fault of this program.
    #[error("the contract of a notification cannot be loaded: {0}")]
    Contract(String),
}

impl ReadError {
    fn form(place: impl Into<String>, why: impl Into<String>) -> Self {
        Self::Form { place: place.into(), why: why.into() }
    }
}

/// The rows of a file.
pub type Rows = Box<dyn Iterator<Item = Result<Row, ReadError>> + Send>;

/// Opens a file, and reads its first row. Rows come as they are asked for; after the first `ReadError` there are no more.
///
/// # Errors
/// What can be seen before the first row: no header, columns missing, no array, an unknown encoding, no record at all.
pub fn open(format: Format, reader: Box<dyn BufRead + Send>) -> Result<Rows, ReadError> {
    let mut rows = unopened(format, reader)?;
    let first = rows.next().transpose()?;
    Ok(Box::new(first.map(Ok).into_iter().chain(rows)))
}

fn unopened(format: Format, reader: Box<dyn BufRead + Send>) -> Result<Rows, ReadError> {
    Ok(match format {
        Format::SafetyGateXml => Box::new(UntilError::new(safety_gate::Rows::open(reader)?)),
        Format::RapexCsv => Box::new(UntilError::new(rapex::Rows::open(reader)?)),
        Format::CpscJson => Box::new(UntilError::new(cpsc::Rows::open(reader)?)),
        Format::Jsonl => Box::new(UntilError::new(own_alerts::Rows::open(reader)?)),
    })
}

/// Ends after the first error, so that a reader in an unknown place is not asked again.
struct UntilError<I> {
    rows: Option<I>,
}

impl<I> UntilError<I> {
    fn new(rows: I) -> Self {
        Self { rows: Some(rows) }
    }
}

impl<I: Iterator<Item = Result<Row, ReadError>>> Iterator for UntilError<I> {
    type Item = Result<Row, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.rows.as_mut()?.next();
        if !matches!(next, Some(Ok(_))) {
            self.rows = None;
        }
        next
    }
}
