//! Codes of ports, border posts and other places of trade, UN/LOCODE (UNECE Recommendation 16).

use crate::text_form::{check_characters, check_length, compact, text_form};
use crate::{CountryCode, IdentifierError};

/// A location code: a country and three characters, such as `CNSHA`. That the country exists is checked; the list of
/// places grows twice a year, so whether the place exists is not.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Unlocode {
    code: String,
    country: CountryCode,
}

text_form!(Unlocode);

impl Unlocode {
    /// Reads a code; small letters, spaces and hyphens are tolerated (`CN SHA`).
    ///
    /// # Errors
    ///
    /// Another length than 5, an unknown country, a place with other characters than A to Z and 2 to 9.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let code = compact(text, &['-']);
        check_length(&code, &[5], "5")?;
        check_characters(&code, "a letter", |at, found| at > 2 || found.is_ascii_uppercase())?;
        check_characters(&code, "a letter or a digit from 2 to 9", |at, found| {
            at < 3 || matches!(found, 'A'..='Z' | '2'..='9')
        })?;
        let country = CountryCode::parse(&code[..2])?;
        Ok(Self { code, country })
    }

    /// The five characters without a space.
    pub fn as_str(&self) -> &str {
        &self.code
    }

    /// The country in which the place lies.
    pub fn country(&self) -> CountryCode {
        self.country
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_read_with_its_country() {
        let shanghai = Unlocode::parse("cn sha").unwrap();
        assert_eq!((shanghai.as_str(), shanghai.country().name_en()), ("CNSHA", "China"));
        assert_eq!(Unlocode::parse("US22E").unwrap().as_str(), "US22E");
    }

    #[test]
    fn a_mistake_is_named() {
        for (written, message) in [
            ("XXSHA", "country is \"XX\", expected a code of iso 3166-1 alpha-2"),
            ("CNSH", "has 4 characters, expected 5"),
            ("CNSH0", "has '0' at position 5, expected a letter or a digit from 2 to 9"),
            ("C1SHA", "has '1' at position 2, expected a letter"),
        ] {
            assert_eq!(Unlocode::parse(written).unwrap_err().to_string(), message, "{written}");
        }
    }
}
