//! Cuts the XML of the Safety Gate into its records without reading it whole. A record is an element `notification`, or
//! an element `notifications` that holds no `notification` (older files call each record that).
//!
//! A document type declaration is refused, and with it every entity that a file could define or fetch from elsewhere.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader};

use super::bounded::{RECORD_LIMIT, Taken, peek};
use super::transcode::Utf8;
use crate::import::ReadError;

/// The longest name of an element and the longest text outside records that are remembered, in bytes.
const LONGEST_NAME: usize = 128;
/// The elements outside records that say something about all of them.
const ABOUT_ALL: [&str; 4] = ["publicationDate", "year", "month", "day"];

/// The records of a file.
pub struct XmlRecords {
    source: BufReader<Utf8>,
    /// The record so far; outside records, the markup just read.
    record: Vec<u8>,
    too_long: bool,
    /// The name of the record's element and how many of that name are open.
    open: Option<(String, u64)>,
    /// How many elements around the records are open.
    around: u64,
    count: u64,
    any_element: bool,
    text: String,
    about_all: BTreeMap<String, String>,
}

/// One piece of markup.
enum Markup {
    Start(String),
    End(String),
    /// `<name/>`.
    Empty,
    Text,
    /// Comment, CDATA section, processing instruction.
    Other,
    DocumentType,
}

impl XmlRecords {
    /// The records of `source`.
    ///
    /// # Errors
    /// An unknown encoding.
    pub fn open(source: Box<dyn BufRead + Send>) -> Result<Self, ReadError> {
        Ok(Self {
            source: BufReader::with_capacity(64 << 10, Utf8::open(source)?),
            record: Vec::new(),
            too_long: false,
            open: None,
            around: 0,
            count: 0,
            any_element: false,
            text: String::new(),
            about_all: BTreeMap::new(),
        })
    }

    /// How many records have come so far.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// What stands outside the records, by the names of the elements.
    pub fn about_all(&self) -> &BTreeMap<String, String> {
        &self.about_all
    }

    /// The bytes of the record that came last: at most the limit.
    pub fn record(&self) -> &[u8] {
        &self.record
    }

    /// Reads the next record.
    ///
    /// # Errors
    /// A document type declaration, a file that ends within a record or is no XML.
    pub fn next(&mut self) -> Result<Taken, ReadError> {
        self.record.clear();
        self.too_long = false;
        loop {
            if self.open.is_none() {
                self.record.clear();
                self.too_long = false;
            }
            let place = format!("record {}", self.count + 1);
            let markup = self.markup().map_err(|source| ReadError::Io { place: place.clone(), source })?;
            match markup {
                None if self.open.is_some() => {
                    return Err(ReadError::form(place, "the file ends within the record"));
                }
                None if !self.any_element => {
                    return Err(ReadError::form("start of the file", "no xml: there is no element"));
                }
                None if self.around > 0 => {
                    let after = format!("after {} records", self.count);
                    return Err(ReadError::form(after, "the file ends before its outer element does"));
                }
                None => return Ok(Taken::End),
                Some(Markup::DocumentType) => {
                    let why = "a document type declaration is refused: it could define entities";
                    return Err(ReadError::form(place, why));
                }
                Some(Markup::Start(name)) => self.start(name),
                Some(Markup::Empty) => self.any_element = true,
                Some(Markup::End(name)) => {
                    if self.end(&name) {
                        self.count += 1;
                        return Ok(if self.too_long { Taken::TooLong } else { Taken::Whole });
                    }
                }
                Some(Markup::Text | Markup::Other) => {}
            }
        }
    }

    fn start(&mut self, name: String) {
        self.any_element = true;
        self.text.clear();
        match &mut self.open {
            // The outer one only wraps the records.
            Some((outer, _)) if outer == "notifications" && name == "notification" => {
                self.record.clear();
                self.record.extend_from_slice(b"<notification>");
                self.too_long = false;
                self.open = Some((name, 1));
                self.around += 1;
            }
            Some((open, depth)) => *depth += u64::from(*open == name),
            None if name == "notification" || name == "notifications" => {
                // The tag without its prefix and attributes, which say nothing.
                self.record.clear();
                self.record.extend_from_slice(format!("<{name}>").as_bytes());
                self.open = Some((name, 1));
            }
            None => self.around += 1,
        }
    }

    /// Whether a record ends here.
    fn end(&mut self, name: &str) -> bool {
        if self.open.as_ref().is_none_or(|(open, _)| open == "notifications") && ABOUT_ALL.contains(&name) {
            self.about_all.insert(name.to_owned(), self.text.trim().to_owned());
        }
        self.text.clear();
        match &mut self.open {
            Some((open, depth)) if open == name => *depth -= 1,
            Some(_) => return false,
            None => {
                self.around = self.around.saturating_sub(1);
                return false;
            }
        }
        let ended = self.open.as_ref().is_some_and(|(_, depth)| *depth == 0);
        if ended {
            self.open = None;
            // As the start, so that a prefix does not matter.
            if let Some(at) = self.record.windows(2).rposition(|pair| pair == b"</") {
                self.record.truncate(at);
                self.record.extend_from_slice(format!("</{name}>").as_bytes());
            }
        }
        ended
    }

