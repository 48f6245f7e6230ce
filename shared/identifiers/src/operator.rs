//! Numbers of economic operators in the European Union: EORI and VAT. Only their form is checked; whether one is issued
//! is known to the Commission's EORI and VIES services alone.

use crate::text_form::{check_characters, compact, excerpt, text_form};
use crate::{CountryCode, IdentifierError};

/// An EORI number [Delegated Regulation (EU) 2015/2446, Annex B]: the country that issued it and up to 15 characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Eori(String);

text_form!(Eori);

/// The members of the Union, and who else issues EORI numbers: the United Kingdom, as GB and, for Northern Ireland, XI.
const EORI_ISSUERS: [&str; 29] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE", "IT",
    "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "XI",
];

impl Eori {
    /// Reads an EORI number; small letters, spaces, points and hyphens are tolerated.
    ///
    /// # Errors
    ///
    /// A country that issues none, no or more than 15 characters after it, anything but letters and digits.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let number = compact(text, &['-', '.']);
        check_characters(&number, "a letter or a digit", |_, found| found.is_ascii_alphanumeric())?;
        if !(3..=17).contains(&number.len()) {
            return Err(IdentifierError::Length { found: number.len(), expected: "3 to 17" });
        }
        let issuer = &number[..2];
        if !EORI_ISSUERS.contains(&issuer) {
            let expected = "a member of the european union, GB or XI";
            return Err(IdentifierError::Value { part: "country", found: issuer.to_owned(), expected });
        }
        Ok(Self(number))
    }

    /// The number without separators.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A VAT identification number [Directive 2006/112/EC, Article 215]: the country, with EL for Greece, and what it issues.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VatNumber(String);

text_form!(VatNumber);

/// What follows the prefix, as published by VIES: `9` a digit, `A` a letter, `*` either, anything else itself.
const VAT_FORMS: &[(&str, &[&str], &str)] = &[
    ("AT", &["U99999999"], "U and 8 digits after AT"),
    ("BE", &["0999999999", "1999999999"], "10 digits, the first 0 or 1, after BE"),
    ("BG", &["999999999", "9999999999"], "9 or 10 digits after BG"),
    ("CY", &["99999999A"], "8 digits and a letter after CY"),
    ("CZ", &["99999999", "999999999", "9999999999"], "8 to 10 digits after CZ"),
    ("DE", &["999999999"], "9 digits after DE"),
    ("DK", &["99999999"], "8 digits after DK"),
    ("EE", &["999999999"], "9 digits after EE"),
    ("EL", &["999999999"], "9 digits after EL"),
    ("ES", &["A9999999*", "99999999A"], "9 characters, the first or the last a letter, after ES"),
    ("FI", &["99999999"], "8 digits after FI"),
    ("FR", &["**999999999"], "2 characters and 9 digits after FR"),
    ("HR", &["99999999999"], "11 digits after HR"),
    ("HU", &["99999999"], "8 digits after HU"),
    ("IE", &["9*99999A", "9999999AA"], "8 or 9 characters after IE"),
    ("IT", &["99999999999"], "11 digits after IT"),
    ("LT", &["999999999", "999999999999"], "9 or 12 digits after LT"),
    ("LU", &["99999999"], "8 digits after LU"),
    ("LV", &["99999999999"], "11 digits after LV"),
    ("MT", &["99999999"], "8 digits after MT"),
    ("NL", &["999999999B99"], "9 digits, B and 2 digits after NL"),
    ("PL", &["9999999999"], "10 digits after PL"),
    ("PT", &["999999999"], "9 digits after PT"),
    (
        "RO",
        &["99", "999", "9999", "99999", "999999", "9999999", "99999999", "999999999", "9999999999"],
        "2 to 10 digits after RO",
    ),
    ("SE", &["999999999999"], "12 digits after SE"),
    ("SI", &["99999999"], "8 digits after SI"),
    ("SK", &["9999999999"], "10 digits after SK"),
    (
        "XI",
        &["999999999", "999999999999", "GD999", "HA999"],
        "9 or 12 digits, GD or HA and 3 digits after XI",
    ),
];

