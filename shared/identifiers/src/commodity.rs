//! Commodity codes of the Harmonized System and its European subdivisions.
//!
//! Norm: HS Convention (2, 4, 6 digits); Regulation (EEC) No 2658/87 (CN 8, TARIC 10 digits). The first six digits mean
//! the same in all countries; digits 7 to 10 are read as European ones, other countries subdivide in their own way.

use crate::IdentifierError;
use crate::text_form::{check_digits, check_length, compact, text_form};

/// A chapter, heading, HS subheading, CN code or TARIC code: 2, 4, 6, 8 or 10 digits without separators.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CommodityCode(String);

text_form!(CommodityCode);

/// How fine a commodity code is; the finer, the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CommodityCodeKind {
    /// 2 digits.
    Chapter,
    /// 4 digits.
    Heading,
    /// 6 digits, the finest that is common to all countries.
    Hs6,
    /// 8 digits, the European Combined Nomenclature.
    Cn8,
    /// 10 digits, the European TARIC.
    Taric10,
}

impl CommodityCode {
    /// Reads a code; points and spaces may stand anywhere (`9503.00.21`).
    ///
    /// # Errors
    ///
    /// An odd or another length, anything but digits, a chapter other than 01 to 97 or the reserved 77.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let digits = compact(text, &['.']);
        check_digits(&digits)?;
        check_length(&digits, &[2, 4, 6, 8, 10], "2, 4, 6, 8 or 10")?;
        let chapter = &digits[..2];
        if chapter == "00" || chapter == "77" || chapter > "97" {
            let found = chapter.to_owned();
            return Err(IdentifierError::Value { part: "chapter", found, expected: "01 to 97 without 77" });
        }
        Ok(Self(digits))
    }

    /// The digits without separators.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How fine the code is.
    pub fn kind(&self) -> CommodityCodeKind {
        match self.0.len() {
            2 => CommodityCodeKind::Chapter,
            4 => CommodityCodeKind::Heading,
            6 => CommodityCodeKind::Hs6,
            8 => CommodityCodeKind::Cn8,
            _ => CommodityCodeKind::Taric10,
        }
    }

    /// The chapter, 2 digits.
    pub fn chapter(&self) -> &str {
        &self.0[..2]
    }

    /// The heading, 4 digits, unless the code is only a chapter.
    pub fn heading(&self) -> Option<&str> {
        self.0.get(..4)
    }

    /// The HS subheading, 6 digits, unless the code is coarser.
    pub fn hs6(&self) -> Option<&str> {
        self.0.get(..6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_gives_its_coarser_codes() {
        let toy = CommodityCode::parse("9503.00 21").unwrap();
        assert_eq!((toy.as_str(), toy.kind()), ("95030021", CommodityCodeKind::Cn8));
        assert_eq!((toy.chapter(), toy.heading(), toy.hs6()), ("95", Some("9503"), Some("950300")));

        let heading = CommodityCode::parse("8516").unwrap();
        assert_eq!(
            (heading.kind(), heading.heading(), heading.hs6()),
            (CommodityCodeKind::Heading, Some("8516"), None)
        );
        assert!(
            CommodityCode::parse("8516310090").unwrap().kind()
                > CommodityCode::parse("851631").unwrap().kind()
        );
    }

    #[test]
    fn a_mistake_is_named() {
        for (written, message) in [
            ("95030", "has 5 characters, expected 2, 4, 6, 8 or 10"),
            ("950300210000", "has 12 characters, expected 2, 4, 6, 8 or 10"),
            ("9503x0", "has 'X' at position 5, expected a digit"),
            ("770000", "chapter is \"77\", expected 01 to 97 without 77"),
            ("9801", "chapter is \"98\", expected 01 to 97 without 77"),
            ("00", "chapter is \"00\", expected 01 to 97 without 77"),
        ] {
            assert_eq!(CommodityCode::parse(written).unwrap_err().to_string(), message, "{written}");
        }
    }
}
