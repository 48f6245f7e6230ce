//! What is known of a risk model besides what it learned: whose it is, what it learned from, and what it does.

use jiff::Timestamp;
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};

use super::vocabulary::ModelState;

/// A version of a side's risk model. What it learned never changes; its state does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RiskModel {
    /// The contact point of the side that it belongs to.
    pub side: AuthorityId,
    /// Counts the side's versions, from 1 on.
    pub number: u32,
    pub state: ModelState,
    /// Outcomes that it learned from, those of its parents included.
    pub outcomes: u64,
    /// How many of them were unsafe; 0 where it was imported, since a model does not tell.
    pub found_unsafe: u64,
    /// The last outcome that it learned or passed over: when it came to be known, and its control.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub learned_until: Option<(Timestamp, String)>,
    /// Of its content, lower-case hexadecimal.
    pub sha256: String,
    /// Of its content, in octets.
    pub size: u64,
    /// The number of the version that it goes on from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<u32>,
    pub imported: bool,
    pub create_time: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activate_time: Option<Timestamp>,
    /// Counts every change of state, from 1 on.
    pub revision: i64,
}

impl RiskModel {
    /// Its resource name.
    #[must_use]
    pub fn name(&self) -> String {
        model_name(&self.side, self.number)
    }

    /// The place in the order of outcomes behind which none is known to it. Of an imported one nobody can tell what it
    /// learned elsewhere, so only what came to be known after it arrived counts as new to it.
    #[must_use]
    pub fn knows_until(&self) -> Option<(Timestamp, String)> {
        match (&self.learned_until, self.imported) {
            (None, true) => Some((self.create_time, String::new())),
            (place, _) => place.clone(),
        }
    }
}

/// `models/{authority}.{number}`.
#[must_use]
pub fn model_name(side: &AuthorityId, number: u32) -> String {
    format!("models/{side}.{number}")
}

/// Side and number of a model's name; none if it is no such name.
#[must_use]
pub fn parse_model_name(name: &str) -> Option<(AuthorityId, u32)> {
    let (side, digits) = name.strip_prefix("models/")?.split_once('.')?;
    let number: u32 = digits.parse().ok()?;
    (number.to_string() == digits).then_some(())?;
    Some((side.parse().ok()?, number))
}
