//! A follow-up: what the recipient of a notification does about it. The states and the steps between them are here
//! and nowhere else.

use jiff::Timestamp;
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};

use super::{
    EconomicOperator, EventStatus, FollowUpState, Measure, NoMeasureReason, NotTracedReason, NotificationId,
    Transmission,
};
use crate::domain::error::{DomainError, Refusal};

/// The most measures that one follow-up holds.
pub const MAX_MEASURES: usize = 50;

/// The most steps that one follow-up records.
pub const MAX_STEPS: usize = 200;

/// One authority's investigation of one notification.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FollowUp {
    pub notification: NotificationId,
    /// The investigating authority: the follow-up's originator.
    pub authority: AuthorityId,
    pub state: FollowUpState,
    pub tracing: Option<Tracing>,
    pub measures: Vec<Measure>,
    pub no_measure: Option<NoMeasure>,
    pub steps: Vec<FollowUpStep>,
    pub internal_notes: Vec<String>,
    /// When the sending went that it is about; none in those that were written before it was kept.
    #[serde(default)]
    pub sending: Option<Timestamp>,
    pub create_time: Timestamp,
    pub update_time: Timestamp,
    pub status: EventStatus,
    /// Counts every change; the etag is made of it.
    pub revision: i64,
}

/// Whether the manufacturer was traced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tracing {
    pub outcome: TracingOutcome,
    pub note: String,
    /// Paths of fields of the notification whose absence stood in the way.
    pub missing_fields: Vec<String>,
}

/// The two ends of a search for the manufacturer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TracingOutcome {
    Traced(Box<EconomicOperator>),
    NotTraced(NotTracedReason),
}

/// The decision against a measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoMeasure {
    pub reason: NoMeasureReason,
    pub note: String,
}

/// One step that was taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FollowUpStep {
    pub state: FollowUpState,
    pub time: Timestamp,
    pub principal: String,
    pub note: String,
}

/// A step to be taken.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    RecordTracing(Tracing),
    AdoptMeasure(Box<Measure>, String),
    RecordNoMeasure(NoMeasure),
    Close(String),
    Reopen(String),
    /// The search goes on: the tracing result stands no more.
    ReopenTracing(String),
    /// The notification was sent again to an authority that had been taken off: whatever had been reached, the
    /// investigation goes on from there.
    TakeUp(String),
}

impl Step {
    /// What it is called, for messages.
    #[must_use]
    pub fn verb(&self) -> &'static str {
        match self {
            Step::RecordTracing(_) => "recording a tracing result",
            Step::AdoptMeasure(..) => "adopting a measure",
            Step::RecordNoMeasure(_) => "recording that there is no measure",
            Step::Close(_) => "closing",
            Step::Reopen(_) | Step::ReopenTracing(_) => "reopening",
            Step::TakeUp(_) => "starting",
        }
    }

    /// True if it is a reaction in substance: a result, not a mere sign of life.
    #[must_use]
    pub fn is_substantive(&self) -> bool {
        matches!(self, Step::RecordTracing(_) | Step::AdoptMeasure(..) | Step::RecordNoMeasure(_))
    }

    fn note(&self) -> &str {
        match self {
            Step::RecordTracing(tracing) => &tracing.note,
            Step::RecordNoMeasure(no_measure) => &no_measure.note,
            Step::AdoptMeasure(_, note)
            | Step::Close(note)
            | Step::Reopen(note)
            | Step::ReopenTracing(note)
            | Step::TakeUp(note) => note,
        }
    }

    /// The state that the step leads to from `state`, or `None` where it is not allowed.
    fn target(&self, state: FollowUpState) -> Option<FollowUpState> {
        use FollowUpState::{Closed, Investigating, MeasureAdopted, NoMeasure, NotTraced, Traced};
        match (self, state) {
            (Step::RecordTracing(tracing), Investigating | NotTraced) => match (&tracing.outcome, state) {
                (TracingOutcome::Traced(_), _) => Some(Traced),
                (TracingOutcome::NotTraced(_), Investigating) => Some(NotTraced),
                _ => None,
            },
            (Step::AdoptMeasure(..), Traced | NotTraced | MeasureAdopted) => Some(MeasureAdopted),
            (Step::RecordNoMeasure(_), Traced | NotTraced) => Some(NoMeasure),
            (Step::Close(_), MeasureAdopted | NoMeasure) => Some(Closed),
            (Step::Reopen(_), Closed) | (Step::ReopenTracing(_), Traced | NotTraced) => Some(Investigating),
            (Step::TakeUp(_), _) => Some(Investigating),
            _ => None,
        }
    }
}

