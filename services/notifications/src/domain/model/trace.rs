//! The search for the manufacturer of a notified product: the trace with its candidates and its questions. The states
//! and the steps between them are here and nowhere else.
//!
//! Invariant: every change of a candidate or a question is a change of its trace, in the same commit; so the counts in the
//! trace are right, and no two changes of one trace pass each other unseen.

use jiff::Timestamp;
use seamless_identifiers::LocalizedText;
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};

use super::{
    EventStatus, NotTracedReason, NotificationId, TraceOutcome, TraceQuestionState, TraceState, Transmission,
};
use crate::domain::{
    error::{DomainError, Refusal},
    records::{Place, Record, by_time},
};

/// The most candidates of a trace.
pub const MAX_CANDIDATES: u32 = 50;
/// The most questions of a trace.
pub const MAX_QUESTIONS: u32 = 100;
/// The most steps that a trace records.
pub const MAX_TRACE_STEPS: usize = 200;

/// Where a trace and what hangs below it belong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceKey {
    pub notification: NotificationId,
    /// The tracing authority: the originator of the trace, and the recipient of the notification.
    pub authority: AuthorityId,
    /// Whose the notification is.
    pub notifier: AuthorityId,
}

/// One recipient's search for the manufacturer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    pub key: TraceKey,
    /// Concluded or not; while questions are open, [`Trace::state`] says WAITING.
    pub conclusion: Option<TraceConclusion>,
    pub open_questions: u32,
    pub questions: u32,
    pub candidates: u32,
    pub steps: Vec<TraceStep>,
    pub internal_notes: Vec<String>,
    pub create_time: Timestamp,
    pub update_time: Timestamp,
    pub status: EventStatus,
    /// Counts every change of the trace, its candidates and its questions; the etag is made of it.
    pub revision: i64,
}

/// How a search ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TraceConclusion {
    pub outcome: TraceOutcome,
    /// With NOT_TRACED.
    pub reason: Option<NotTracedReason>,
    /// Numbers of the candidates that made it, the main one first.
    pub candidates: Vec<u32>,
    /// Paths of fields of the notification whose absence stood in the way.
    pub missing_fields: Vec<String>,
    pub note: String,
    pub time: Timestamp,
}

/// One step of a search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TraceStep {
    pub state: TraceState,
    pub time: Timestamp,
    pub principal: String,
    pub note: String,
}

/// A question of the tracing authority to the notifier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TraceQuestion {
    pub key: TraceKey,
    /// Counts the questions of the trace from 1 on.
    pub number: u32,
    pub fields: Vec<String>,
    pub text: LocalizedText,
    pub state: TraceQuestionState,
    pub answer: Option<TraceAnswer>,
    pub create_time: Timestamp,
    pub close_time: Option<Timestamp>,
    pub status: EventStatus,
    pub revision: i64,
}

/// An answer of the notifier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TraceAnswer {
    pub text: LocalizedText,
    pub updated_fields: Vec<String>,
    /// The originator or its contact point.
    pub authority: AuthorityId,
}

impl TraceKey {
    /// The key of the trace of a transmission.
    #[must_use]
    pub fn of(transmission: &Transmission) -> Self {
        Self {
            notification: transmission.notification,
            authority: transmission.recipient.clone(),
            notifier: transmission.originator.clone(),
        }
    }

    /// `notifications/{id}/transmissions/{authority}/trace`.
    #[must_use]
    pub fn name(&self) -> String {
        trace_name(self.notification, &self.authority)
    }

    /// The name of the candidate of this number.
    #[must_use]
    pub fn candidate_name(&self, number: u32) -> String {
        format!("{}/candidates/{number}", self.name())
    }

    /// The name of the question of this number.
    #[must_use]
    pub fn question_name(&self, number: u32) -> String {
        format!("{}/questions/{number}", self.name())
    }

    pub(super) fn place(&self, state: i32, order: i64) -> Place {
        Place {
            notification: self.notification,
            originator: self.notifier.clone(),
            party: Some(self.authority.clone()),
            state,
            order,
        }
    }
}

/// `notifications/{id}/transmissions/{authority}/trace`.
#[must_use]
pub fn trace_name(notification: NotificationId, authority: &AuthorityId) -> String {
    format!("notifications/{notification}/transmissions/{authority}/trace")
}

