//! How people register for an activity.

use jiff::Timestamp;
use seamless_calendar::WallTime;
use seamless_identifiers::LocalizedText;
use serde::{Deserialize, Serialize};

use super::{AnswerKind, FormKey};

/// How people register.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegistrationTerms {
    pub capacity: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens: Option<WallTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closes: Option<WallTime>,
    #[serde(default)]
    pub approval: bool,
    #[serde(default)]
    pub waiting_list: bool,
    /// 0: who is next gets the seat at once.
    #[serde(default)]
    pub offer_hours: u32,
    #[serde(default)]
    pub smaller_may_overtake: bool,
    /// At least 1.
    pub largest_group: u32,
    /// Days after the last meeting; 0 as configured.
    #[serde(default)]
    pub retention_days: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub form: Vec<FormQuestion>,
}

/// Something that is asked of those who register.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormQuestion {
    pub id: FormKey,
    pub label: LocalizedText,
    pub kind: AnswerKind,
    #[serde(default)]
    pub required: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<FormChoice>,
    /// In characters, of a text.
    pub longest: u32,
}

/// One of the answers to choose from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormChoice {
    pub id: FormKey,
    pub label: LocalizedText,
}

impl RegistrationTerms {
    /// Until when an offer that is made now holds; none where seats are given at once.
    #[must_use]
    pub fn offer_until(&self, now: Timestamp) -> Option<Timestamp> {
        let hours = jiff::SignedDuration::from_hours(i64::from(self.offer_hours));
        (self.offer_hours > 0).then(|| now.checked_add(hours).unwrap_or(Timestamp::MAX))
    }
}
