//! What is kept of searches for manufacturers, and by what a product is identified: of the feed of the notifications service.

use jiff::Timestamp;
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};

use crate::domain::model::{CandidateState, EventStatus, TraceOutcome, TraceQuestionState, TraceState};

/// A field of an alert by which a manufacturer may be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentifyingField {
    Gtin,
    Brand,
    Model,
    Batch,
    Picture,
    ManufacturerName,
    ManufacturerAddress,
    CreditCode,
    Listing,
}

impl IdentifyingField {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Gtin,
        Self::Brand,
        Self::Model,
        Self::Batch,
        Self::Picture,
        Self::ManufacturerName,
        Self::ManufacturerAddress,
        Self::CreditCode,
        Self::Listing,
    ];
}

/// A search for the manufacturer, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceFact {
    pub name: String,
    /// Of which sending.
    pub sending: String,
    pub status: EventStatus,
    pub authority: AuthorityId,
    pub state: TraceState,
    pub opened: Timestamp,
    pub steps: Vec<TraceStepFact>,
    /// How it ended; none while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conclusion: Option<ConclusionFact>,
}

/// A step of a search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceStepFact {
    pub state: TraceState,
    pub time: Timestamp,
}

/// How a search ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConclusionFact {
    pub outcome: TraceOutcome,
    pub time: Timestamp,
    /// Paths of fields that stood in the way by their absence, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
}

/// A company that may be the manufacturer, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CandidateFact {
    pub name: String,
    pub status: EventStatus,
    pub state: CandidateState,
    /// Per cent.
    pub confidence: u32,
    pub added: Timestamp,
}

/// A question to the notifier, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionFact {
    pub name: String,
    pub status: EventStatus,
    pub state: TraceQuestionState,
    pub asked: Timestamp,
    /// When it was answered or withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Timestamp>,
    /// Paths of the fields that it is about, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// Whether fields were updated for it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_update: bool,
}

/// The sending that a trace, a candidate or a question belongs to: `notifications/{notification}/transmissions/{authority}`.
#[must_use]
pub fn sending_of(name: &str) -> &str {
    let end = name.match_indices('/').nth(3).map_or(name.len(), |(at, _)| at);
    name.get(..end).unwrap_or(name)
}
