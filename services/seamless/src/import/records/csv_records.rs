//! Splits a table of separated values into records of fields [RFC 4180], forgiving: a quote inside a quoted field that is
//! not doubled stands for itself; rows without anything in them, and empty columns beyond the header's, are passed over.
//! The one reader of all tables, whatever separates their columns.
//!
//! A quote that is never closed would swallow the rest of the file. Therefore a record that outgrows its limit, does not
//! end, or spans lines without having the right number of fields costs its first line only: reading goes on with the next.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader};

use super::bounded::{RECORD_LIMIT, peek};
use super::table_form::TableForm;
use crate::import::ReadError;

/// How many lines a record may span where lines are read again after a refusal.
const LINES_AFTER_REFUSAL: usize = 20;

/// What came.
pub enum Record {
    /// A record with the right number of fields.
    Fields {
        /// The line it begins on, from 1.
        line: u64,
        /// Its fields, without the quotes around them.
        fields: Vec<Vec<u8>>,
        /// Its bytes.
        raw: Vec<u8>,
    },
    /// A line that cannot be read.
    Refused {
        /// Its number, from 1.
        line: u64,
        /// Its bytes, at most the limit.
        raw: Vec<u8>,
        /// Why.
        why: String,
    },
}

/// The records of a table.
pub struct CsvRecords {
    source: BufReader<Box<dyn BufRead + Send>>,
    /// Bytes to be read again, before the source.
    again: VecDeque<u8>,
    line: u64,
    columns: Option<usize>,
    separator: u8,
    return_ends_line: bool,
}

/// Where a byte stands.
#[derive(Clone, Copy, PartialEq)]
enum State {
    FieldStart,
    Plain,
    Quoted,
    /// After a quote in a quoted field: its end, or the first of a doubled one, or one that stands for itself.
    QuoteInQuoted,
    /// After a quote and a carriage return.
    ReturnAfterQuote,
}

impl CsvRecords {
    /// The header of a table, and the records after it, which have as many fields. Lines before the header that begin with
    /// `# ` are passed over.
    ///
    /// # Errors
    /// It cannot be read; there is no header.
    pub fn open(source: Box<dyn BufRead + Send>) -> Result<(Vec<Vec<u8>>, Self), ReadError> {
        let io = |source| ReadError::Io { place: "line 1".to_owned(), source };
        let mut records = Self::of(TableForm::of(source).map_err(io)?);
        loop {
            match records.next().map_err(io)? {
                None => return Err(ReadError::form("line 1", "there is no header with the columns' names")),
                Some(Record::Refused { line, why, .. }) => {
                    return Err(ReadError::form(format!("line {line}"), why));
                }
                Some(Record::Fields { raw, .. }) if raw.starts_with(b"# ") => {}
                Some(Record::Fields { fields, .. }) => {
                    records.columns = Some(fields.len());
                    return Ok((fields, records));
                }
            }
        }
    }

    fn of(form: TableForm) -> Self {
        let TableForm { source, separator, return_ends_line, lines_before } = form;
        Self {
            source: BufReader::with_capacity(64 << 10, source),
            again: VecDeque::new(),
            line: 1 + lines_before,
            columns: None,
            separator,
            return_ends_line,
        }
    }

    /// The line that is read next, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The next record; `None` at the end. Rows without anything in them are passed over.
    pub fn next(&mut self) -> io::Result<Option<Record>> {
        loop {
            let line = self.line;
            let mut raw = Vec::new();
            let Some((mut fields, ended)) = self.read(&mut raw)? else { return Ok(None) };
            let spans_lines = raw.iter().position(|byte| *byte == b'\n').is_some_and(|at| at + 1 < raw.len());
            if !ended {
                let why = if spans_lines {
                    "a quotation mark on this line is not closed in the lines after it".to_owned()
                } else {
                    "the record is longer than 1 MiB, or ends within quotation marks".to_owned()
                };
                return Ok(Some(self.refuse(line, raw, why)?));
            }
            let is_blank = |field: &Vec<u8>| field.iter().all(u8::is_ascii_whitespace);
            if fields.iter().all(is_blank) {
                continue;
            }
            if let Some(columns) = self.columns
                && fields.get(columns..).is_some_and(|beyond| beyond.iter().all(is_blank))
            {
                fields.truncate(columns);
            }
            if let Some(columns) = self.columns
                && fields.len() != columns
            {
                let why = format!("has {} columns, the header names {columns}", fields.len());
                return Ok(Some(self.refuse(line, raw, why)?));
            }
            trim_line_end(&mut raw);
            return Ok(Some(Record::Fields { line, fields, raw }));
        }
    }

