//! China's unified social credit codes for organisations, GB 32100-2015.

use crate::IdentifierError;
use crate::text_form::{check_characters, check_length, compact, text_form};

/// The alphabet in the order of its values, 0 to 30; I, O, S, V and Z are left out.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// A unified social credit code: registering department, category, administrative division (6 digits), organisation (9
/// characters), check character; 18 characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnifiedSocialCreditCode(String);

text_form!(UnifiedSocialCreditCode);

impl UnifiedSocialCreditCode {
    /// Reads a code; small letters, spaces and hyphens are tolerated.
    ///
    /// # Errors
    ///
    /// Another length than 18, a character outside the alphabet or, in the administrative division, other than a digit, a
    /// wrong check character.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let code = compact(text, &['-']);
        check_length(&code, &[18], "18")?;
        check_characters(&code, "a digit or a letter other than I, O, S, V, Z", |_, found| {
            value(found).is_some()
        })?;
        check_characters(&code, "a digit", |at, found| !(3..=8).contains(&at) || found.is_ascii_digit())?;

        let (body, found) = code.split_at(17);
        let expected = check_character(body);
        match found.chars().next() {
            Some(found) if found != expected => Err(IdentifierError::CheckDigit { found, expected }),
            _ => Ok(Self(code)),
        }
    }

    /// The 18 characters without separators.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The administrative division that registered the organisation, 6 digits of GB/T 2260.
    pub fn division(&self) -> &str {
        &self.0[2..8]
    }
}

fn value(symbol: char) -> Option<usize> {
    ALPHABET.iter().position(|letter| char::from(*letter) == symbol)
}

/// Modulo 31 with the powers of 3 as weights from the left; the check character brings the sum to a multiple of 31.
fn check_character(body: &str) -> char {
    let mut weight = 1;
    let mut sum = 0;
    for symbol in body.chars() {
        sum += value(symbol).unwrap_or(0) * weight;
        weight = weight * 3 % 31;
    }
    char::from(ALPHABET[(31 - sum % 31) % 31])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_known_companies_are_read() {
        for (written, division) in [
            ("914403001922038216", "440300"),
            ("91330100799655058b", "330100"),
            ("9144 0300 7152 6726 XG", "440300"),
        ] {
            let code = UnifiedSocialCreditCode::parse(written).unwrap();
            assert_eq!(code.division(), division, "{written}");
            assert_eq!(code.as_str().len(), 18);
        }
    }

    #[test]
    fn a_mistake_is_named() {
        for (written, message) in [
            ("914403001922038217", "check digit is 7, expected 6"),
            ("91440300192203821", "has 17 characters, expected 18"),
            (
                "9144O3001922038216",
                "has 'O' at position 5, expected a digit or a letter other than I, O, S, V, Z",
            ),
            ("9144A3001922038216", "has 'A' at position 5, expected a digit"),
        ] {
            assert_eq!(
                UnifiedSocialCreditCode::parse(written).unwrap_err().to_string(),
                message,
                "{written}"
            );
        }
    }

    #[test]
    fn a_wrong_character_never_passes() {
        let code = "91330100799655058B";
        for at in 0..18 {
            for letter in ALPHABET.iter().map(|letter| char::from(*letter)) {
                let mut symbols: Vec<char> = code.chars().collect();
                if symbols[at] == letter {
                    continue;
                }
                symbols[at] = letter;
                let changed: String = symbols.into_iter().collect();
                assert!(UnifiedSocialCreditCode::parse(&changed).is_err(), "{changed}");
            }
        }
    }
}
