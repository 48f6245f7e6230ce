//! Content lines: escaped, and folded at 75 octets (RFC 5545, 3.1 and 3.3.11).
//!
//! Invariant: no value begins a line of its own, whatever it holds, and no character is cut.

/// Octets of a line, its end not counted.
const LONGEST_LINE: usize = 75;

/// Lines as they are written.
#[derive(Default)]
pub(crate) struct Lines(String);

impl Lines {
    /// `head` is name and parameters; `value` is written as it is.
    pub(crate) fn line(&mut self, head: &str, value: &str) {
        let mut octets = 0;
        let whole = head.chars().chain([':']).chain(value.chars());
        for character in whole.filter(|character| !character.is_control()) {
            if octets + character.len_utf8() > LONGEST_LINE {
                self.0.push_str("\r\n ");
                octets = 1;
            }
            self.0.push(character);
            octets += character.len_utf8();
        }
        self.0.push_str("\r\n");
    }

    /// A value that is text: escaped.
    pub(crate) fn text(&mut self, head: &str, value: &str) {
        self.line(head, &escaped(value));
    }

    pub(crate) fn finish(self) -> String {
        self.0
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.replace("\r\n", "\n").chars() {
        match character {
            '\\' | ';' | ',' => out.extend(['\\', character]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\n"),
            other if other.is_control() => out.push(' '),
            other => out.push(other),
        }
    }
    out
}

/// The value of a parameter, in quotes. It can hold no quote itself, so that one becomes an apostrophe.
pub(crate) fn quoted(value: &str) -> String {
    let inner: String = value
        .chars()
        .map(|character| match character {
            '"' => '\'',
            other if other.is_control() => ' ',
            other => other,
        })
        .collect();
    format!("\"{inner}\"")
}

/// A line as it was read, unfolded.
pub(crate) struct Line<'a> {
    /// In upper case.
    pub(crate) name: String,
    pub(crate) parameters: Vec<(String, String)>,
    pub(crate) value: &'a str,
}

impl<'a> Line<'a> {
    /// Reads `NAME;PARAMETER="VALUE":VALUE`; none if it is no such line.
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        let mut quoted = false;
        let mut cuts = Vec::new();
        let mut colon = None;
        for (at, character) in text.char_indices() {
            match character {
                '"' => quoted = !quoted,
                ';' if !quoted => cuts.push(at),
                ':' if !quoted => {
                    colon = Some(at);
                    break;
                }
                _ => {}
            }
        }
        let colon = colon?;
        cuts.push(colon);
        let name = text.get(..*cuts.first()?)?;
        let is_name =
            !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
        let mut parameters = Vec::new();
        for pair in cuts.windows(2) {
            let (key, value) = text.get(pair[0] + 1..pair[1])?.split_once('=')?;
            parameters.push((key.to_ascii_uppercase(), value.trim_matches('"').to_owned()));
        }
        is_name.then(|| Self {
            name: name.to_ascii_uppercase(),
            parameters,
            value: text.get(colon + 1..).unwrap_or_default(),
        })
    }

    pub(crate) fn parameter(&self, key: &str) -> Option<&str> {
        self.parameters.iter().find(|(found, _)| found == key).map(|(_, value)| value.as_str())
    }
}