impl VatNumber {
    /// Reads a VAT number; small letters, spaces, points and hyphens are tolerated.
    ///
    /// # Errors
    ///
    /// A prefix that VIES does not know, a form that the country does not issue.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let number = compact(text, &['-', '.']);
        check_characters(&number, "a letter or a digit", |_, found| found.is_ascii_alphanumeric())?;
        let (prefix, rest) = number.split_at(number.len().min(2));
        let Some((_, forms, expected)) = VAT_FORMS.iter().find(|(known, ..)| *known == prefix) else {
            let expected = "a vies prefix (a member of the european union, EL for greece, or XI)";
            return Err(IdentifierError::Value { part: "prefix", found: prefix.to_owned(), expected });
        };
        if !forms.iter().any(|form| fits(rest, form)) {
            return Err(IdentifierError::Value { part: "vat number", found: excerpt(&number), expected });
        }
        Ok(Self(number))
    }

    /// The number without separators.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The country that issued the number; `None` for XI, which is a part of one.
    pub fn country(&self) -> Option<CountryCode> {
        match &self.0[..2] {
            "EL" => CountryCode::parse("GR").ok(),
            prefix => CountryCode::parse(prefix).ok(),
        }
    }
}

fn fits(text: &str, form: &str) -> bool {
    let symbol_fits = |(symbol, wanted): (u8, u8)| match wanted {
        b'9' => symbol.is_ascii_digit(),
        b'A' => symbol.is_ascii_uppercase(),
        b'*' => symbol.is_ascii_alphanumeric(),
        literal => symbol == literal,
    };
    text.len() == form.len() && text.bytes().zip(form.bytes()).all(symbol_fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_are_read_as_their_countries_write_them() {
        for written in ["DE1234567", "fr 12345678900012", "XI123456789000", "GB 123456789000"] {
            assert!(Eori::parse(written).is_ok(), "{written}");
        }
        for (written, number, country) in [
            ("BE 0403.170.701", "BE0403170701", Some("BE")),
            ("nl123456789b01", "NL123456789B01", Some("NL")),
            ("EL123456789", "EL123456789", Some("GR")),
            ("ATU12345678", "ATU12345678", Some("AT")),
            ("ESX1234567X", "ESX1234567X", Some("ES")),
            ("IE1234567FA", "IE1234567FA", Some("IE")),
            ("XIGD123", "XIGD123", None),
        ] {
            let vat = VatNumber::parse(written).unwrap();
            assert_eq!((vat.as_str(), vat.country().map(|country| country.as_str())), (number, country));
        }
    }

    #[test]
    fn a_mistake_is_named() {
        for (written, message) in [
            ("CN1234567", "country is \"CN\", expected a member of the european union, GB or XI"),
            ("DE", "has 2 characters, expected 3 to 17"),
            ("DE12345678901234567", "has 19 characters, expected 3 to 17"),
            ("DE12/3", "has '/' at position 5, expected a letter or a digit"),
        ] {
            assert_eq!(Eori::parse(written).unwrap_err().to_string(), message, "{written}");
        }
        for (written, message) in [
            ("DE12345678", "vat number is \"DE12345678\", expected 9 digits after DE"),
            (
                "GR123456789",
                "prefix is \"GR\", expected a vies prefix (a member of the european union, EL for greece, or XI)",
            ),
            (
                "",
                "prefix is \"\", expected a vies prefix (a member of the european union, EL for greece, or XI)",
            ),
        ] {
            assert_eq!(VatNumber::parse(written).unwrap_err().to_string(), message, "{written}");
        }
    }

    #[test]
    fn every_member_of_the_union_issues_both_numbers() {
        let vat_prefixes = VAT_FORMS.iter().map(|(prefix, ..)| if *prefix == "EL" { "GR" } else { prefix });
        let mut issuers: Vec<&str> = vat_prefixes.chain(["GB"]).collect();
        issuers.sort_unstable();
        assert_eq!(issuers, EORI_ISSUERS);
    }
}
