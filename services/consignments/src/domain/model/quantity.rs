//! Quantities that can be compared and summed up exactly: whole thousandths of one unit for each kind of quantity.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Consignment, plain};

/// The kinds of quantities, each by the unit that it is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    Pieces,
    Pairs,
    Kilograms,
    Litres,
    Metres,
    SquareMetres,
}

/// A quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// Thousandths of the unit.
    pub thousandths: u64,
    pub unit: Unit,
}

/// Codes of UN/ECE Recommendation 20, of the supplementary units of the EU's tariff, and words that declarations bear, with
/// the unit and how many thousandths of it one is. Upper case, letters and digits alone.
const UNITS: [(&[&str], Unit, u32); 19] = [
    (
        &["", "C62", "H87", "NAR", "NMB", "EA", "PCE", "PCS", "PC", "PST", "PIECE", "PIECES"],
        Unit::Pieces,
        1_000,
    ),
    (&["DZN"], Unit::Pieces, 12_000),
    (&["CEN"], Unit::Pieces, 100_000),
    (&["MIL"], Unit::Pieces, 1_000_000),
    (&["NPR", "PR", "PAIR", "PAIRS"], Unit::Pairs, 1_000),
    (&["DPR"], Unit::Pairs, 12_000),
    (&["GRM", "G"], Unit::Kilograms, 1),
    (&["KGM", "KG"], Unit::Kilograms, 1_000),
    (&["DTN"], Unit::Kilograms, 100_000),
    (&["TNE", "T"], Unit::Kilograms, 1_000_000),
    (&["MLT", "ML"], Unit::Litres, 1),
    (&["LTR", "L"], Unit::Litres, 1_000),
    (&["HLT"], Unit::Litres, 100_000),
    (&["MTQ", "M3"], Unit::Litres, 1_000_000),
    (&["MMT", "MM"], Unit::Metres, 1),
    (&["CMT", "CM"], Unit::Metres, 10),
    (&["MTR", "M"], Unit::Metres, 1_000),
    (&["KMT", "KM"], Unit::Metres, 1_000_000),
    (&["MTK", "M2"], Unit::SquareMetres, 1_000),
];
/// As many thousandths as a column of the database holds; more is taken for this.
const MOST: u64 = 9_223_372_036_854_775_807;

impl Amount {
    /// So much of a unit, by its code; empty for pieces. None where the unit is not known, and for nothing: a quantity of 0 states
    /// none.
    #[must_use]
    pub fn of(quantity: f64, code: &str) -> Option<Self> {
        let code = plain(code);
        let (_, unit, one) = UNITS.iter().find(|(codes, ..)| codes.contains(&code.as_str()))?;
        let thousandths = (quantity * f64::from(*one)).round();
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "quantities are not negative; what is too large becomes the largest"
        )]
        let thousandths = (thousandths as u64).min(MOST);
        (thousandths > 0).then_some(Self { thousandths, unit: *unit })
    }

    /// The quantity in its unit, as near as a number with a point comes to it.
    #[must_use]
    pub fn number(self) -> f64 {
        #[allow(clippy::cast_precision_loss, reason = "exact up to 9 · 10¹² units")]
        let number = self.thousandths as f64;
        number / 1_000.0
    }
}

impl Consignment {
    /// How much there is, as far as it is stated in a unit that is known.
    #[must_use]
    pub fn amount(&self) -> Option<Amount> {
        Amount::of(self.quantity?, &self.quantity_unit)
    }
}

impl Unit {
    /// What it is called.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pieces => "pieces",
            Self::Pairs => "pairs",
            Self::Kilograms => "kg",
            Self::Litres => "l",
            Self::Metres => "m",
            Self::SquareMetres => "m2",
        }
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.thousandths / 1_000, self.thousandths % 1_000);
        let point = if rest > 0 { format!(".{rest:03}") } else { String::new() };
        write!(to, "{whole}{} {}", point.trim_end_matches('0'), self.unit.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_of_one_kind_are_one_and_others_are_not_guessed() {
        let told = |quantity, code| Amount::of(quantity, code).map(|amount| amount.to_string());
        for (quantity, code, wanted) in [
            (12_000.0, "", "12000 pieces"),
            (2.0, "dzn", "24 pieces"),
            (1.0, "p/st", "1 pieces"),
            (0.5, "TNE", "500 kg"),
            (0.1 + 0.2, "kg", "0.3 kg"),
            (1.0, "MTQ", "1000 l"),
            (40.0, "NPR", "40 pairs"),
        ] {
            assert_eq!(told(quantity, code).as_deref(), Some(wanted), "{quantity} {code}");
        }
        assert_eq!(told(1.0, "bales"), None);
        assert_eq!(Amount::of(f64::MAX, "").map(|amount| amount.thousandths), Some(MOST));
    }
}
