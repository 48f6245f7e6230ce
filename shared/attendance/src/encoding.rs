//! Which encoding a text is in.
//!
//! Invariant: text that comes out holds no NUL, and no character that was not in the file: a byte that fits no encoding
//! refuses the file.

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use crate::FileFault;

/// So much of a file tells whether it is UTF-16 without a mark.
const SAMPLE: usize = 4096;

/// The text of a file, without its mark.
pub(crate) fn decoded(bytes: &[u8]) -> Result<String, FileFault> {
    let (encoding, text) = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => (encoding, bytes.get(mark..).unwrap_or_default()),
        None => (unmarked(bytes), bytes),
    };
    let text = match encoding {
        _ if encoding == UTF_8 => utf_8(text)?,
        _ if encoding == GB18030 => strictly(GB18030, text)?,
        _ if text.len() % 2 == 1 => {
            let problem = "it is UTF-16, and its last character has one byte of two".to_owned();
            return Err(FileFault::Cut { problem });
        }
        _ => strictly(encoding, text)?,
    };
    match text.find('\0') {
        Some(at) => {
            let line = text.get(..at).unwrap_or_default().matches('\n').count() + 1;
            Err(FileFault::NotText { problem: format!("line {line} holds a NUL") })
        }
        None if text.trim().is_empty() => Err(FileFault::Empty),
        None => Ok(text),
    }
}

/// UTF-16 shows by the zero bytes of its tabs, digits and line ends, which stand on one side of each pair. A few stand on the other side
/// as well: 开 is U+5F00, Ā U+0100.
fn unmarked(bytes: &[u8]) -> &'static Encoding {
    let sample = bytes.get(..SAMPLE.min(bytes.len())).unwrap_or_default();
    let zeros = |side: usize| sample.chunks_exact(2).filter(|pair| pair.get(side) == Some(&0)).count();
    let (even, odd) = (zeros(0), zeros(1));
    let shows = |count: usize, others: usize| count * 8 >= sample.len() && count > 4 * others;
    match (even, odd) {
        _ if shows(odd, even) => UTF_16LE,
        _ if shows(even, odd) => UTF_16BE,
        _ => UTF_8,
    }
}

/// UTF-8, or else GB18030.
fn utf_8(bytes: &[u8]) -> Result<String, FileFault> {
    let fault = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(text.to_owned()),
        Err(fault) => fault,
    };
    let sound = bytes.get(..fault.valid_up_to()).unwrap_or_default();
    // What is sound but for a last character that is not whole was UTF-8, if it held one longer than a byte before.
    if fault.error_len().is_none() && !sound.is_ascii() {
        let problem = "its last character is not whole".to_owned();
        return Err(FileFault::Cut { problem });
    }
    let text = strictly(GB18030, bytes)?;
    match is_western(&text) {
        true => Err(FileFault::NotText {
            problem: "it is in an older Western encoding, of which there are several: save it as UTF-8"
                .to_owned(),
        }),
        false => Ok(text),
    }
}

/// Whether a text that was read as Chinese is none: `Müller` in Windows-1252 gives one Han character within Latin letters, and each that
/// there is stands so.
fn is_western(text: &str) -> bool {
    let mut before = ' ';
    let mut is_any = false;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if !letter.is_ascii() {
            is_any = true;
            let is_alone =
                letters.peek().is_none_or(|next| next.is_ascii_lowercase() || next.is_ascii_punctuation());
            if !(before.is_ascii_alphabetic() && is_alone) {
                return false;
            }
        }
        before = letter;
    }
    is_any
}

fn strictly(encoding: &'static Encoding, bytes: &[u8]) -> Result<String, FileFault> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
    text.map(std::borrow::Cow::into_owned).ok_or_else(|| FileFault::NotText {
        problem: format!("it has bytes that are nothing in {}", encoding.name()),
    })
}
