//! Turns a file of another encoding into UTF-8 while it is read: XML by its byte order mark or its declaration, a table by
//! what [`super::table_form`] found.

use std::io::{self, BufRead, Cursor, Read};

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::import::ReadError;

/// So much of a file is looked at for the declaration, in bytes.
const PREFIX: usize = 1_024;

/// The text of a file as UTF-8; what the encoding does not know becomes U+FFFD.
pub struct Utf8 {
    source: io::Chain<Cursor<Vec<u8>>, Box<dyn BufRead + Send>>,
    decoder: Decoder,
    /// Decoded and not yet read.
    ready: Vec<u8>,
    read_to: usize,
    ended: bool,
}

impl Utf8 {
    /// Finds the encoding out.
    ///
    /// # Errors
    /// The declaration names an encoding that is not known.
    pub fn open(mut source: Box<dyn BufRead + Send>) -> Result<Self, ReadError> {
        let place = || "start of the file".to_owned();
        let mut prefix = Vec::with_capacity(PREFIX);
        let read = source.by_ref().take(PREFIX as u64).read_to_end(&mut prefix);
        read.map_err(|source| ReadError::Io { place: place(), source })?;
        let encoding = match Encoding::for_bom(&prefix) {
            Some((encoding, _)) => encoding,
            None if prefix.starts_with(b"\0<") => UTF_16BE,
            None if prefix.starts_with(b"<\0") => UTF_16LE,
            None => match declared(&prefix) {
                // Whoever can read this declaration has no UTF-16 before him.
                Some(name) if name.to_ascii_lowercase().starts_with("utf-16") => UTF_8,
                Some(name) => Encoding::for_label(name.as_bytes())
                    .ok_or_else(|| ReadError::form(place(), format!("the encoding {name:?} is not known")))?,
                None => UTF_8,
            },
        };
        Ok(Self::of(Cursor::new(prefix).chain(source), encoding))
    }

    /// The text of a file whose encoding is known.
    pub fn decoding(source: Box<dyn BufRead + Send>, encoding: &'static Encoding) -> Self {
        Self::of(Cursor::new(Vec::new()).chain(source), encoding)
    }

    fn of(source: io::Chain<Cursor<Vec<u8>>, Box<dyn BufRead + Send>>, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_with_bom_removal();
        Self { source, decoder, ready: Vec::new(), read_to: 0, ended: false }
    }

    fn refill(&mut self) -> io::Result<()> {
        self.read_to = 0;
        self.ready.clear();
        while self.ready.is_empty() && !self.ended {
            let chunk = match self.source.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                chunk => chunk?,
            };
            let chunk = &chunk[..chunk.len().min(16 << 10)];
            let last = chunk.is_empty();
            let longest = self.decoder.max_utf8_buffer_length(chunk.len()).unwrap_or(64 << 10);
            self.ready.resize(longest, 0);
            let (_, used, written, _) = self.decoder.decode_to_utf8(chunk, &mut self.ready, last);
            self.ready.truncate(written);
            self.ended = last;
            self.source.consume(used);
        }
        Ok(())
    }
}

impl Read for Utf8 {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.read_to == self.ready.len() {
            self.refill()?;
        }
        let waiting = &self.ready[self.read_to..];
        let count = waiting.len().min(into.len());
        into[..count].copy_from_slice(&waiting[..count]);
        self.read_to += count;
        Ok(count)
    }
}

/// The name in `<?xml … encoding="…"?>`.
fn declared(prefix: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(prefix);
    let (declaration, _) = text.trim_start().strip_prefix("<?xml")?.split_once("?>")?;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    value[1..].split(quote).next().map(|name| name.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: Vec<u8>) -> Result<String, ReadError> {
        let mut text = String::new();
        Utf8::open(Box::new(Cursor::new(bytes)))?.read_to_string(&mut text).unwrap();
        Ok(text)
    }

    #[test]
    fn marks_and_declarations_are_followed() {
        let text = "<a>Größe 水壶 – 5 €</a>";
        let utf16 = |big: bool| -> Vec<u8> {
            text.encode_utf16()
                .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
                .collect()
        };
        let with_mark = |mark: &[u8], bytes: &[u8]| [mark, bytes].concat();
        for bytes in [
            text.as_bytes().to_vec(),
            with_mark(b"\xef\xbb\xbf", text.as_bytes()),
            with_mark(b"\xff\xfe", &utf16(false)),
            with_mark(b"\xfe\xff", &utf16(true)),
            utf16(true),
            utf16(false),
        ] {
            assert_eq!(read(bytes).unwrap(), text);
        }
        let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>Caf\xe9</a>".to_vec();
        assert!(read(latin).unwrap().ends_with("<a>Café</a>"));
        let unknown = b"<?xml version='1.0' encoding=\"klingon\"?>".to_vec();
        assert!(read(unknown).unwrap_err().to_string().contains("klingon"));
        assert_eq!(read(b"<a>\xff</a>".to_vec()).unwrap(), "<a>\u{fffd}</a>");
        let long = "ж".repeat(100_000);
        assert_eq!(read(long.clone().into_bytes()).unwrap(), long);
    }
}
