//! Cuts a JSON array into its elements without reading it whole. Only strings and brackets are followed; whether an
//! element is sound JSON is for its parser to say, so that one broken element does not cost the others.

use std::io::{self, BufRead, BufReader};

use super::bounded::{RECORD_LIMIT, Taken, peek};
use crate::import::ReadError;

/// The elements of an array.
pub struct JsonArray {
    source: BufReader<Box<dyn BufRead + Send>>,
    /// How many elements have begun.
    count: u64,
}

impl JsonArray {
    /// Reads the beginning of the array. `wanted` says what the array should hold, for messages.
    ///
    /// # Errors
    /// Anything but an array.
    pub fn open(source: Box<dyn BufRead + Send>, wanted: &str) -> Result<Self, ReadError> {
        let mut array = Self { source: BufReader::with_capacity(64 << 10, source), count: 0 };
        let start = || "start of the file".to_owned();
        let io = |source| ReadError::Io { place: start(), source };
        if array.after_blanks().map_err(io)? == Some(0xef) {
            // A byte order mark.
            array.source.consume(1);
            for wanted in [0xbb, 0xbf] {
                if peek(&mut array.source).map_err(io)? == Some(wanted) {
                    array.source.consume(1);
                }
            }
        }
        let found = match array.after_blanks().map_err(io)? {
            Some(b'[') => {
                array.source.consume(1);
                return Ok(array);
            }
            Some(b'{') => "an object; if it wraps the array, take the array out of it".to_owned(),
            Some(byte) => format!("the byte {:?}", char::from(byte)),
            None => "an empty file".to_owned(),
        };
        Err(ReadError::form(start(), format!("wants a json array of {wanted}; found {found}")))
    }

    /// How many elements have come so far.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Reads the next element into `element` (emptied first).
    ///
    /// # Errors
    /// The file ends within the array, or goes on after it.
    pub fn next(&mut self, element: &mut Vec<u8>) -> Result<Taken, ReadError> {
        element.clear();
        let place = self.place();
        let io = |source| ReadError::Io { place: place.clone(), source };
        if self.count > 0 {
            match self.after_blanks().map_err(io)? {
                Some(b',') => self.source.consume(1),
                Some(_) => return self.end(),
                None => return Err(ReadError::form(place, "the file ends within the array")),
            }
        }
        match self.after_blanks().map_err(io)? {
            Some(b']') => return self.end(),
            Some(b',') => return Err(ReadError::form(place, "nothing stands before the comma")),
            None => return Err(ReadError::form(place, "the file ends within the array")),
            Some(_) => {}
        }
        self.count += 1;
        self.element(element)
            .map_err(io)?
            .ok_or_else(|| ReadError::form(self.place(), "the file ends within the record"))
    }

    fn place(&self) -> String {
        if self.count == 0 { "start of the array".to_owned() } else { format!("record {}", self.count) }
    }

    /// Nothing may follow the array.
    fn end(&mut self) -> Result<Taken, ReadError> {
        self.source.consume(1);
        let place = format!("after the array of {} records", self.count);
        match self.after_blanks() {
            Ok(None) => Ok(Taken::End),
            Ok(Some(_)) => Err(ReadError::form(place, "more follows the end of the array")),
            Err(source) => Err(ReadError::Io { place, source }),
        }
    }

    fn after_blanks(&mut self) -> io::Result<Option<u8>> {
        loop {
            match peek(&mut self.source)? {
                Some(byte) if byte.is_ascii_whitespace() => self.source.consume(1),
                other => return Ok(other),
            }
        }
    }

    /// Copies one element; `None` where the file ends within it.
    fn element(&mut self, element: &mut Vec<u8>) -> io::Result<Option<Taken>> {
        let mut depth = 0_u64;
        let mut in_string = false;
        let mut escaped = false;
        let mut taken = Taken::Whole;
        loop {
            let Some(byte) = peek(&mut self.source)? else { return Ok(None) };
            // A comma or the closing bracket at the top ends the element and is left where it is.
            if !in_string && depth == 0 && matches!(byte, b',' | b']') {
                return Ok(Some(taken));
            }
            self.source.consume(1);
            if element.len() < RECORD_LIMIT {
                element.push(byte);
            } else {
                taken = Taken::TooLong;
            }
            match byte {
                _ if escaped => escaped = false,
                b'\\' if in_string => escaped = true,
                b'"' => in_string = !in_string,
                b'{' | b'[' if !in_string => depth += 1,
                // A bracket too many belongs to a broken element, whose parser will refuse it.
                b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(file: &str) -> Result<Vec<String>, ReadError> {
        let mut array = JsonArray::open(Box::new(io::Cursor::new(file.to_owned())), "recalls")?;
        let mut found = Vec::new();
        let mut element = Vec::new();
        while array.next(&mut element)? != Taken::End {
            found.push(String::from_utf8_lossy(&element).trim().to_owned());
        }
        Ok(found)
    }

    #[test]
    fn elements_come_one_by_one_also_broken_ones() {
        let file = "\u{feff} [ {\"a\": \"]},\\\"\"}, 5 ,{\"b\": [1, {}]} , {broken: ,\n{}]\n";
        assert_eq!(all(" []").unwrap(), Vec::<String>::new());
        // The bracket of the broken element is never closed, so its end cannot be told.
        assert!(all(file).unwrap_err().to_string().contains("ends within the record"));
        assert_eq!(
            all("[{\"a\": \"]},\\\"\"}, 5, {nonsense}]").unwrap(),
            ["{\"a\": \"]},\\\"\"}", "5", "{nonsense}"]
        );
    }

    #[test]
    fn what_is_no_array_is_refused_in_plain_words() {
        for (file, wanted) in [
            ("", "an empty file"),
            ("{\"recalls\": []}", "take the array out of it"),
            ("<html>", "the byte '<'"),
            ("[1 2", "the file ends within the record"),
            ("[{} {}]", ""),
            ("[1] 2", "more follows"),
            ("[,]", "before the comma"),
        ] {
            match all(file) {
                Err(error) => assert!(error.to_string().contains(wanted), "{file}: {error}"),
                // Two objects without a comma are one broken element, which its parser refuses.
                Ok(elements) => assert_eq!((file, elements.len()), ("[{} {}]", 1)),
            }
        }
    }

    #[test]
    fn a_huge_element_is_told_and_the_next_one_read() {
        let file = format!("[\"{}\", 2]", "x".repeat(2 * RECORD_LIMIT));
        let mut array = JsonArray::open(Box::new(io::Cursor::new(file)), "recalls").unwrap();
        let mut element = Vec::new();
        assert_eq!(array.next(&mut element).unwrap(), Taken::TooLong);
        assert_eq!(element.len(), RECORD_LIMIT);
        assert_eq!(array.next(&mut element).unwrap(), Taken::Whole);
        assert_eq!(array.next(&mut element).unwrap(), Taken::End);
    }
}
