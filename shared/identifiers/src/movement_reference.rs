//! Movement reference numbers of customs declarations.
//!
//! Norm: Delegated Regulation (EU) 2015/2446, Annex B, data element 12 01 000 000: two digits of the year, the country, twelve
//! characters that the country gives, a letter of the procedure or a further such character, and a check digit reckoned as in
//! ISO 6346 over the seventeen characters before.

use crate::{
    IdentifierError,
    text_form::{check_characters, check_length, check_number, compact, text_form},
};

/// A movement reference number, 18 characters, such as `26NL000396123456J3`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MovementReference(String);

text_form!(MovementReference);

impl MovementReference {
    /// Reads a number; small letters and spaces are tolerated.
    ///
    /// # Errors
    ///
    /// Another length than 18, a character that cannot stand where it stands, a wrong check digit.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let number = compact(text, &[]);
        check_length(&number, &[18], "18")?;
        check_characters(&number, "a digit", |at, found| {
            !matches!(at, 1 | 2 | 18) || found.is_ascii_digit()
        })?;
        check_characters(&number, "a letter", |at, found| {
            !matches!(at, 3 | 4) || found.is_ascii_uppercase()
        })?;
        check_characters(&number, "a letter or a digit", |_, found| {
            found.is_ascii_uppercase() || found.is_ascii_digit()
        })?;
        let (body, found) = number.split_at(17);
        let expected = check_number(body);
        match found.chars().next() {
            Some(found) if found != expected => Err(IdentifierError::CheckDigit { found, expected }),
            _ => Ok(Self(number)),
        }
    }

    /// The number of which these are the first 17 characters, with its check digit.
    ///
    /// # Errors
    ///
    /// As for [`Self::parse`].
    pub fn of_body(body: &str) -> Result<Self, IdentifierError> {
        check_length(body, &[17], "17")?;
        check_characters(body, "a letter or a digit", |_, found| {
            found.is_ascii_uppercase() || found.is_ascii_digit()
        })?;
        Self::parse(&format!("{body}{}", check_number(body)))
    }

    /// The 18 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_with_their_check_digit() {
        // From the documentation of another generator of such numbers.
        let other = MovementReference::parse("22itzxbzyutjfljxk6").unwrap();
        assert_eq!(other.as_str(), "22ITZXBZYUTJFLJXK6");
        assert_eq!(MovementReference::of_body("22ITZXBZYUTJFLJXK").unwrap(), other);
        assert_eq!(MovementReference::of_body("26NL000396123456J").unwrap().as_str(), "26NL000396123456J3");
    }

    #[test]
    fn a_mistake_is_named() {
        for (written, message) in [
            ("26NL000396123456J4", "check digit is 4, expected 3"),
            ("26NL", "has 4 characters, expected 18"),
            ("2XNL000396123456J3", "has 'X' at position 2, expected a digit"),
            ("26N1000396123456J3", "has '1' at position 4, expected a letter"),
            ("26NL0003961234567J", "has 'J' at position 18, expected a digit"),
            ("26NL0003961234_6J3", "has '_' at position 15, expected a letter or a digit"),
        ] {
            assert_eq!(MovementReference::parse(written).unwrap_err().to_string(), message, "{written}");
        }
    }
}
