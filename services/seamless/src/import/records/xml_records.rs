//! Cuts the XML of the Safety Gate into its records without reading it whole. A record is an element `notification`, or
//! an element `notifications` that holds no `notification` (older files call each record that).
//!
//! A document type declaration is refused, and with it every entity that a file could define or fetch from elsewhere.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader};

use quick_xml::{XmlVersion, events::BytesStart};

use super::bounded::{RECORD_LIMIT, Taken, peek};
use super::transcode::Utf8;
use crate::import::ReadError;

/// The longest name of an element that is remembered, in bytes.
const LONGEST_NAME: usize = 128;
/// The longest text outside records that is remembered, in bytes, and the most elements and attributes there.
const LONGEST_TEXT: usize = 512;
const MOST_ABOUT_ALL: usize = 64;

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
    /// The name of the outermost element.
    root: Option<String>,
    text: String,
    about_all: BTreeMap<String, String>,
    /// What stood within an element that is a record or wraps records, until it shows which.
    about_open: BTreeMap<String, String>,
    /// Where in `record` the tag begins that was read last.
    tag_at: usize,
}

/// One piece of markup.
enum Markup {
    Start(String),
    End(String),
    /// `<name/>`.
    Empty(String),
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
            root: None,
            text: String::new(),
            about_all: BTreeMap::new(),
            about_open: BTreeMap::new(),
            tag_at: 0,
        })
    }

    /// How many records have come so far.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The name of the outermost element, once it was read.
    pub fn root(&self) -> &str {
        self.root.as_deref().unwrap_or_default()
    }

    /// What stands outside the records so far, by the names of elements and attributes (`week`, `report@language`); of one
    /// name the first that said something.
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
                None if self.root.is_none() => {
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
                Some(Markup::Empty(name)) => {
                    self.text.clear();
                    if self.open.is_none() {
                        self.keep_attributes(&name);
                    }
                    self.root.get_or_insert(name);
                }
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
        self.root.get_or_insert_with(|| name.clone());
        self.text.clear();
        match &mut self.open {
            // The outer one only wraps the records.
            Some((outer, _)) if outer == "notifications" && name == "notification" => {
                for (name, text) in std::mem::take(&mut self.about_open) {
                    self.keep(name, text);
                }
                self.begin_record(&name);
                self.open = Some((name, 1));
                self.around += 1;
            }
            Some((open, depth)) => *depth += u64::from(*open == name),
            None if name == "notification" || name == "notifications" => {
                self.about_open.clear();
                self.begin_record(&name);
                self.open = Some((name, 1));
            }
            None => {
                self.keep_attributes(&name);
                self.around += 1;
            }
        }
    }

    /// Keeps nothing but the tag that was just read, without its prefix.
    fn begin_record(&mut self, name: &str) {
        let tag = self.record.get(self.tag_at..).unwrap_or_default();
        let attributes = tag.iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'>');
        let mut record = format!("<{name}").into_bytes();
        record.extend_from_slice(attributes.map_or(b">", |at| &tag[at..]));
        self.record = record;
        self.too_long = false;
    }

    fn keep_attributes(&mut self, element: &str) {
        let tag = String::from_utf8_lossy(self.record.get(self.tag_at..).unwrap_or_default()).into_owned();
        let tag = tag.trim_start_matches('<').trim_end_matches(['>', '/']);
        let name = tag.find(|letter: char| letter.is_ascii_whitespace()).unwrap_or(tag.len());
        for (name, text) in attributes(element, &BytesStart::from_content(tag, name)) {
            self.keep(name, text);
        }
    }

    fn keep(&mut self, name: String, text: String) {
        if self.about_all.len() < MOST_ABOUT_ALL {
            self.about_all.entry(name).or_insert(text);
        }
    }

    /// Whether a record ends here.
    fn end(&mut self, name: &str) -> bool {
        let text = std::mem::take(&mut self.text).trim().to_owned();
        match &self.open {
            _ if text.is_empty() => {}
            None => self.keep(name.to_owned(), text),
            Some((open, _)) if open == "notifications" && self.about_open.len() < MOST_ABOUT_ALL => {
                self.about_open.entry(name.to_owned()).or_insert(text);
            }
            Some(_) => {}
        }
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
            Some(b'<') => {
                self.tag_at = self.record.len().saturating_sub(1);
                match peek(&mut self.source)? {
                    Some(b'!') => self.declaration().map(Some),
                    Some(b'?') => {
                        self.skip_to(b"?>")?;
                        Ok(Some(Markup::Other))
                    }
                    _ => self.tag().map(Some),
                }
            }
            Some(first) => {
                let mut text = vec![first];
                while peek(&mut self.source)?.is_some_and(|byte| byte != b'<') {
                    if let Some(byte) = self.take()?
                        && text.len() < LONGEST_TEXT
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
        match head.as_slice() {
            b"!--" => drop(self.skip_to(b"-->")?),
            b"![CDATA[" => {
                let text = self.skip_to(b"]]>")?;
                self.text.push_str(String::from_utf8_lossy(&text).trim_end_matches("]]>"));
            }
            _ => return Ok(Markup::DocumentType),
        }
        Ok(Markup::Other)
    }

    /// Passes over everything up to and with `end`; gives the beginning of it.
    fn skip_to(&mut self, end: &[u8]) -> io::Result<Vec<u8>> {
        let mut passed = Vec::new();
        let mut window = Vec::with_capacity(end.len());
        while let Some(byte) = self.take()? {
            if window.len() == end.len() {
                window.remove(0);
            }
            window.push(byte);
            if passed.len() < LONGEST_TEXT {
                passed.push(byte);
            }
            if window == end {
                break;
            }
        }
        Ok(passed)
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
            (false, b'/') => Markup::Empty(local),
            (false, _) => Markup::Start(local),
        })
    }
}

