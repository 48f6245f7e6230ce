//! A control: what import control found on one consignment, from the suspension to the last correction.
//!
//! Invariant: a decided control has an outcome, one that is suspended or released has none; what was corrected is kept.

use jiff::{Timestamp, civil::Date};
use seamless_identifiers::Unlocode;
use seamless_identity::{ArrangementId, AuthorityId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Consignment, Examination, Facts, InspectionBodyId, InspectionId, Probability, ProductAreaId, Reason,
    Score, Screening, ScreeningId, TestResult, Unread,
    vocabulary::{ControlOutcome, ControlState, EventStatus, Lane, Selection},
};
use crate::domain::{
    DomainError,
    records::{Place, Record},
};

/// The key of a control. That of screened goods is the key of their first screening, so that they cannot have two.
pub type ControlId = Uuid;

/// A control.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Control {
    pub id: ControlId,
    /// Who examined.
    pub authority: AuthorityId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screening: Option<ScreeningId>,
    pub consignment: Consignment,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<ProductAreaId>,
    /// The pre-inspection that covered the goods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover: Option<Cover>,
    /// Where it counts, if the goods were declared for another entry point or product area when they were drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawn: Option<Box<Drawn>>,
    /// The day of the plan, in the entry point's time zone.
    pub date: Date,
    pub selection: Selection,
    /// The logged probability of the selection; 0 where an officer selected the goods.
    pub probability: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lane_otherwise: Option<Lane>,
    /// What the screening knew; none without one, and for controls of before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screened: Option<Box<Screened>>,
    /// What could not be read of goods that nothing screened, and is as if it had been left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<Unread>,
    pub state: ControlState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<ControlOutcome>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<TestResult>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub findings: String,
    pub examine_time: Timestamp,
    /// Of controls that began as a suspension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Due>,
    #[serde(default)]
    pub overdue: bool,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub follow_up_reference: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub notification: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub internal_note: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub release_reason: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<ControlCorrection>,
    /// When it was decided or released, whatever was corrected since; none while suspended, and for controls of before this
    /// was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decide_time: Option<Timestamp>,
    pub status: EventStatus,
    pub create_time: Timestamp,
    pub update_time: Timestamp,
    /// Counts every change from 1 on.
    pub revision: i64,
}

/// The pre-inspection that covered goods, as it was when the control was recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cover {
    pub inspection: InspectionId,
    pub body: InspectionBodyId,
    /// Who shared it, and under which arrangement: whom the outcome goes back to.
    pub originator: AuthorityId,
    pub arrangement: ArrangementId,
    /// True if it passed the goods, and counted.
    pub passed: bool,
    /// True if it does not count for these goods: they are goods that nobody checked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub doubted: bool,
}

/// Where goods were drawn, and as what they arrived: what is found of them later counts there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drawn {
    pub entry_point: Unlocode,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<ProductAreaId>,
}

/// What a screening knew and said, as it was when the control was recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Screened {
    pub time: Timestamp,
    /// Without what the reasons say already: contributions of the model, criteria, and the numbers of the scheme.
    pub facts: Facts,
    pub reasons: Vec<Reason>,
    pub probability: Probability,
}

impl Screened {
    /// What this screening knew and said.
    #[must_use]
    pub fn of(screening: &Screening) -> Self {
        let facts = &screening.facts;
        Self {
            time: screening.time,
            facts: Facts {
                score: Score { contributions: Vec::new(), evidence: Vec::new(), ..facts.score.clone() },
                criteria: Vec::new(),
                numbers: None,
                ..facts.clone()
            },
            reasons: screening.reasons.clone(),
            probability: screening.probability,
        }
    }
}

/// When a suspension must be decided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Due {
    /// The first instant at which it is too late.
    pub time: Timestamp,
    /// Rule, legal basis, and the days that do not count with why.
    pub explanation: String,
}

/// An outcome that was corrected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ControlCorrection {
    pub outcome: ControlOutcome,
    pub reason: String,
    pub time: Timestamp,
}

impl Control {
    /// Its resource name.
    #[must_use]
    pub fn name(&self) -> String {
        control_name(self.id)
    }

    /// SUSPENDED to DECIDED. Tests and findings that are empty leave those that were recorded.
    ///
    /// # Errors
    /// `IllegalTransition` from any other state.
    pub fn decide(
        &mut self,
        outcome: ControlOutcome,
        tests: Vec<TestResult>,
        findings: String,
        now: Timestamp,
    ) -> Result<(), DomainError> {
        self.require(ControlState::Suspended, "deciding")?;
        self.state = ControlState::Decided;
        self.decide_time = Some(now);
        self.outcome = Some(outcome);
        if !tests.is_empty() {
            self.tests = tests;
        }
        if !findings.is_empty() {
            self.findings = findings;
        }
        Ok(())
    }

    /// SUSPENDED to RELEASED.
    ///
    /// # Errors
    /// `IllegalTransition` from any other state.
    pub fn release(&mut self, reason: String, now: Timestamp) -> Result<(), DomainError> {
        self.require(ControlState::Suspended, "releasing")?;
        self.state = ControlState::Released;
        self.decide_time = Some(now);
        self.release_reason = reason;
        Ok(())
    }

