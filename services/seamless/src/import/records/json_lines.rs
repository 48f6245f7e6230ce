//! The lines of a file of JSON documents: one document a line, empty lines passed over.

use std::io::BufRead;

use super::bounded::{Taken, raw_text, read_line};
use crate::import::{ReadError, RowError};

/// A line that is not empty.
pub struct JsonLine {
    /// Its number, from 1.
    pub line: u64,
    /// Its bytes without blanks at either end; or that it is too long.
    pub text: Result<Vec<u8>, RowError>,
    /// The line as text, at most 64 KiB.
    pub raw: String,
}

/// The lines of a file.
pub struct JsonLines {
    reader: Box<dyn BufRead + Send>,
    line: u64,
}

impl JsonLines {
    /// The lines of `reader`.
    pub fn new(reader: Box<dyn BufRead + Send>) -> Self {
        Self { reader, line: 0 }
    }
}

impl Iterator for JsonLines {
    type Item = Result<JsonLine, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut bytes = Vec::new();
        loop {
            self.line += 1;
            let line = self.line;
            let taken = match read_line(&mut self.reader, &mut bytes) {
                Ok(taken) => taken,
                Err(source) => return Some(Err(ReadError::Io { place: format!("line {line}"), source })),
            };
            match taken {
                Taken::End => return None,
                Taken::TooLong => {
                    let text = Err(RowError::new("line", "is longer than 1 MiB"));
                    return Some(Ok(JsonLine { line, text, raw: raw_text(&bytes) }));
                }
                Taken::Whole => {}
            }
            let mark = if line == 1 { b"\xef\xbb\xbf".as_slice() } else { b"" };
            let text = bytes.strip_prefix(mark).unwrap_or(&bytes).trim_ascii();
            if !text.is_empty() {
                return Some(Ok(JsonLine { line, text: Ok(text.to_vec()), raw: raw_text(text) }));
            }
        }
    }
}
