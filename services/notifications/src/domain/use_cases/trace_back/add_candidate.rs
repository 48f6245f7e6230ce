//! Adds a possible manufacturer to a search.

use jiff::Timestamp;
use seamless_identity::AuthorityId;

use super::{TraceAccess, put_trace};
use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Refusal,
    correspondence::require_standing,
    event::EventKind,
    model::{Candidate, CandidateEvidence, CandidateState, EconomicOperator, MAX_CANDIDATES, NotificationId},
    records::{RecordQuery, records},
    suggestion::is_same,
};

/// Adds a candidate to a trace of the caller's.
pub struct AddCandidate<'a> {
    pub access: TraceAccess<'a>,
}

/// What is known of a new candidate.
#[derive(Clone, Debug)]
pub struct NewCandidate {
    pub operator: EconomicOperator,
    pub evidence: Vec<CandidateEvidence>,
    /// 0 to 100 per cent.
    pub confidence: u8,
    pub internal_note: String,
}

impl AddCandidate<'_> {
    /// Adds it as PROPOSED.
    ///
    /// # Errors
    /// `Denied`; `IllegalTransition` once the trace is CONCLUDED or the notification withdrawn; `Twin` with a present
    /// candidate; `LimitReached`.
    pub async fn execute(
        &self,
        caller: &Caller,
        notification: NotificationId,
        authority: &AuthorityId,
        new: NewCandidate,
        now: Timestamp,
    ) -> Result<Decision<Candidate>, DomainError> {
        let (mut trace, mut transmission) = self.access.as_tracer(caller, notification, authority).await?;
        require_standing(&transmission, "adding a candidate")?;
        let number = trace.next_candidate(now)?;
        let query = RecordQuery {
            party: Some(authority.clone()),
            ..RecordQuery::of_notification(&caller.authority, notification, u64::from(MAX_CANDIDATES))
        };
        let present = records::<Candidate, _>(self.access.records, &query).await?;
        if let Some(twin) = present.iter().find(|candidate| is_same(&candidate.operator, &new.operator)) {
            let what = match twin.operator.credit_code.is_some() && new.operator.credit_code.is_some() {
                true => "a candidate with this credit code",
                false => "a candidate of this name",
            };
            return Err(Refusal::Twin { resource: twin.name(), what }.into());
        }
        let mut candidate = Candidate {
            key: trace.key.clone(),
            number,
            operator: new.operator,
            evidence: Vec::new(),
            confidence: new.confidence,
            state: CandidateState::Proposed,
            reason: String::new(),
            internal_notes: Vec::new(),
            create_time: now,
            update_time: now,
            status: trace.status,
            revision: 1,
        };
        self.access.require_files(&transmission, "candidate.evidence", &new.evidence).await?;
        candidate.add_evidence(new.evidence)?;
        candidate.add_internal_note(&new.internal_note)?;
        let mut changes = ChangeSet::default();
        changes.put_record(&candidate, true)?;
        let added = EventKind::TraceCandidateChanged(Box::new(candidate.clone()));
        put_trace(self.access.rules, &mut changes, &trace, false, &mut transmission, (now, added))?;
        Ok(Decision { outcome: candidate, changes })
    }
}
