//! The traits that every identifier with a textual form has, and the steps that their parsers share.

use crate::IdentifierError;

/// Implements everything that follows from `parse` and `as_str`.
macro_rules! text_form {
    ($type:ident) => {
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl From<$type> for String {
            fn from(value: $type) -> String {
                value.as_str().to_owned()
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        crate::text_form::text_input!($type);
    };
}

/// Implements every way to make a value from text, all through `parse`.
macro_rules! text_input {
    ($type:ident) => {
        impl std::str::FromStr for $type {
            type Err = crate::IdentifierError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl TryFrom<&str> for $type {
            type Error = crate::IdentifierError;

            fn try_from(text: &str) -> Result<Self, Self::Error> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $type {
            type Error = crate::IdentifierError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(crate) use {text_form, text_input};

/// The text in capitals without white space and the given separators.
pub(crate) fn compact(text: &str, separators: &[char]) -> String {
    let kept = text.chars().filter(|c| !c.is_whitespace() && !separators.contains(c));
    kept.map(|c| c.to_ascii_uppercase()).collect()
}

/// Refuses a text that has another number of characters than one of `allowed`, which `expected` puts into words.
pub(crate) fn check_length(
    text: &str,
    allowed: &[usize],
    expected: &'static str,
) -> Result<(), IdentifierError> {
    let found = text.chars().count();
    if allowed.contains(&found) { Ok(()) } else { Err(IdentifierError::Length { found, expected }) }
}

/// Refuses a text with a character that `may_stand` does not accept at its position (from 1).
pub(crate) fn check_characters(
    text: &str,
    expected: &'static str,
    may_stand: impl Fn(usize, char) -> bool,
) -> Result<(), IdentifierError> {
    match text.chars().zip(1..).find(|(found, position)| !may_stand(*position, *found)) {
        Some((found, position)) => Err(IdentifierError::Character { found, position, expected }),
        None => Ok(()),
    }
}

/// Refuses a text with anything but the digits 0 to 9.
pub(crate) fn check_digits(text: &str) -> Result<(), IdentifierError> {
    check_characters(text, "a digit", |_, found| found.is_ascii_digit())
}

/// As much of a text as an error should repeat; the text may be of any length.
pub(crate) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 40;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The check digit of digits and capitals by ISO 6346: letters count 10, 12, 13 … 38 (without multiples of 11), weights are the powers of two from the left, the remainder
/// by 11 is the check digit, 10 being written 0.
pub(crate) fn check_number(body: &str) -> char {
    let mut sum = 0;
    for (position, symbol) in body.bytes().enumerate() {
        let value = match symbol {
            b'0'..=b'9' => u32::from(symbol - b'0'),
            _ => {
                let rank = u32::from(symbol.saturating_sub(b'A'));
                // 11, 22 and 33 are skipped: once after A, again after K, again after U.
                rank + 10 + u32::from(rank > 0) + u32::from(rank > 10) + u32::from(rank > 20)
            }
        };
        sum += value << position;
    }
    char::from_digit(sum % 11 % 10, 10).unwrap_or('0')
}
