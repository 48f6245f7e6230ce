//! The closed vocabularies of tracing manufacturers. Each value has the number that it has in the contract.

use serde::{Deserialize, Serialize};
use strum::{EnumIter, FromRepr, IntoStaticStr};

/// Where a search for the manufacturer stands.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    FromRepr,
    IntoStaticStr,
    EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[repr(i32)]
pub enum TraceState {
    Open = 1,
    Waiting = 2,
    Concluded = 3,
}

/// What a search for the manufacturer found.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    FromRepr,
    IntoStaticStr,
    EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[repr(i32)]
pub enum TraceOutcome {
    ManufacturerConfirmed = 1,
    ManufacturerProbable = 2,
    NotTraced = 3,
}

/// What is held of a candidate.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    FromRepr,
    IntoStaticStr,
    EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[repr(i32)]
pub enum CandidateState {
    Proposed = 1,
    Confirmed = 2,
    Rejected = 3,
}

/// What a piece of evidence is.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    FromRepr,
    IntoStaticStr,
    EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[repr(i32)]
pub enum CandidateEvidenceKind {
    Document = 1,
    LabelPhoto = 2,
    CreditCode = 3,
    RegistryEntry = 4,
    ExporterDeclaration = 5,
    TestReport = 6,
    Other = 7,
}

/// Where a question stands.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    FromRepr,
    IntoStaticStr,
    EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[repr(i32)]
pub enum TraceQuestionState {
    Open = 1,
    Answered = 2,
    Withdrawn = 3,
}

/// What speaks for a suggested manufacturer.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    FromRepr,
    IntoStaticStr,
    EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[repr(i32)]
pub enum SuggestionReasonKind {
    SameCreditCode = 1,
    SameName = 2,
    SimilarName = 3,
    SameBrand = 4,
    SameGtinPrefix = 5,
    SimilarAddress = 6,
    ConfirmedEarlier = 7,
}