    /// Puts another outcome in the place of a decided one, which is kept among the corrections.
    ///
    /// # Errors
    /// `IllegalTransition` unless it is decided; `Invalid` if the outcome is the one that stands.
    pub fn correct(
        &mut self,
        outcome: ControlOutcome,
        reason: String,
        now: Timestamp,
    ) -> Result<(), DomainError> {
        self.require(ControlState::Decided, "correcting")?;
        if self.outcome == Some(outcome) {
            return Err(DomainError::invalid("outcome", "is the one that stands: nothing to correct"));
        }
        if let Some(former) = self.outcome.replace(outcome) {
            self.corrections.push(ControlCorrection { outcome: former, reason, time: now });
        }
        Ok(())
    }

    /// Notes the alert that was made of it.
    ///
    /// # Errors
    /// `Twin` if it has one.
    pub fn link(&mut self, notification: String) -> Result<(), DomainError> {
        if !self.notification.is_empty() {
            let resource = self.notification.clone();
            return Err(DomainError::Twin { resource, what: "the alert of this control" });
        }
        self.notification = notification;
        Ok(())
    }

    fn require(&self, state: ControlState, verb: &'static str) -> Result<(), DomainError> {
        if self.state == state { Ok(()) } else { Err(DomainError::illegal(self.name(), self.state, verb)) }
    }

    /// What it tells, for `side`, at the time at which it is known; none without an outcome, and none of what is not
    /// actual.
    #[must_use]
    pub fn examination(&self, side: &AuthorityId, known_time: Timestamp) -> Option<Examination> {
        let outcome = self.outcome.filter(|_| self.status == EventStatus::Actual)?;
        let (place, area) = match self.drawn.as_deref() {
            Some(drawn) => (&drawn.entry_point, &drawn.area),
            None => (&self.consignment.entry_point, &self.area),
        };
        Some(Examination {
            control: self.name(),
            side: side.clone(),
            entry_point: place.clone(),
            date: self.date,
            examine_time: self.examine_time,
            known_time,
            area: area.clone(),
            body: self.cover.as_ref().filter(|cover| !cover.doubted).map(|cover| cover.body.clone()),
            passed: self.cover.as_ref().is_some_and(|cover| cover.passed),
            selection: self.selection,
            probability: self.probability,
            lane_otherwise: self.lane_otherwise,
            is_unsafe: outcome == ControlOutcome::Unsafe,
            screening: self.screening,
            consignment: self.consignment.clone(),
        })
    }
}

impl Record for Control {
    const KIND: &'static str = "control";
    type Place = Place;

    fn name(&self) -> String {
        Control::name(self)
    }

    fn place(&self) -> Place {
        let cover = self.cover.as_ref();
        Place {
            owner: self.authority.clone(),
            party: cover.map(|cover| cover.originator.clone()),
            arrangement: cover.map(|cover| cover.arrangement.clone()),
            group: cover.map(|cover| super::inspection_name(cover.inspection)).unwrap_or_default(),
            state: listed_state(self.state, self.outcome, self.overdue),
            order: self.create_time.as_microsecond(),
        }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}

/// State, outcome and overdue in one number: lists of controls are narrowed by all three. Tens are the outcome, hundreds
/// what is overdue.
fn listed_state(state: ControlState, outcome: Option<ControlOutcome>, overdue: bool) -> i32 {
    state as i32 + 10 * outcome.map_or(0, |outcome| outcome as i32) + 100 * i32::from(overdue)
}

/// The numbers of [`Place::state`] that controls in one of these states (empty for all), with this outcome and, if
/// wanted, overdue ones alone, can have; empty where all would do.
#[must_use]
pub fn listed_states(
    states: &[ControlState],
    outcome: Option<ControlOutcome>,
    overdue_only: bool,
) -> Vec<i32> {
    use ControlOutcome::{NonCompliant, Safe, Unsafe};
    use ControlState::{Decided, Released, Suspended};
    if states.is_empty() && outcome.is_none() && !overdue_only {
        return Vec::new();
    }
    let all = [
        (Suspended, None),
        (Released, None),
        (Decided, Some(Safe)),
        (Decided, Some(NonCompliant)),
        (Decided, Some(Unsafe)),
    ];
    let wanted = all.into_iter().filter(|(state, found)| {
        (states.is_empty() || states.contains(state)) && (outcome.is_none() || outcome == *found)
    });
    let numbers: Vec<i32> = wanted
        .flat_map(|(state, found)| [true, false].map(|overdue| (state, found, overdue)))
        .filter(|(.., overdue)| *overdue || !overdue_only)
        .map(|(state, found, overdue)| listed_state(state, found, overdue))
        .collect();
    // Wishes that exclude one another find nothing, which no control's number is.
    if numbers.is_empty() { vec![-1] } else { numbers }
}

/// `controls/{control}`.
#[must_use]
pub fn control_name(id: ControlId) -> String {
    format!("controls/{id}")
}

/// A suspension as the watch of due times finds it: those that are open stand in the order of their due times.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Suspension {
    pub control: ControlId,
    pub authority: AuthorityId,
    pub due: Timestamp,
    /// False once it ended or was told as overdue.
    pub open: bool,
}

impl Suspension {
    /// What suspensions that are still to be watched are found by.
    pub const OPEN: &'static str = "open";
}

impl Record for Suspension {
    const KIND: &'static str = "suspension";
    type Place = Place;

    fn name(&self) -> String {
        control_name(self.control)
    }

    fn place(&self) -> Place {
        Place {
            owner: self.authority.clone(),
            party: None,
            arrangement: None,
            group: if self.open { Self::OPEN } else { "closed" }.to_owned(),
            state: 0,
            order: self.due.as_microsecond(),
        }
    }

    /// It changes once.
    fn revision(&self) -> i64 {
        if self.open { 1 } else { 2 }
    }
}
