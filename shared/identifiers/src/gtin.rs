//! Global Trade Item Numbers (barcodes), GS1 General Specifications, section 3 and 7.9.

use crate::IdentifierError;
use crate::text_form::{check_digits, check_length, compact, text_form};

/// A GTIN-8, -12, -13 or -14 with the right check digit, kept as 14 digits so that one product has one value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Gtin(String);

text_form!(Gtin);

/// Example numbers of GS1 documents and tutorials that sellers copy, as 14 digits.
const COPIED_EXAMPLES: [&str; 3] = ["05901234123457", "04012345678901", "00614141000036"];

impl Gtin {
    /// Reads a GTIN of 8, 12, 13 or 14 digits; spaces and hyphens may stand anywhere.
    ///
    /// # Errors
    ///
    /// Another length, anything but digits, a wrong check digit.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let digits = compact(text, &['-', '\u{2010}', '\u{2011}', '\u{2013}']);
        check_digits(&digits)?;
        check_length(&digits, &[8, 12, 13, 14], "8, 12, 13 or 14")?;
        let padded = format!("{digits:0>14}");
        let (body, found) = padded.split_at(13);
        let expected = check_digit(body);
        match found.chars().next() {
            Some(found) if found != expected => Err(IdentifierError::CheckDigit { found, expected }),
            _ => Ok(Self(padded)),
        }
    }

    /// The 14 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The shortest usual form: 8, 12, 13 or 14 digits, as printed under the barcode.
    pub fn display_short(&self) -> &str {
        let leading_zeros = self.0.bytes().take_while(|digit| *digit == b'0').count();
        let omitted = match leading_zeros {
            0 => 0,
            1 => 1,
            2..=5 => 2,
            _ => 6,
        };
        &self.0[omitted..]
    }

    /// Whether the number is for use inside one company or region, so that two products may share it: GS1 prefixes 02, 04
    /// and 20 to 29, and GTIN-8 that begin with 0 or 2.
    pub fn is_restricted(&self) -> bool {
        let short = self.display_short();
        if short.len() == 8 {
            return short.starts_with(['0', '2']);
        }
        // The prefix stands in the 13-digit form; the first of the 14 digits only says how many items are packed.
        matches!(&self.0[1..3], "02" | "04") || self.0[1..].starts_with('2')
    }

    /// Whether the number stands for no product: zeros or another single digit throughout, a count such as 1234567890128,
    /// GS1's demonstration prefix 952, an example copied from a document.
    pub fn is_placeholder(&self) -> bool {
        let short = self.display_short();
        let body = &short.as_bytes()[..short.len() - 1];
        let all_steps = |step: u8| body.windows(2).all(|pair| (pair[0] - b'0' + step) % 10 == pair[1] - b'0');
        all_steps(0)
            || all_steps(1)
            || self.0[1..].starts_with("952")
            || COPIED_EXAMPLES.contains(&self.0.as_str())
    }
}

/// Modulo 10 over 13 digits, weights 3 and 1 from the right.
fn check_digit(body: &str) -> char {
    let weighted = body.bytes().rev().zip([3, 1].into_iter().cycle());
    let sum: u32 = weighted.map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    char::from_digit((10 - sum % 10) % 10, 10).unwrap_or('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_product_has_one_number_however_it_is_printed() {
        let gtin = Gtin::parse("6291041500213").unwrap();
        assert_eq!(gtin.as_str(), "06291041500213");
        for written in [" 6291041500213 ", "629-1041-50021-3", "6 291041 500213", "06291041500213"] {
            assert_eq!(Gtin::parse(written), Ok(gtin.clone()), "{written}");
        }
        for printed in ["96385074", "036000291452", "6291041500213", "10614141000415"] {
            assert_eq!(Gtin::parse(printed).unwrap().display_short(), printed);
        }
    }

    #[test]
    fn a_mistake_is_named() {
        for (written, message) in [
            ("6291041500214", "check digit is 4, expected 3"),
            ("62910415002", "has 11 characters, expected 8, 12, 13 or 14"),
            ("629104150021O", "has 'O' at position 13, expected a digit"),
            ("٦291041500213", "has '٦' at position 1, expected a digit"),
            ("", "has 0 characters, expected 8, 12, 13 or 14"),
        ] {
            assert_eq!(Gtin::parse(written).unwrap_err().to_string(), message, "{written}");
        }
    }

    #[test]
    fn numbers_that_do_not_identify_a_product_are_recognised() {
        // (written, restricted, placeholder)
        for (written, restricted, placeholder) in [
            ("6291041500213", false, false),
            ("2012345678903", true, false),
            ("0212345678909", true, false),
            ("412345678903", true, false),
            ("22001234500009", true, false),
            ("20614141000412", false, false), // the first 2 says how it is packed
            ("20000004", true, false),
            ("00000000", true, true),
            ("00000000000000", true, true),
            ("1234567890128", false, true),
            ("1111111111116", false, true),
            ("9524000059109", false, true),
            ("5901234123457", false, true),
        ] {
            let gtin = Gtin::parse(written).unwrap();
            assert_eq!((gtin.is_restricted(), gtin.is_placeholder()), (restricted, placeholder), "{written}");
        }
    }
}
