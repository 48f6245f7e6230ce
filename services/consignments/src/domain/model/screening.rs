//! How one arriving consignment was decided, with all that it was decided from.

use jiff::Timestamp;
use seamless_identifiers::Unlocode;
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    CertificateReference, Consignment, Counted, Coverage, InspectionBodyId, InspectionId, Kept, LaneOverride,
    Lot, Probability, ProductAreaId,
    vocabulary::{EventStatus, InspectionOutcome, Lane, ReasonKind, ScreeningState, Selection, Verdict},
};

/// The key of a screening.
pub type ScreeningId = Uuid;

/// A screening.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Screening {
    pub id: ScreeningId,
    /// Who asked.
    pub authority: AuthorityId,
    pub consignment: Consignment,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<ProductAreaId>,
    pub status: EventStatus,
    pub time: Timestamp,
    pub facts: Facts,
    pub lane: Lane,
    /// The lane that the goods would have had, had the lot not drawn them.
    pub lane_otherwise: Lane,
    pub probability: Probability,
    pub reasons: Vec<Reason>,
    pub draw: Draw,
    /// The last of them holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<LaneOverride>,
    /// What an officer said of the goods when they were declared otherwise, where the decision is as strict by itself: it holds for
    /// the versions to come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier_word: Option<Box<LaneOverride>>,
    /// The screening of the same goods that holds in its place; kept beside the document, which stays as it was decided.
    #[serde(skip)]
    pub superseded_by: Option<ScreeningId>,
    /// Counts every change from 1 on; kept beside the document.
    #[serde(skip, default = "first_revision")]
    pub revision: i64,
}

fn first_revision() -> i64 {
    1
}

/// What a decision was made from, besides the goods: enough to make it again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// `models/{model}`, and what it said.
    pub model: String,
    pub score: Score,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shadow: Option<ShadowScore>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alerts: Vec<MatchedAlert>,
    /// The time up to which alerts were known; none where none were ever followed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alerts_known_until: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inspections: Vec<MatchedInspection>,
    /// Certificates that are invoked and do not count, as `{body}/{certificate}`, with why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubtful_certificates: Vec<(String, Doubt)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub criteria: Vec<CriterionHit>,
    pub harm_weight: f64,
    /// The numbers of the scheme that held at the time, so that a later change of them is no reason to decide otherwise;
    /// none before the decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numbers: Option<Numbers>,
    /// What could not be read of the goods, and is as if it had been left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<Unread>,
    /// Which version of its declaration it is where other goods were declared by the same number before; else what the goods keep
    /// says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// The goods name an earlier declaration of others that have a place in the plan, or should have been examined when there was no
    /// capacity.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub demanded: bool,
    /// The pre-inspection that the goods of an earlier declaration failed, which these name or share the documents of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<InspectionId>,
}

/// Something of the goods that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// The path of the field.
    pub field: String,
    /// What it wants, and what it got.
    pub description: String,
}

impl Facts {
    /// The matched pre-inspection whose certificate is `{body}/{certificate}`.
    #[must_use]
    pub fn inspection_under(&self, name: &str) -> Option<&MatchedInspection> {
        let reference = CertificateReference::parse(name)?;
        self.inspections.iter().find(|one| {
            one.coverage.as_deref().is_some_and(|coverage| reference.means(&one.body, &coverage.certificate))
        })
    }
}

/// The numbers of the scheme by which goods are decided; stored as a list in this order, since every screening holds them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "[f64; 5]", into = "[f64; 5]")]
pub struct Numbers {
    /// A match with an alert from this probability on is examined before all others.
    pub mandatory_match: f64,
    /// How probably goods are unsafe that are the product of an alert.
    pub alerted_unsafe: f64,
    /// How probably goods are unsafe that failed their pre-inspection, at least.
    pub failed_unsafe: f64,
    /// From these probabilities of being unsafe on: documents, check after release.
    pub yellow_from: f64,
    pub blue_from: f64,
}

impl From<[f64; 5]> for Numbers {
    fn from([mandatory_match, alerted_unsafe, failed_unsafe, yellow_from, blue_from]: [f64; 5]) -> Self {
        Self { mandatory_match, alerted_unsafe, failed_unsafe, yellow_from, blue_from }
    }
}

impl From<Numbers> for [f64; 5] {
    fn from(numbers: Numbers) -> Self {
        let Numbers { mandatory_match, alerted_unsafe, failed_unsafe, yellow_from, blue_from } = numbers;
        [mandatory_match, alerted_unsafe, failed_unsafe, yellow_from, blue_from]
    }
}

/// What a model said.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// 0 to 1.
    pub probability: f64,
    pub lower: f64,
    pub upper: f64,
    pub observations: f64,
    /// As scores of before evidence was kept hold the strongest: feature with its value, log-odds, observations; the rate
    /// of all goods (`all`) among them. Empty in later ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contributions: Vec<(String, f64, f64)>,
    /// What moved it most, the strongest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
}

/// What earlier outcomes of goods that are alike in some features add to a score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The features, as the model's layout names them: `hs/4 + origin`.
    pub key: String,
    /// Against what is known of goods alike in the coarser key.
    pub log_odds: f64,
    /// None where the model was made before outcomes were counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted: Option<Counted>,
    /// The coarser key; empty for all goods.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub coarser: String,
}

