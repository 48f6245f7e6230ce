//! How a table of text was written: its encoding, what separates its columns, what ends its lines. Spreadsheets write all
//! of these, and say in the file which.
//!
//! Invariant: what is given back is UTF-8, or bytes of another encoding with the ASCII in its place; no more of the source
//! is waited for than its header.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::transcode::Utf8;

/// The longest beginning that is looked at for a header, in bytes.
const LONGEST_HEAD: usize = 64 << 10;
/// What separates columns; where a header has as many of two, the first.
const SEPARATORS: [u8; 4] = *b",;\t|";

/// The source of a table, and how it was written.
pub struct TableForm {
    /// From the header on, or from comments before it.
    pub source: Box<dyn BufRead + Send>,
    pub separator: u8,
    /// Whether a carriage return alone ends a line.
    pub return_ends_line: bool,
    /// Lines that are passed over: one, where a line `sep=;` told the separator.
    pub lines_before: u64,
}

impl TableForm {
    /// Finds out how `source` was written.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn of(source: Box<dyn BufRead + Send>) -> io::Result<Self> {
        let (mut head, mut rest) = decoded(source)?;
        while !has_header(&head) && head.len() < LONGEST_HEAD {
            let chunk = match rest.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                chunk => chunk?,
            };
            if chunk.is_empty() {
                break;
            }
            let taken = chunk.len().min(4 << 10);
            head.extend_from_slice(&chunk[..taken]);
            rest.consume(taken);
        }
        let return_ends_line = !head.contains(&b'\n') && head.contains(&b'\r');
        let end = if return_ends_line { b'\r' } else { b'\n' };
        let told = told_separator(head.split(|byte| *byte == end).next().unwrap_or_default());
        let lines_before = u64::from(told.is_some());
        if told.is_some() {
            let line = head.iter().position(|byte| *byte == end).map_or(head.len(), |at| at + 1);
            head.drain(..line);
        }
        let header = head.split(|byte| *byte == end).find(|line| is_header(line)).unwrap_or_default();
        let separator = told.unwrap_or_else(|| separator_of(header));
        let source: Box<dyn BufRead + Send> = Box::new(Cursor::new(head).chain(rest));
        Ok(Self { source, separator, return_ends_line, lines_before })
    }
}

/// The beginning and the rest, as UTF-8 where the file says that it is in Unicode.
fn decoded(mut source: Box<dyn BufRead + Send>) -> io::Result<(Vec<u8>, Box<dyn BufRead + Send>)> {
    let mut head = Vec::with_capacity(4);
    source.by_ref().take(4).read_to_end(&mut head)?;
    let encoding = match Encoding::for_bom(&head) {
        Some((encoding, length)) if encoding == UTF_8 => {
            head.drain(..length);
            return Ok((head, source));
        }
        Some((encoding, _)) => encoding,
        None => match head.as_slice() {
            [first, 0, second, 0] if *first != 0 && *second != 0 => UTF_16LE,
            [0, first, 0, second] if *first != 0 && *second != 0 => UTF_16BE,
            _ => return Ok((head, source)),
        },
    };
    let whole: Box<dyn BufRead + Send> = Box::new(Cursor::new(head).chain(source));
    Ok((Vec::new(), Box::new(BufReader::with_capacity(64 << 10, Utf8::decoding(whole, encoding)))))
}

/// Whether the beginning has a line that ends and may be the header.
fn has_header(head: &[u8]) -> bool {
    let Some(last) = head.iter().rposition(|byte| *byte == b'\n') else { return false };
    head[..last].split(|byte| *byte == b'\n').any(is_header)
}

/// Whether a line is neither empty, nor a comment, nor the one that tells the separator.
fn is_header(line: &[u8]) -> bool {
    !line.trim_ascii().is_empty() && !line.starts_with(b"# ") && told_separator(line).is_none()
}

/// The separator that a line `sep=;` tells.
fn told_separator(line: &[u8]) -> Option<u8> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    let (name, told) = line.split_at_checked(4)?;
    match told {
        [separator] if name.eq_ignore_ascii_case(b"sep=") => Some(*separator),
        _ => None,
    }
}

/// What stands most often in a header, outside quotation marks.
fn separator_of(header: &[u8]) -> u8 {
    let count = |separator: u8| {
        let mut quoted = false;
        let outside = header.iter().filter(|byte| {
            quoted ^= **byte == b'"';
            !quoted && **byte == separator
        });
        outside.count()
    };
    let most = SEPARATORS.iter().map(|separator| count(*separator)).max().unwrap_or(0);
    SEPARATORS.into_iter().find(|separator| most > 0 && count(*separator) == most).unwrap_or(b',')
}
