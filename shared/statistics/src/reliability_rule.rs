//! The thresholds by which an inspection body is called reliable.

use serde::{Deserialize, Serialize};

use crate::StatisticsError;

/// When an inspection body counts as reliable: what the two sides have agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReliabilityRule {
    /// With fewer random examinations there is no verdict; nor any on usefulness with fewer of unchecked goods. At
    /// least 1.
    pub minimum_examinations: u32,
    /// The highest false-pass rate that is still reliable; between 0 and 1.
    pub highest_false_pass_rate: f64,
    /// How probable a verdict must be; at least 0.5 and below 1, such as 0.95.
    pub credibility: f64,
    /// Useful is a body whose false-pass rate is below this many times the unsafe rate of unchecked goods; above 0, at
    /// most 1.
    pub useful_ratio: f64,
    /// As many examinations the parent group weighs at most; above 0, at most 1e6.
    pub shrinkage_strength: f64,
}

impl ReliabilityRule {
    /// Refuses thresholds that make no rule.
    ///
    /// # Errors
    /// [`StatisticsError::Rule`] with the field, its range and what it was.
    pub fn check(&self) -> Result<(), StatisticsError> {
        let rates = 0.0..1.0;
        let checks = [
            (
                "minimum_examinations",
                "at least 1",
                f64::from(self.minimum_examinations),
                self.minimum_examinations >= 1,
            ),
            (
                "highest_false_pass_rate",
                "above 0 and below 1",
                self.highest_false_pass_rate,
                self.highest_false_pass_rate > 0.0 && rates.contains(&self.highest_false_pass_rate),
            ),
            (
                "credibility",
                "at least 0.5 and below 1",
                self.credibility,
                (0.5..1.0).contains(&self.credibility),
            ),
            (
                "useful_ratio",
                "above 0 and at most 1",
                self.useful_ratio,
                self.useful_ratio > 0.0 && self.useful_ratio <= 1.0,
            ),
            (
                "shrinkage_strength",
                "above 0 and at most 1e6",
                self.shrinkage_strength,
                self.shrinkage_strength > 0.0 && self.shrinkage_strength <= 1e6,
            ),
        ];
        match checks.into_iter().find(|(.., holds)| !holds) {
            Some((field, wanted, got, _)) => Err(StatisticsError::Rule { field, wanted, got }),
            None => Ok(()),
        }
    }
}
