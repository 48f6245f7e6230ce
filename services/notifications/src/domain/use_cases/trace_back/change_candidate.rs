//! Adds to what is known of a candidate, or decides on it.

use jiff::Timestamp;
use seamless_identity::AuthorityId;

use super::{TraceAccess, put_company_keys, put_trace};
use crate::domain::{
    Caller, ChangeSet, Decision, DomainError,
    correspondence::require_standing,
    event::EventKind,
    model::{Candidate, CandidateEvidence, CandidateVerb, NotificationId, TraceKey},
    use_cases::require_revision,
};

/// Changes a candidate in a trace of the caller's.
pub struct ChangeCandidate<'a> {
    pub access: TraceAccess<'a>,
}

/// A change of a candidate.
#[derive(Clone, Debug)]
pub enum CandidateChange {
    /// More is known of it.
    Update { confidence: Option<u8>, evidence: Vec<CandidateEvidence>, internal_note: String },
    /// A decision, with its reason.
    Decide(CandidateVerb, String),
}

impl ChangeCandidate<'_> {
    /// Changes it.
    ///
    /// # Errors
    /// `Denied`, `EtagMismatch`; `IllegalTransition` once the trace is CONCLUDED or the notification withdrawn, or where the
    /// decision is not allowed in the candidate's state; `LimitReached`.
    pub async fn execute(
        &self,
        caller: &Caller,
        (notification, authority, number): (NotificationId, &AuthorityId, u32),
        revision: Option<i64>,
        change: CandidateChange,
        now: Timestamp,
    ) -> Result<Decision<Candidate>, DomainError> {
        let (mut trace, mut transmission) = self.access.as_tracer(caller, notification, authority).await?;
        let name = TraceKey::of(&transmission).candidate_name(number);
        let mut candidate: Candidate = self.access.below(&name).await?;
        require_revision(revision, candidate.revision, || name)?;
        require_standing(&transmission, "changing a candidate")?;
        trace.require_going_on("changing a candidate")?;
        let mut changes = ChangeSet::default();
        match change {
            CandidateChange::Update { confidence, evidence, internal_note } => {
                self.access.require_files(&transmission, "evidence", &evidence).await?;
                candidate.add_evidence(evidence)?;
                candidate.add_internal_note(&internal_note)?;
                candidate.confidence = confidence.unwrap_or(candidate.confidence);
            }
            CandidateChange::Decide(verb, reason) => {
                candidate.decide(verb, &reason)?;
                put_company_keys(self.access.rules, &mut changes, &candidate);
            }
        }
        candidate.revision += 1;
        candidate.update_time = now;
        trace.touch(now);
        changes.put_record(&candidate, false)?;
        let changed = EventKind::TraceCandidateChanged(Box::new(candidate.clone()));
        put_trace(self.access.rules, &mut changes, &trace, false, &mut transmission, (now, changed))?;
        Ok(Decision { outcome: candidate, changes })
    }
}
