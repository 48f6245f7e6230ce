//! An alert, as far as it is needed to see what training is about.

use jiff::Timestamp;
use seamless_identifiers::CountryCode;
use serde::{Deserialize, Serialize};

use crate::domain::model::{EventStatus, ProductCategory, RiskType};

/// An alert that is in force for the authority that was told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownAlert {
    /// `notifications/{notification}`.
    pub name: String,
    /// Whether it is meant.
    pub status: EventStatus,
    /// From when on it counts.
    pub time: Timestamp,
    pub facts: AlertFacts,
}

/// What is kept of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertFacts {
    /// Each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hazards: Vec<RiskType>,
    /// None where it is not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<ProductCategory>,
    /// The countries where the product was made, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<CountryCode>,
    /// Whether it is known to be sold online.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sold_online: bool,
    /// It counts from the first day of its month, or year, since another system told no day.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub day_unknown: bool,
}
