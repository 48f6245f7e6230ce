//! The section `needs`: how needs are worked out of alerts.

use std::path::PathBuf;

use seamless_program::check_within;
use seamless_service::config::{InvalidSetting, Validate};
use serde::Deserialize;

use crate::domain::needs::{PRODUCT_AREAS, ProductAreas};

/// How needs are worked out of alerts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NeedSettings {
    /// A file of product areas; none for those of the program.
    #[serde(default)]
    pub product_areas: Option<PathBuf>,
    /// The most alerts that an answer is worked out of.
    pub most_alerts: u64,
    /// The longest period that is asked about, in days.
    pub longest_days: u32,
    /// How many alerts of a topic are named at most.
    pub named: usize,
}

/// Product areas that cannot be used, with their file and why.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct WrongProductAreas(String);

impl Validate for NeedSettings {
    fn validate(&self) -> Result<(), InvalidSetting> {
        check_within("most_alerts", self.most_alerts, 1..=10_000_000)?;
        check_within("longest_days", self.longest_days, 1..=36_500)?;
        check_within("named", self.named, 0..=100)
    }
}

impl NeedSettings {
    /// The product areas of the file, or those of the program.
    ///
    /// # Errors
    /// Which file is wrong, and why.
    pub fn read_areas(&self) -> Result<ProductAreas, WrongProductAreas> {
        let Some(path) = &self.product_areas else {
            return ProductAreas::parse(PRODUCT_AREAS).map_err(WrongProductAreas);
        };
        let wrong = |why: &dyn std::fmt::Display| WrongProductAreas(format!("{}: {why}", path.display()));
        let text = std::fs::read_to_string(path).map_err(|error| wrong(&error))?;
        ProductAreas::parse(&text).map_err(|why| wrong(&why))
    }
}