impl FollowUp {
    /// `notifications/{id}/transmissions/{authority}/followUp`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("notifications/{}/transmissions/{}/followUp", self.notification, self.authority)
    }

    /// True if it is about the transmission as it was sent last; false if it was begun before the authority was taken off
    /// and has not been taken up since.
    #[must_use]
    pub fn is_about(&self, transmission: &Transmission) -> bool {
        match self.sending {
            Some(sending) => sending == transmission.send_time,
            None => self.create_time >= transmission.send_time,
        }
    }

    /// When each measure was adopted, in their order: no other step leads to MEASURE_ADOPTED.
    pub fn adoption_times(&self) -> impl Iterator<Item = Timestamp> {
        let adoptions = self.steps.iter().filter(|step| step.state == FollowUpState::MeasureAdopted);
        adoptions.map(|step| step.time)
    }

    /// Refuses to go on with what was begun before the authority was taken off.
    ///
    /// # Errors
    /// `WantsFirst` until it is taken up again.
    pub fn require_taken_up(
        &self,
        transmission: &Transmission,
        verb: &'static str,
    ) -> Result<(), DomainError> {
        match self.is_about(transmission) {
            true => Ok(()),
            false => Err(Refusal::wants_first(
                self.name(),
                self.state,
                verb,
                "start the follow-up: the notification was sent again",
            )
            .into()),
        }
    }

    /// Takes a step and writes it into the record.
    ///
    /// # Errors
    /// `IllegalTransition` where the step is not allowed in the present state, `LimitReached` at the limit of measures
    /// or steps; nothing changes then.
    pub fn take(
        &mut self,
        step: Step,
        principal: &str,
        internal_note: &str,
        now: Timestamp,
    ) -> Result<(), DomainError> {
        let Some(target) = step.target(self.state) else {
            return Err(DomainError::illegal(self.name(), self.state, step.verb()));
        };
        if self.steps.len() >= MAX_STEPS {
            return Err(
                Refusal::LimitReached { subject: self.name(), limit: "steps", maximum: MAX_STEPS }.into()
            );
        }
        if matches!(step, Step::AdoptMeasure(..)) && self.measures.len() >= MAX_MEASURES {
            return Err(Refusal::LimitReached {
                subject: self.name(),
                limit: "measures",
                maximum: MAX_MEASURES,
            }
            .into());
        }
        self.record(target, step.note().to_owned(), principal, internal_note, now);
        match step {
            Step::RecordTracing(tracing) => self.tracing = Some(tracing),
            Step::AdoptMeasure(measure, _) => self.measures.push(*measure),
            Step::RecordNoMeasure(no_measure) => self.no_measure = Some(no_measure),
            Step::Reopen(_) | Step::TakeUp(_) => self.no_measure = None,
            Step::ReopenTracing(_) => self.tracing = None,
            Step::Close(_) => {}
        }
        Ok(())
    }

    /// Writes a step that led to `state` into the record.
    pub fn record(
        &mut self,
        state: FollowUpState,
        note: String,
        principal: &str,
        internal_note: &str,
        now: Timestamp,
    ) {
        self.state = state;
        self.update_time = now;
        self.steps.push(FollowUpStep { state, time: now, principal: principal.to_owned(), note });
        if !internal_note.is_empty() {
            self.internal_notes.push(internal_note.to_owned());
        }
    }
}