    fn take(&mut self) -> io::Result<Option<u8>> {
        let byte = peek(&mut self.source)?;
        if let Some(byte) = byte {
            self.source.consume(1);
            if self.record.len() < RECORD_LIMIT {
                self.record.push(byte);
            } else {
                self.too_long = true;
            }
        }
        Ok(byte)
    }

    fn markup(&mut self) -> io::Result<Option<Markup>> {
        match self.take()? {
            None => Ok(None),
            Some(b'<') => match peek(&mut self.source)? {
                Some(b'!') => self.declaration().map(Some),
                Some(b'?') => {
                    self.skip_to(b"?>")?;
                    Ok(Some(Markup::Other))
                }
                _ => self.tag().map(Some),
            },
            Some(first) => {
                let mut text = vec![first];
                while peek(&mut self.source)?.is_some_and(|byte| byte != b'<') {
                    if let Some(byte) = self.take()?
                        && text.len() < LONGEST_NAME
                    {
                        text.push(byte);
                    }
                }
                self.text = String::from_utf8_lossy(&text).into_owned();
                Ok(Some(Markup::Text))
            }
        }
    }

    /// `<!--`, `<![CDATA[` or `<!DOCTYPE`.
    fn declaration(&mut self) -> io::Result<Markup> {
        let mut head = Vec::new();
        while head.len() < 8 && !matches!(head.as_slice(), b"!--") {
            match self.take()? {
                Some(byte) => head.push(byte),
                None => break,
            }
        }
        let end: &[u8] = match head.as_slice() {
            b"!--" => b"-->",
            b"![CDATA[" => b"]]>",
            _ => return Ok(Markup::DocumentType),
        };
        self.skip_to(end)?;
        Ok(Markup::Other)
    }

    fn skip_to(&mut self, end: &[u8]) -> io::Result<()> {
        let mut window = Vec::with_capacity(end.len());
        while let Some(byte) = self.take()? {
            if window.len() == end.len() {
                window.remove(0);
            }
            window.push(byte);
            if window == end {
                break;
            }
        }
        Ok(())
    }

    /// The rest of a start or end tag. A `>` within quotes does not end it.
    fn tag(&mut self) -> io::Result<Markup> {
        let mut name = Vec::new();
        let mut in_name = true;
        let mut quote = None;
        let mut previous = b'<';
        let is_end = peek(&mut self.source)? == Some(b'/');
        if is_end {
            self.take()?;
        }
        while let Some(byte) = self.take()? {
            match quote {
                Some(open) => {
                    if byte == open {
                        quote = None;
                    }
                }
                None if byte == b'>' => break,
                None if !in_name && matches!(byte, b'"' | b'\'') => quote = Some(byte),
                None => {
                    in_name &= !byte.is_ascii_whitespace() && byte != b'/';
                    if in_name && name.len() < LONGEST_NAME {
                        name.push(byte);
                    }
                }
            }
            previous = byte;
        }
        let name = String::from_utf8_lossy(&name);
        let local = name.rsplit(':').next().unwrap_or_default().to_owned();
        Ok(match (is_end, previous) {
            (true, _) => Markup::End(local),
            (false, b'/') => Markup::Empty,
            (false, _) => Markup::Start(local),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(file: &str) -> Result<Vec<String>, ReadError> {
        let mut records = XmlRecords::open(Box::new(io::Cursor::new(file.to_owned())))?;
        let mut found = Vec::new();
        while records.next()? != Taken::End {
            found.push(String::from_utf8_lossy(records.record()).into_owned());
        }
        Ok(found)
    }

    #[test]
    fn records_are_cut_out_whatever_wraps_them() {
        let record = "<notification><name>a</name></notification>";
        for file in [
            format!(
                "<?xml version=\"1.0\"?><!-- <notification> --><week><notifications>{record}\n{record}</notifications></week>"
            ),
            format!(
                "<w:list xmlns:w='x>y'><w:notification id=\"1>2\"><name>a</name></w:notification >{record}<notification/></w:list>"
            ),
        ] {
            assert_eq!(all(&file).unwrap(), [record, record], "{file}");
        }
        let old = "<notifications><name><![CDATA[</notifications>]]></name></notifications>";
        assert_eq!(all(&format!("<week>{old}{old}</week>")).unwrap(), [old, old]);
        assert_eq!(all("<week></week>").unwrap(), Vec::<String>::new());
    }

    #[test]
    fn what_is_no_xml_or_could_define_entities_is_refused() {
        for (file, wanted) in [
            ("", "no xml"),
            ("year,week", "no xml"),
            ("<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x/>", "document type"),
            ("<week><notification><name>", "ends within the record"),
            ("<week><notification></notification>", "ends before its outer element"),
        ] {
            assert!(all(file).unwrap_err().to_string().contains(wanted), "{file}");
        }
    }

    #[test]
    fn a_huge_record_is_told_and_the_next_one_read() {
        let file = format!(
            "<w><notification>{}</notification><notification>b</notification></w>",
            "x".repeat(2 * RECORD_LIMIT)
        );
        let mut records = XmlRecords::open(Box::new(io::Cursor::new(file))).unwrap();
        assert_eq!(records.next().unwrap(), Taken::TooLong);
        assert_eq!(records.next().unwrap(), Taken::Whole);
        assert_eq!(records.record(), b"<notification>b</notification>");
        assert_eq!(records.next().unwrap(), Taken::End);
    }
}
