//! Freight container numbers, ISO 6346.

use crate::IdentifierError;
use crate::text_form::{check_characters, check_length, check_number, compact, text_form};

/// A container number: owner code (3 letters), category U, J or Z, serial number (6 digits), check digit.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContainerNumber(String);

text_form!(ContainerNumber);

impl ContainerNumber {
    /// Reads a container number; small letters, spaces, hyphens and a slash before the check digit are tolerated.
    ///
    /// # Errors
    ///
    /// Another length than 11, a character that cannot stand where it stands, a wrong check digit.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let number = compact(text, &['-', '/']);
        check_length(&number, &[11], "11")?;
        check_characters(&number, "a letter", |at, found| at > 3 || found.is_ascii_uppercase())?;
        check_characters(&number, "U, J or Z", |at, found| at != 4 || matches!(found, 'U' | 'J' | 'Z'))?;
        check_characters(&number, "a digit", |at, found| at < 5 || found.is_ascii_digit())?;

        let (body, found) = number.split_at(10);
        let expected = check_number(body);
        match found.chars().next() {
            Some(found) if found != expected => Err(IdentifierError::CheckDigit { found, expected }),
            _ => Ok(Self(number)),
        }
    }

    /// The 11 characters without separators.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The owner code with the category, such as `MWCU`, as registered with the BIC.
    pub fn owner(&self) -> &str {
        &self.0[..4]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_painted_and_typed() {
        for written in ["MWCU6059784", "mwcu 605978-4", "MWCU 605978/4"] {
            assert_eq!(ContainerNumber::parse(written).unwrap().as_str(), "MWCU6059784", "{written}");
        }
        assert_eq!(ContainerNumber::parse("CBHU3202732").unwrap().owner(), "CBHU");
        assert_eq!(
            ContainerNumber::parse("CSQU3054383").unwrap().as_str(),
            "CSQU3054383",
            "the standard's example"
        );
    }

    /// The remainder by the standard's table, written out.
    fn remainder(body: &str) -> u32 {
        const VALUES: [u32; 26] = [
            10, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 34, 35, 36,
            37, 38,
        ];
        let value = |symbol: char| {
            symbol.to_digit(10).unwrap_or_else(|| VALUES[usize::try_from(u32::from(symbol) - 65).unwrap()])
        };
        body.chars().zip(0..).map(|(symbol, power)| value(symbol) * 2_u32.pow(power)).sum::<u32>() % 11
    }

    #[test]
    fn the_check_digit_follows_the_standards_table_and_ten_is_written_zero() {
        for letter in 'A'..='Z' {
            for serial in [0, 1, 54_383, 999_999] {
                let body = format!("{letter}{letter}QU{serial:06}");
                assert_eq!(check_number(&body).to_digit(10), Some(remainder(&body) % 10), "{body}");
            }
        }
        let ten =
            (0..1_000).map(|serial| format!("MSKU{serial:06}")).find(|body| remainder(body) == 10).unwrap();
        assert!(ContainerNumber::parse(&format!("{ten}0")).is_ok(), "ten is written 0: {ten}");
    }

    #[test]
    fn a_mistake_is_named() {
        for (written, message) in [
            ("MWCU6059782", "check digit is 2, expected 4"),
            ("MWCU60597845", "has 12 characters, expected 11"),
            ("MW0U6059784", "has '0' at position 3, expected a letter"),
            ("MWCA6059784", "has 'A' at position 4, expected U, J or Z"),
            ("MWCU60S9784", "has 'S' at position 7, expected a digit"),
            ("ÄWCU6059784", "has 'Ä' at position 1, expected a letter"),
        ] {
            assert_eq!(ContainerNumber::parse(written).unwrap_err().to_string(), message, "{written}");
        }
    }
}
