//! What is kept of the feed of the consignments service: controls, pre-inspections, hours of arrivals, plans, reliabilities, approvals.

use jiff::{Timestamp, civil::Date};
use seamless_identifiers::CountryCode;
use seamless_identity::{ArrangementId, AuthorityId};
use serde::{Deserialize, Serialize};

use super::KnowledgeFact;
use crate::domain::model::{
    ApprovalState, ControlOutcome, ControlState, EventStatus, InspectionOutcome, InspectionState, Lane,
    Selection, Verdict,
};

/// An examination at import, as it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ControlFact {
    pub name: String,
    pub status: EventStatus,
    /// Who examined.
    pub authority: AuthorityId,
    pub state: ControlState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<ControlOutcome>,
    /// Earlier outcomes, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<CorrectionFact>,
    pub examined: Timestamp,
    /// When a suspension is to be decided; none for what was decided at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// When it was decided or released; none while it is suspended, and where that was not kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Timestamp>,
    /// UN/LOCODE; none where the reader is not shown the goods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry_point: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// How the goods came to be examined; none where the reader is not shown it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selection: Option<Selection>,
    /// Whether a screening led to it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_screened: bool,
    /// The logged probability of the selection; none where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// The lane that the screening would have given without the lot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lane: Option<Lane>,
    /// The inspection body, where a pre-inspection covered the goods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Whether that pre-inspection passed the goods, and counted for them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_passed: bool,
    /// How many alerts the goods matched when they were screened.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub matched_alerts: u64,
    /// What the screening knew; none where there was none, and where the reader is not shown it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub knowledge: Option<Box<KnowledgeFact>>,
    /// The day whose plan chose the goods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan_day: Option<Date>,
    /// Whether an alert was made of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_alert: bool,
    /// The arrangement under which another side shows it; none for one of the reader's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown_under: Option<ArrangementId>,
}

/// An outcome that stood before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionFact {
    pub outcome: ControlOutcome,
    /// Until when it stood.
    pub time: Timestamp,
}

/// A pre-inspection, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InspectionFact {
    pub name: String,
    pub status: EventStatus,
    pub originator: AuthorityId,
    pub state: InspectionState,
    pub body: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<InspectionOutcome>,
    pub inspected: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown_under: Option<ArrangementId>,
}

/// What an entry point screened in an hour.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArrivalsFact {
    /// `{entry point}/{hour}`.
    pub name: String,
    pub entry_point: String,
    /// When the hour began.
    pub hour: Timestamp,
    pub counts: Vec<ArrivalCount>,
}

/// How many screenings of one kind there were in an hour.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArrivalCount {
    pub count: u64,
    /// How many unsafe ones are expected among them.
    pub expected_unsafe: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lane: Option<Lane>,
    /// The lane without the lot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lane_without_lot: Option<Lane>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selection: Option<Selection>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<CountryCode>,
    /// Of countries with few screenings in the hour, which are counted together.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_of_several_origins: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_inspected: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_alert_matched: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_capacity_exhausted: bool,
}

/// What became of the plan of a day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanFact {
    /// `entryPoints/{port}/plans/{date}`.
    pub name: String,
    pub day: Date,
    /// How many examinations there could be.
    pub capacity: u64,
    /// The share of them that is kept for random draws; none where the configured one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub random_floor: Option<f64>,
    /// Examinations given out by lot, for expected harm, and because alerts or criteria demanded them.
    #[serde(default, skip_serializing_if = "is_unused")]
    pub used: [u64; 3],
    /// The expected harm from which goods were targeted at the last screening of the day; none where nothing was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    pub selections: Vec<PlannedFact>,
}

/// What became of those that a plan chose in one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedFact {
    pub selection: Selection,
    pub selected: u64,
    /// By the end of the day.
    pub examined: u64,
}

/// The verdicts on an inspection body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustFact {
    /// `inspectionBodies/{body}/trust/{trust}`.
    pub name: String,
    pub body: String,
    pub area: String,
    /// UN/LOCODE; empty over all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub entry_point: String,
    /// Each with the time from which on it stands.
    pub verdicts: Vec<VerdictStep>,
}

/// A verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictStep {
    pub verdict: Verdict,
    pub time: Timestamp,
}

/// An approval of pre-export control.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApprovalFact {
    pub name: String,
    pub body: String,
    pub area: String,
    /// The share that is still examined at random.
    pub check_frequency: f64,
    pub valid_from: Date,
    pub valid_until: Date,
    /// Every decision, in order.
    pub decisions: Vec<ApprovalStep>,
}

/// A decision on an approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalStep {
    pub state: ApprovalState,
    pub time: Timestamp,
}

impl TrustFact {
    /// This, with the verdicts that were known before.
    #[must_use]
    pub fn following(self, known: Self) -> Self {
        let mut verdicts = known.verdicts;
        for step in self.verdicts {
            let is_known = verdicts.iter().any(|one| one.time == step.time && one.verdict == step.verdict);
            if !is_known {
                verdicts.push(step);
            }
        }
        verdicts.sort_by_key(|step| step.time);
        verdicts.dedup_by_key(|step| step.verdict);
        Self { verdicts, ..self }
    }
}

impl ControlFact {
    /// What was found, as it was known at this instant: a correction counts from its time on, a suspension is open until it was
    /// decided.
    #[must_use]
    pub fn outcome_at(&self, at: Timestamp) -> Option<ControlOutcome> {
        if self.is_open_at(at) || self.state == ControlState::Released {
            return None;
        }
        let corrected = self.corrections.iter().find(|correction| correction.time >= at);
        corrected.map(|correction| correction.outcome).or(self.outcome)
    }

    /// Whether it was suspended at this instant, neither decided nor released.
    #[must_use]
    pub fn is_open_at(&self, at: Timestamp) -> bool {
        let ended_later = self.due.is_some() && self.decided.is_some_and(|time| time >= at);
        self.state == ControlState::Suspended || ended_later
    }

    /// Whether it was released without an outcome before this instant.
    #[must_use]
    pub fn is_released_at(&self, at: Timestamp) -> bool {
        self.state == ControlState::Released && !self.is_open_at(at)
    }
}

fn is_unused(used: &[u64; 3]) -> bool {
    *used == [0; 3]
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}