/// What a model in shadow said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShadowScore {
    pub model: String,
    pub score: f64,
}

/// An alert that the goods match.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MatchedAlert {
    /// `notifications/{notification}`.
    pub notification: String,
    /// 0 to 1.
    pub probability: f64,
    /// `gtin`, `listing`, `brand and model`, `model`, `brand and name` and others, of fields and of the description; last
    /// the words of the description that agree.
    pub matched_by: Vec<String>,
}

/// A pre-inspection that the goods match.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MatchedInspection {
    pub id: InspectionId,
    pub version: u32,
    pub body: InspectionBodyId,
    pub outcome: InspectionOutcome,
    /// `certificate`, `container`, `transport document`, `unique consignment reference`, `lot`, `gtin`, `model`.
    pub matched_by: String,
    pub verdict: Verdict,
    /// How much rarer unsafe goods are among what the body passed than among what nobody checked; for reliable bodies, where
    /// enough of both was examined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ratio: Option<f64>,
    /// Why it does not count; none if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubt: Option<Doubt>,
    /// What its certificate covers of the goods; none where it did not pass them, and in screenings of before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage: Option<Box<Coverage>>,
}

/// Why a certificate or a pre-inspection does not count for goods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    Unknown,
    Revoked,
    Expired,
    OtherVersion,
    OtherGoods,
    OtherExporter,
    OtherConsignment,
    OtherQuantity,
    Overdrawn,
    UsedUp,
    AfterArrival,
}

impl Doubt {
    /// Whether it rests on what others have used, and not on the certificate and the goods alone.
    #[must_use]
    pub fn is_of_use(self) -> bool {
        matches!(self, Self::Overdrawn | Self::UsedUp)
    }
}

/// A criterion whose conditions the goods meet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CriterionHit {
    /// `criteria/{criterion}`.
    pub criterion: String,
    pub lane: Lane,
    /// The probability with which it is applied.
    pub probability: f64,
    /// Whether it was, by the draw of this screening.
    pub applied: bool,
}

/// One reason of a decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    pub kind: ReasonKind,
    /// Log-odds; 0 where it moved the lane alone.
    pub weight: f64,
    /// What it refers to.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subject: String,
    #[serde(default)]
    pub observations: f64,
    /// Of a model: the outcomes behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted: Option<Counted>,
    /// Of a model: the features that it compares with, as its layout names them; empty for all goods.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub coarser: String,
}

impl Reason {
    /// A reason that rests on no counts.
    #[must_use]
    pub fn of(kind: ReasonKind, weight: f64, subject: String) -> Self {
        Self { kind, weight, subject, observations: 0.0, counted: None, coarser: String::new() }
    }
}

/// How the goods came to be examined or not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draw {
    pub entry_point: Unlocode,
    /// The day of the plan, in the entry point's time zone.
    pub date: jiff::civil::Date,
    pub selection: Selection,
    /// The propensity, 0 to 1.
    pub probability: f64,
    pub expected_harm: f64,
    /// Infinite where nothing was targeted.
    #[serde(with = "infinite_as_null")]
    pub threshold: f64,
    /// The share of goods just at the threshold that is targeted.
    pub share_at: f64,
    /// From when on documents were checked; none where the probabilities of the scheme held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub yellow: Option<CheckedFrom>,
    /// From when on goods were checked after release; none where the probabilities of the scheme held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blue: Option<CheckedFrom>,
    /// What was left of the capacity before, and how many arrivals were expected to come.
    pub targeted_left: u32,
    pub random_left: u32,
    pub expected_to_come: f64,
    /// What its draws are keyed by; none for the screening's own key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<Lot>,
    /// Of an amendment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<Box<Kept>>,
}

/// From which expected harm on goods got a check.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckedFrom {
    /// Infinite where no check was left.
    #[serde(with = "infinite_as_null")]
    pub expected_harm: f64,
    /// The share of goods at just this that gets it.
    pub share_at: f64,
}

impl Screening {
    /// Its resource name.
    #[must_use]
    pub fn name(&self) -> String {
        screening_name(self.id)
    }

    /// Whether it holds.
    #[must_use]
    pub fn state(&self) -> ScreeningState {
        match self.superseded_by {
            None => ScreeningState::Current,
            Some(_) => ScreeningState::Superseded,
        }
    }

    /// Whether another decision on the same goods held before.
    #[must_use]
    pub fn is_amendment(&self) -> bool {
        self.draw.kept.as_ref().is_some_and(|kept| kept.supersedes)
    }

    /// The pre-inspection that covers the goods, if one counts.
    #[must_use]
    pub fn covering_inspection(&self) -> Option<&MatchedInspection> {
        self.facts.inspections.iter().find(|inspection| inspection.doubt.is_none())
    }
}

/// `screenings/{screening}`.
#[must_use]
pub fn screening_name(id: ScreeningId) -> String {
    format!("screenings/{id}")
}

/// JSON has no infinity.
mod infinite_as_null {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        number.is_finite().then_some(*number).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        Ok(Option::<f64>::deserialize(deserializer)?.unwrap_or(f64::INFINITY))
    }
}