    /// Refuses the first line of `raw`, and has the lines after it read again.
    fn refuse(&mut self, line: u64, mut raw: Vec<u8>, why: String) -> io::Result<Record> {
        match raw.iter().position(|byte| *byte == b'\n') {
            Some(end) => {
                let rest = raw.split_off(end + 1);
                for byte in rest.into_iter().rev() {
                    self.again.push_front(byte);
                }
            }
            // The line goes on beyond the limit: pass over the rest of it.
            None => while self.byte()?.is_some_and(|byte| byte != b'\n') {},
        }
        self.line = line + 1;
        trim_line_end(&mut raw);
        Ok(Record::Refused { line, raw, why })
    }

    fn byte(&mut self) -> io::Result<Option<u8>> {
        if let Some(byte) = self.again.pop_front() {
            return Ok(Some(byte));
        }
        let byte = peek(&mut self.source)?;
        if byte.is_some() {
            self.source.consume(1);
        }
        Ok(byte.map(|byte| if self.return_ends_line && byte == b'\r' { b'\n' } else { byte }))
    }

    /// Reads up to the end of a record, of the file or of the limit; says whether the record ended.
    fn read(&mut self, raw: &mut Vec<u8>) -> io::Result<Option<(Vec<Vec<u8>>, bool)>> {
        let mut fields = Vec::new();
        let mut field = Vec::new();
        let mut state = State::FieldStart;
        // Lines that are read again after a refusal may not each look a megabyte ahead for the closing quote.
        let mut lines_left = if self.again.is_empty() { usize::MAX } else { LINES_AFTER_REFUSAL };
        while raw.len() < RECORD_LIMIT {
            let Some(byte) = self.byte()? else {
                if raw.is_empty() {
                    return Ok(None);
                }
                fields.push(field);
                return Ok(Some((fields, state != State::Quoted)));
            };
            raw.push(byte);
            if byte == b'\n' {
                self.line += 1;
                lines_left -= 1;
                if lines_left == 0 {
                    return Ok(Some((fields, false)));
                }
            }
            state = match (state, byte) {
                (State::Quoted, b'"') => State::QuoteInQuoted,
                (State::Quoted, other) => {
                    field.push(other);
                    State::Quoted
                }
                (State::FieldStart, b'"') => State::Quoted,
                (State::QuoteInQuoted, b'"') => {
                    field.push(b'"');
                    State::Quoted
                }
                (State::QuoteInQuoted, b'\r') => State::ReturnAfterQuote,
                (State::FieldStart | State::Plain | State::QuoteInQuoted, byte) if byte == self.separator => {
                    fields.push(std::mem::take(&mut field));
                    State::FieldStart
                }
                (
                    State::FieldStart | State::Plain | State::QuoteInQuoted | State::ReturnAfterQuote,
                    b'\n',
                ) => {
                    if state == State::Plain && field.last() == Some(&b'\r') {
                        field.pop();
                    }
                    fields.push(field);
                    return Ok(Some((fields, true)));
                }
                (State::QuoteInQuoted, other) => {
                    field.extend_from_slice(&[b'"', other]);
                    State::Quoted
                }
                (State::ReturnAfterQuote, other) => {
                    field.extend_from_slice(&[b'"', b'\r', other]);
                    State::Quoted
                }
                (State::FieldStart | State::Plain, other) => {
                    field.push(other);
                    State::Plain
                }
            };
        }
        Ok(Some((fields, false)))
    }
}

