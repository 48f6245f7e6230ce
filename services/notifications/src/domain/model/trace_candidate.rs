//! A candidate in the search for the manufacturer: a company that may have made the product, with what speaks for it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{CandidateEvidenceKind, CandidateState, EconomicOperator, EventStatus, TraceKey};
use crate::domain::{
    error::{DomainError, Refusal},
    records::{Place, Record},
};

/// The most pieces of evidence on a candidate.
pub const MAX_EVIDENCE: usize = 50;
/// The longest internal note of a candidate, with all that was added to it, in characters.
pub const MAX_INTERNAL_NOTE: usize = 5_000;

/// A company that may have made the product.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    pub key: TraceKey,
    /// Counts the candidates of the trace from 1 on.
    pub number: u32,
    pub operator: EconomicOperator,
    pub evidence: Vec<CandidateEvidence>,
    /// How sure the tracing authority is, 0 to 100 per cent.
    pub confidence: u8,
    pub state: CandidateState,
    pub reason: String,
    pub internal_notes: Vec<String>,
    pub create_time: Timestamp,
    pub update_time: Timestamp,
    pub status: EventStatus,
    pub revision: i64,
}

/// A piece of evidence on a candidate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CandidateEvidence {
    pub kind: CandidateEvidenceKind,
    pub note: String,
    pub uri: String,
    /// Resource name of an attachment of the same notification, or empty.
    pub attachment: String,
    pub record_time: Timestamp,
}

/// A decision on a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CandidateVerb {
    Confirm,
    Reject,
    Reconsider,
}

impl Candidate {
    /// Its resource name.
    #[must_use]
    pub fn name(&self) -> String {
        self.key.candidate_name(self.number)
    }

    /// Adds evidence.
    ///
    /// # Errors
    /// `LimitReached`; nothing changes then.
    pub fn add_evidence(&mut self, mut evidence: Vec<CandidateEvidence>) -> Result<(), DomainError> {
        if self.evidence.len() + evidence.len() > MAX_EVIDENCE {
            let subject = self.name();
            return Err(Refusal::LimitReached {
                subject,
                limit: "pieces of evidence",
                maximum: MAX_EVIDENCE,
            }
            .into());
        }
        self.evidence.append(&mut evidence);
        Ok(())
    }

    /// Adds to the internal notes.
    ///
    /// # Errors
    /// `LimitReached` where they would grow too long together; nothing changes then.
    pub fn add_internal_note(&mut self, note: &str) -> Result<(), DomainError> {
        if note.is_empty() {
            return Ok(());
        }
        let length = self.internal_notes.iter().map(|note| note.chars().count() + 1).sum::<usize>();
        if length + note.chars().count() > MAX_INTERNAL_NOTE {
            let limit = "characters of internal notes";
            return Err(
                Refusal::LimitReached { subject: self.name(), limit, maximum: MAX_INTERNAL_NOTE }.into()
            );
        }
        self.internal_notes.push(note.to_owned());
        Ok(())
    }

    /// Decides on it.
    ///
    /// # Errors
    /// `IllegalTransition` where the decision is not allowed in its state.
    pub fn decide(&mut self, verb: CandidateVerb, reason: &str) -> Result<(), DomainError> {
        use CandidateState::{Confirmed, Proposed, Rejected};
        let (target, word) = match (verb, self.state) {
            (CandidateVerb::Confirm, Proposed) => (Some(Confirmed), ""),
            (CandidateVerb::Reject, Proposed) => (Some(Rejected), ""),
            (CandidateVerb::Reconsider, Confirmed | Rejected) => (Some(Proposed), ""),
            (CandidateVerb::Confirm, _) => (None, "confirming"),
            (CandidateVerb::Reject, _) => (None, "rejecting"),
            (CandidateVerb::Reconsider, _) => (None, "reconsidering"),
        };
        let Some(target) = target else {
            return Err(DomainError::illegal(self.name(), self.state, word));
        };
        self.state = target;
        reason.clone_into(&mut self.reason);
        Ok(())
    }
}

impl Record for Candidate {
    const KIND: &'static str = "trace_candidate";
    type Place = Place;

    fn name(&self) -> String {
        Candidate::name(self)
    }

    fn place(&self) -> Place {
        self.key.place(self.state as i32, i64::from(self.number))
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}
