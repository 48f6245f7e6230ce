//! What a file seems to be by its first bytes, so that a page, an error body or a workbook in the place of a report is
//! refused by name, and not read as a report without records.

use std::fmt;
use std::io::BufRead;

use crate::import::ReadError;

/// So much of the beginning is shown of a file that is none of what is known, in characters.
const SHOWN: usize = 120;

/// So much of the beginning is looked at, in bytes.
const LOOKED_AT: usize = 4_096;

/// What a file seems to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing, or nothing but blanks.
    Empty,
    /// A page of the web, as proxies and services out of order give it.
    Page,
    Xml,
    JsonArray,
    JsonObject,
    /// A zip archive, as workbooks of spreadsheets are.
    Workbook,
    Pdf,
    Compressed,
    /// Bytes that no text has: a picture, a program, a database.
    Binary,
    /// Anything else: a text.
    Text,
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Empty => "an empty file",
            Self::Page => "a web page (HTML)",
            Self::Xml => "XML",
            Self::JsonArray => "a JSON array",
            Self::JsonObject => "a JSON object",
            Self::Workbook => "a workbook of a spreadsheet, or another archive; save it as CSV",
            Self::Pdf => "a PDF document",
            Self::Compressed => "a compressed file; unpack it",
            Self::Binary => "a binary file",
            Self::Text => "a text",
        })
    }
}

impl Kind {
    /// What a file with this beginning is.
    pub fn of(head: &[u8]) -> Self {
        let head = &head[..head.len().min(LOOKED_AT)];
        for (start, kind) in [
            (b"PK\x03\x04".as_slice(), Self::Workbook),
            (b"\xd0\xcf\x11\xe0", Self::Workbook),
            (b"%PDF", Self::Pdf),
            (b"\x1f\x8b", Self::Compressed),
        ] {
            if head.starts_with(start) {
                return kind;
            }
        }
        if is_binary(head) {
            return Self::Binary;
        }
        let head = readable(head);
        let head = head.trim_start();
        // What a document begins with before its first element.
        let small = head.to_ascii_lowercase();
        match head.chars().next() {
            None => Self::Empty,
            Some('<')
                if ["<html", "<!doctype html", "<head", "<body"].iter().any(|tag| small.contains(tag)) =>
            {
                Self::Page
            }
            Some('<') => Self::Xml,
            Some('[') => Self::JsonArray,
            Some('{') => Self::JsonObject,
            Some(_) => Self::Text,
        }
    }
}

/// Whether there is what no text has: a zero byte, but in UTF-16; or more than one control character in fifty bytes.
fn is_binary(head: &[u8]) -> bool {
    let is_utf16 = [b"\xff\xfe".as_slice(), b"\xfe\xff"].iter().any(|mark| head.starts_with(mark))
        || matches!(head, [first, 0, second, 0, ..] | [0, first, 0, second, ..] if *first != 0 && *second != 0)
        || matches!(head, [first, 0] | [0, first] if *first != 0);
    let is_control = |byte: &&u8| matches!(**byte, 1..=8 | 14..=26 | 28..=31);
    let controls = head.iter().filter(is_control).count();
    !is_utf16 && (head.contains(&0) || controls * 50 > head.len())
}

/// The beginning without byte order mark, and of UTF-16 what it has of ASCII.
fn readable(head: &[u8]) -> String {
    let head: Vec<u8> = head.iter().copied().filter(|byte| *byte != 0).collect();
    let marks = [b"\xef\xbb\xbf".as_slice(), b"\xff\xfe", b"\xfe\xff"];
    let head = marks.iter().find_map(|mark| head.strip_prefix(*mark)).unwrap_or(&head);
    String::from_utf8_lossy(head).into_owned()
}

/// Refuses a file that is none of `fitting`, by what it seems to be; `wanted` says what it should be. Nothing is taken
/// from the reader.
///
/// # Errors
/// It is something else, or cannot be read.
pub fn expect(reader: &mut dyn BufRead, fitting: &[Kind], wanted: &str) -> Result<(), ReadError> {
    let place = || "start of the file".to_owned();
    let head = reader.fill_buf().map_err(|source| ReadError::Io { place: place(), source })?;
    let kind = Kind::of(head);
    if fitting.contains(&kind) {
        return Ok(());
    }
    let mut why = format!("wants {wanted}; this seems to be {kind}");
    if matches!(kind, Kind::Text | Kind::JsonObject | Kind::Xml | Kind::Page) {
        let beginning: String = readable(&head[..head.len().min(4 * SHOWN)]).chars().take(SHOWN).collect();
        why.push_str(&format!(", which begins {:?}", beginning.trim()));
    }
    Err(ReadError::form(place(), why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_told_by_its_beginning() {
        for (head, kind) in [
            (b"".as_slice(), Kind::Empty),
            (b"\xef\xbb\xbf \r\n", Kind::Empty),
            (b"\n<!DOCTYPE html><html>", Kind::Page),
            (b"<?xml version='1.0'?><html xmlns='x'>", Kind::Page),
            (b"<?xml version='1.0'?><weeklyReport>", Kind::Xml),
            (b"\xff\xfe<\0w\0", Kind::Xml),
            (b" [{", Kind::JsonArray),
            (b"{\"message\": \"no\"}", Kind::JsonObject),
            (b"PK\x03\x04\x14\0", Kind::Workbook),
            (b"%PDF-1.7", Kind::Pdf),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Kind::Binary),
            (b"\0\0\0\0", Kind::Binary),
            (b"SQLite format 3\0", Kind::Binary),
            (b"{\"entryPoint\": \"\0\0", Kind::Binary),
            (b"\xfe\xff\0y\0e", Kind::Text),
            (b"y\0e\0a\0r\0", Kind::Text),
            (b"year,week,note\n2026,48,a stray \x01 in a long text of a spreadsheet\n", Kind::Text),
            (b"year,week", Kind::Text),
        ] {
            assert_eq!(Kind::of(head), kind, "{head:?}");
        }
        let error =
            expect(&mut b"{\"message\": \"gone\"}".as_slice(), &[Kind::Xml], "a weekly report").unwrap_err();
        assert!(
            error.to_string().contains("this seems to be a JSON object, which begins \"{\\\"message"),
            "{error}"
        );
    }
}