fn trim_line_end(raw: &mut Vec<u8>) {
    while raw.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
        raw.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(file: &[u8], columns: Option<usize>) -> Vec<(u64, Result<Vec<String>, String>)> {
        let form = TableForm::of(Box::new(io::Cursor::new(file.to_vec()))).unwrap();
        let mut records = CsvRecords::of(form);
        records.columns = columns;
        rest(records)
    }

    fn rest(mut records: CsvRecords) -> Vec<(u64, Result<Vec<String>, String>)> {
        let mut found = Vec::new();
        while let Some(record) = records.next().unwrap() {
            found.push(match record {
                Record::Fields { line, fields, .. } => (
                    line,
                    Ok(fields.iter().map(|field| String::from_utf8_lossy(field).into_owned()).collect()),
                ),
                Record::Refused { line, why, .. } => (line, Err(why)),
            });
        }
        found
    }

    fn fields(texts: &[&str]) -> Result<Vec<String>, String> {
        Ok(texts.iter().map(|text| (*text).to_owned()).collect())
    }

    #[test]
    fn quotes_line_breaks_and_quotes_inside_quotes() {
        let file =
            b"a,\"b, \"\"B\"\"\",c\r\n\n\"the \"new\" lamp, red\",\"two\nlines\",\"\"\r\nlast,5\" wide,x";
        assert_eq!(
            all(file, Some(3)),
            [
                (1, fields(&["a", "b, \"B\"", "c"])),
                (3, fields(&["the \"new\" lamp, red", "two\nlines", ""])),
                (5, fields(&["last", "5\" wide", "x"])),
            ]
        );
    }

    #[test]
    fn an_unclosed_quote_costs_its_own_line_only() {
        let found = all(b"1,a\n2,\"open\n3,c\n4,d", Some(2));
        assert_eq!(found[0], (1, fields(&["1", "a"])));
        assert!(found[1].0 == 2 && found[1].1.as_ref().unwrap_err().contains("not closed"));
        assert_eq!(found[2..], [(3, fields(&["3", "c"])), (4, fields(&["4", "d"]))]);
    }

    #[test]
    fn a_record_with_too_few_or_too_many_fields_is_refused_and_a_long_line_passed_over() {
        let mut file = b"1,a,more\nshort\n3,".to_vec();
        file.extend(std::iter::repeat_n(b'x', 3 * RECORD_LIMIT));
        file.extend_from_slice(b"\n4,d\n");
        let found = all(&file, Some(2));
        assert_eq!(
            found.iter().map(|(line, read)| (*line, read.is_ok())).collect::<Vec<_>>(),
            [(1, false), (2, false), (3, false), (4, true)]
        );
    }

    #[test]
    fn a_table_is_the_same_however_a_spreadsheet_wrote_it() {
        let table = "name,note,\r\n\"Kessel; \"\"rot\"\"\",\"a, b\",\r\nzwei,\"ü|\",\r\n,,\r\n,,\r\n";
        let semicolons = "name;note;\n\"Kessel; \"\"rot\"\"\";a, b;\nzwei;\"ü|\";;\n;;\n";
        let tabs = "name\tnote\t\n\"Kessel; \"\"rot\"\"\"\ta, b\t\nzwei\tü|\t\n\t\t\n";
        let utf16 = |text: &str, mark: bool, big: bool| -> Vec<u8> {
            let text = if mark { format!("\u{feff}{text}") } else { text.to_owned() };
            text.encode_utf16()
                .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
                .collect()
        };
        for (kind, file) in [
            ("commas", table.as_bytes().to_vec()),
            ("a mark", format!("\u{feff}{table}").into_bytes()),
            (
                "a mark and quotes",
                format!("\u{feff}{}", table.replacen("name,note", "\"name\",\"note\"", 1)).into_bytes(),
            ),
            ("a comment", format!("# of a story\n\n{semicolons}").into_bytes()),
            ("a told separator", format!("sep=,\r\n{table}").into_bytes()),
            ("a told separator in quotes", format!("\u{feff}\"sep=;\"\r\n{semicolons}").into_bytes()),
            ("semicolons", semicolons.as_bytes().to_vec()),
            ("tabs", tabs.as_bytes().to_vec()),
            ("Unicode text", utf16(tabs, true, false)),
            ("UTF-16, big", utf16(table, true, true)),
            ("UTF-16 without mark", utf16(semicolons, false, false)),
            ("carriage returns alone", table.replace("\r\n", "\r").into_bytes()),
        ] {
            let (header, records) = CsvRecords::open(Box::new(io::Cursor::new(file))).unwrap();
            assert_eq!(header, [b"name".to_vec(), b"note".to_vec(), Vec::new()], "{kind}");
            let rows: Vec<_> = rest(records).into_iter().map(|(_, row)| row.unwrap()).collect();
            assert_eq!(rows, [["Kessel; \"rot\"", "a, b", ""], ["zwei", "ü|", ""]], "{kind}");
        }
    }

    #[test]
    fn lines_are_counted_as_they_stand_in_the_file() {
        let file = b"sep=;\n# a comment\na;b\n1;2\n\n;\n3\n";
        let (_, records) = CsvRecords::open(Box::new(io::Cursor::new(file.to_vec()))).unwrap();
        let lines: Vec<(u64, bool)> = rest(records).iter().map(|(line, row)| (*line, row.is_ok())).collect();
        assert_eq!(lines, [(4, true), (7, false)]);
    }
}
