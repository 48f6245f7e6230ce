//! What a model is told at its beginning, and keeps.
//!
//! Invariant: settings of a model are within bounds within which no rate becomes 0 or 1.

use thiserror::Error;

/// Settings of a model. The defaults were chosen on training data alone; see the README.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// The rate of bad items that is expected before any label; 0.000001 to 0.999999.
    pub prior_rate: f64,
    /// How many labels that expectation counts for; 0.01 to 1,000,000.
    pub prior_count: f64,
    /// How many labels of its own outweigh what a combination takes over from the coarser one: m in
    /// (bad + m·coarser) / (labels + m); 0.01 to 1,000,000.
    pub shrinkage: f64,
    /// How far one label moves the weights of the evidence; 0 (never: with one chain this is the plain hierarchical
    /// beta-binomial) to 1.
    pub learning_rate: f64,
    /// The most cells that are kept, 16 to 100,000,000; each takes some 60 bytes of memory, and 13 to 33 when exported.
    pub most_cells: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { prior_rate: 0.5, prior_count: 1.0, shrinkage: 2.0, learning_rate: 0.3, most_cells: 1_000_000 }
    }
}

/// A setting is out of bounds.
#[derive(Clone, Debug, Error, PartialEq)]
#[error("expected {name} between {least} and {most}, got {got}")]
pub struct SettingsError {
    /// Which.
    pub name: &'static str,
    /// The least it may be.
    pub least: f64,
    /// The most it may be.
    pub most: f64,
    /// What it was.
    pub got: f64,
}

impl Settings {
    pub(crate) fn checked(self) -> Result<Self, SettingsError> {
        let bounds = [
            ("prior_rate", 1e-6, 1.0 - 1e-6, self.prior_rate),
            ("prior_count", 0.01, 1e6, self.prior_count),
            ("shrinkage", 0.01, 1e6, self.shrinkage),
            ("learning_rate", 0.0, 1.0, self.learning_rate),
            ("most_cells", 16.0, 1e8, self.most_cells as f64),
        ];
        for (name, least, most, got) in bounds {
            // Written so that NaN is refused too.
            if !(least..=most).contains(&got) {
                return Err(SettingsError { name, least, most, got });
            }
        }
        Ok(self)
    }
}