impl Trace {
    /// A search that begins.
    #[must_use]
    pub fn open(
        transmission: &Transmission,
        principal: &str,
        note: &str,
        internal_note: &str,
        now: Timestamp,
    ) -> Self {
        let mut trace = Self {
            key: TraceKey::of(transmission),
            conclusion: None,
            open_questions: 0,
            questions: 0,
            candidates: 0,
            steps: Vec::new(),
            internal_notes: Vec::new(),
            create_time: now,
            update_time: now,
            status: transmission.status,
            revision: 1,
        };
        trace.record(principal, note, internal_note, now);
        trace
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> TraceState {
        match (&self.conclusion, self.open_questions) {
            (Some(_), _) => TraceState::Concluded,
            (None, 0) => TraceState::Open,
            (None, _) => TraceState::Waiting,
        }
    }

    /// Refuses what needs a search that goes on.
    ///
    /// # Errors
    /// `IllegalTransition` once it is CONCLUDED.
    pub fn require_going_on(&self, verb: &'static str) -> Result<(), DomainError> {
        match self.conclusion {
            None => Ok(()),
            Some(_) => Err(DomainError::illegal(self.key.name(), self.state(), verb)),
        }
    }

    /// Something below the trace changes: the trace is at its next revision.
    pub fn touch(&mut self, now: Timestamp) {
        self.update_time = now;
        self.revision += 1;
    }

    /// Takes in a candidate.
    ///
    /// # Errors
    /// `IllegalTransition` once it is CONCLUDED; `LimitReached`.
    pub fn next_candidate(&mut self, now: Timestamp) -> Result<u32, DomainError> {
        self.require_going_on("adding a candidate")?;
        if self.candidates >= MAX_CANDIDATES {
            return Err(self.limit("candidates", MAX_CANDIDATES as usize));
        }
        self.candidates += 1;
        self.touch(now);
        Ok(self.candidates)
    }

    /// Asks a question.
    ///
    /// # Errors
    /// `IllegalTransition` once it is CONCLUDED; `LimitReached`.
    pub fn ask(
        &mut self,
        fields: Vec<String>,
        text: LocalizedText,
        now: Timestamp,
    ) -> Result<TraceQuestion, DomainError> {
        self.require_going_on("asking a question")?;
        if self.questions >= MAX_QUESTIONS {
            return Err(self.limit("questions", MAX_QUESTIONS as usize));
        }
        self.questions += 1;
        self.open_questions += 1;
        self.touch(now);
        Ok(TraceQuestion {
            key: self.key.clone(),
            number: self.questions,
            fields,
            text,
            state: TraceQuestionState::Open,
            answer: None,
            create_time: now,
            close_time: None,
            status: self.status,
            revision: 1,
        })
    }

    /// Closes an open question: with an answer, or by taking it back. The caller accounts for the trace's revision.
    ///
    /// # Errors
    /// `IllegalTransition` unless the question is OPEN.
    pub fn close_question(
        &mut self,
        question: &mut TraceQuestion,
        answer: Option<TraceAnswer>,
        now: Timestamp,
    ) -> Result<(), DomainError> {
        let (state, verb) = match answer {
            Some(_) => (TraceQuestionState::Answered, "answering"),
            None => (TraceQuestionState::Withdrawn, "withdrawing"),
        };
        if question.state != TraceQuestionState::Open {
            return Err(DomainError::illegal(question.name(), question.state, verb));
        }
        question.state = state;
        question.answer = answer;
        question.close_time = Some(now);
        question.revision += 1;
        self.open_questions = self.open_questions.saturating_sub(1);
        Ok(())
    }

    /// Ends the search. Its open questions must have been closed.
    ///
    /// # Errors
    /// `IllegalTransition` once it is CONCLUDED; `LimitReached` at the limit of steps.
    pub fn conclude(
        &mut self,
        conclusion: TraceConclusion,
        principal: &str,
        internal_note: &str,
        now: Timestamp,
    ) -> Result<(), DomainError> {
        self.require_going_on("concluding")?;
        self.require_room()?;
        let note = conclusion.note.clone();
        self.conclusion = Some(conclusion);
        self.touch(now);
        self.record(principal, &note, internal_note, now);
        Ok(())
    }

    /// Searches again.
    ///
    /// # Errors
    /// `IllegalTransition` unless it is CONCLUDED; `LimitReached` at the limit of steps.
    pub fn reopen(
        &mut self,
        reason: &str,
        principal: &str,
        internal_note: &str,
        now: Timestamp,
    ) -> Result<(), DomainError> {
        if self.conclusion.is_none() {
            return Err(DomainError::illegal(self.key.name(), self.state(), "reopening"));
        }
        self.require_room()?;
        self.conclusion = None;
        self.touch(now);
        self.record(principal, reason, internal_note, now);
        Ok(())
    }

    fn require_room(&self) -> Result<(), DomainError> {
        match self.steps.len() < MAX_TRACE_STEPS {
            true => Ok(()),
            false => Err(self.limit("steps", MAX_TRACE_STEPS)),
        }
    }

    fn limit(&self, limit: &'static str, maximum: usize) -> DomainError {
        Refusal::LimitReached { subject: self.key.name(), limit, maximum }.into()
    }

    fn record(&mut self, principal: &str, note: &str, internal_note: &str, now: Timestamp) {
        self.steps.push(TraceStep {
            state: self.state(),
            time: now,
            principal: principal.to_owned(),
            note: note.to_owned(),
        });
        if !internal_note.is_empty() {
            self.internal_notes.push(internal_note.to_owned());
        }
    }
}

impl TraceQuestion {
    /// Its resource name.
    #[must_use]
    pub fn name(&self) -> String {
        self.key.question_name(self.number)
    }
}

impl Record for Trace {
    const KIND: &'static str = "trace";
    type Place = Place;

    fn name(&self) -> String {
        self.key.name()
    }

    fn place(&self) -> Place {
        self.key.place(self.state() as i32, by_time(self.create_time))
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}

impl Record for TraceQuestion {
    const KIND: &'static str = "trace_question";
    type Place = Place;

    fn name(&self) -> String {
        TraceQuestion::name(self)
    }

    fn place(&self) -> Place {
        self.key.place(self.state as i32, i64::from(self.number))
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}
