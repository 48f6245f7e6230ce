//! Reading with an upper bound: no record, however long, takes more memory than [`RECORD_LIMIT`].

use std::io::{self, BufRead};

/// The longest record that is read, in bytes.
pub const RECORD_LIMIT: usize = 1 << 20;
/// The longest raw text that a row carries, in bytes.
const RAW_LIMIT: usize = 64 << 10;
/// What stands at the end of a raw text that was cut.
const CUT: &str = " […]";

/// A record that came, or the end of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is in the buffer.
    Whole,
    /// It is longer than the limit; its beginning is in the buffer, the rest was passed over.
    TooLong,
    /// There is none.
    End,
}

/// Reads the next line into `line` (emptied first), without its line feed.
pub fn read_line(reader: &mut dyn BufRead, line: &mut Vec<u8>) -> io::Result<Taken> {
    line.clear();
    let mut any = false;
    let mut too_long = false;
    loop {
        let chunk = match reader.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            chunk => chunk?,
        };
        if chunk.is_empty() {
            break;
        }
        any = true;
        let end = chunk.iter().position(|byte| *byte == b'\n');
        let part = &chunk[..end.unwrap_or(chunk.len())];
        let room = RECORD_LIMIT - line.len();
        too_long |= part.len() > room;
        line.extend_from_slice(&part[..part.len().min(room)]);
        let used = end.map_or(chunk.len(), |end| end + 1);
        reader.consume(used);
        if end.is_some() {
            break;
        }
    }
    Ok(match (any, too_long) {
        (false, _) => Taken::End,
        (true, true) => Taken::TooLong,
        (true, false) => Taken::Whole,
    })
}

/// The next byte, left where it is; `None` at the end.
pub fn peek(reader: &mut impl BufRead) -> io::Result<Option<u8>> {
    loop {
        match reader.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            chunk => return Ok(chunk?.first().copied()),
        }
    }
}

/// A record as text: what is no UTF-8 replaced, at most 64 KiB, marked where it was cut.
pub fn raw_text(bytes: &[u8]) -> String {
    let taken = &bytes[..bytes.len().min(RAW_LIMIT)];
    let mut text = String::from_utf8_lossy(taken).into_owned();
    if taken.len() < bytes.len() || text.len() > RAW_LIMIT {
        text.truncate(text.floor_char_boundary(RAW_LIMIT - CUT.len()));
        text.push_str(CUT);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_over_the_limit_is_told_and_the_next_one_read() {
        let mut file = vec![b'x'; RECORD_LIMIT + 1];
        file.extend_from_slice(b"\nshort\n\nlast");
        let mut reader = file.as_slice();
        let mut line = Vec::new();
        assert_eq!(read_line(&mut reader, &mut line).unwrap(), Taken::TooLong);
        assert_eq!(line.len(), RECORD_LIMIT);
        for wanted in ["short", "", "last"] {
            assert_eq!(read_line(&mut reader, &mut line).unwrap(), Taken::Whole);
            assert_eq!(line, wanted.as_bytes());
        }
        assert_eq!(read_line(&mut reader, &mut line).unwrap(), Taken::End);
    }

    #[test]
    fn raw_text_keeps_to_its_limit_even_where_replacement_makes_it_grow() {
        assert_eq!(raw_text("Kessel für Tee".as_bytes()), "Kessel für Tee");
        for bytes in [vec![0xff; RAW_LIMIT], vec![b'a'; RAW_LIMIT + 1]] {
            let text = raw_text(&bytes);
            assert!(text.len() <= RAW_LIMIT && text.ends_with(CUT));
        }
    }
}
