//! The risk level of a scenario: severity × probability, by the table of the EU's risk assessment guideline
//! [Implementing Decision (EU) 2019/417, part III, table 4].

use serde::{Deserialize, Serialize};
use strum::FromRepr;

use super::RiskLevel::{self, High, Low, Medium, Serious};

/// How bad an injury is, 1 (heals by itself) to 4 (kills or disables for ever).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, FromRepr)]
#[repr(i32)]
pub enum Severity {
    Minor = 1,
    Moderate = 2,
    Severe = 3,
    Fatal = 4,
}

/// Lower bounds (exclusive) of the probability bands, highest first; below the last is a band of its own.
const BANDS: [f64; 7] = [0.5, 0.1, 0.01, 0.001, 0.000_1, 0.000_01, 0.000_001];

/// A row for each band, a column for each severity.
const LEVELS: [[RiskLevel; 4]; 8] = [
    [High, Serious, Serious, Serious],
    [Medium, Serious, Serious, Serious],
    [Medium, Serious, Serious, Serious],
    [Low, High, Serious, Serious],
    [Low, Medium, High, Serious],
    [Low, Low, Medium, High],
    [Low, Low, Low, Medium],
    [Low, Low, Low, Low],
];

/// The level of a scenario of this severity and probability (above 0, at most 1, over the product's lifetime).
#[must_use]
pub fn level_of(severity: Severity, probability: f64) -> RiskLevel {
    let band = BANDS.iter().position(|bound| probability > *bound).unwrap_or(BANDS.len());
    LEVELS[band][severity as usize - 1]
}