/// The attributes of a tag, named `element@attribute`: without those that say how the file is written, of namespaces and
/// types.
pub fn attributes(element: &str, tag: &BytesStart<'_>) -> Vec<(String, String)> {
    let mut attributes = tag.attributes();
    let said = attributes.with_checks(false).flatten().filter_map(|attribute| {
        let key = attribute.key.0;
        let is_form = key.starts_with("xmlns") || key.starts_with("xsi:") || key.starts_with("xml:");
        let text = attribute.normalized_value(XmlVersion::Implicit1_0).unwrap_or(attribute.value.clone());
        let text = text.trim();
        (!is_form && !text.is_empty()).then(|| (format!("{element}@{key}"), text.to_owned()))
    });
    said.collect()
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
        let attributed = "<notification id=\"1>2\"><name>a</name></notification>";
        for (file, first) in [
            (
                format!(
                    "<?xml version=\"1.0\"?><!-- <notification> --><week><notifications>{record}\n{record}</notifications></week>"
                ),
                record,
            ),
            (
                format!(
                    "<w:list xmlns:w='x>y'><w:notification id=\"1>2\"><name>a</name></w:notification >{record}<notification/></w:list>"
                ),
                attributed,
            ),
        ] {
            assert_eq!(all(&file).unwrap(), [first, record], "{file}");
        }
        let old = "<notifications><name><![CDATA[</notifications>]]></name></notifications>";
        assert_eq!(all(&format!("<week>{old}{old}</week>")).unwrap(), [old, old]);
        assert_eq!(all("<week></week>").unwrap(), Vec::<String>::new());
    }

    #[test]
    fn what_stands_around_records_is_remembered_and_what_stands_in_one_is_not() {
        let file = "<week lang='en' xmlns:x='y'><report_date><![CDATA[20/11/2026]]></report_date><notifications><number>7</number>\
                    <notification><name>a</name></notification></notifications><notifications><year>1999</year></notifications></week>";
        let mut records = XmlRecords::open(Box::new(io::Cursor::new(file))).unwrap();
        while records.next().unwrap() != Taken::End {}
        let about: Vec<(&str, &str)> =
            records.about_all().iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        assert_eq!(about, [("number", "7"), ("report_date", "20/11/2026"), ("week@lang", "en")]);
        assert_eq!(records.root(), "week");
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
