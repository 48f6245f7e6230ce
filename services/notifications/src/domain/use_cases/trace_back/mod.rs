//! The search for the manufacturer: one use case a file, and what they share.
//!
//! Invariant: every change writes the trace and its transmission, each in its next revision; so changes of one search, of
//! its follow-up, and a withdrawal never pass each other unseen.

mod add_candidate;
mod ask_question;
mod change_candidate;
mod close_question;
mod conclude_trace;
mod open_trace;
mod reopen_trace;
mod suggest_candidates;

pub use add_candidate::{AddCandidate, NewCandidate};
pub use ask_question::AskQuestion;
pub use change_candidate::{CandidateChange, ChangeCandidate};
pub use close_question::{CloseQuestion, ClosingWord};
pub use conclude_trace::{ConcludeTrace, TraceFinding};
pub use open_trace::OpenTrace;
pub use reopen_trace::ReopenTrace;
pub use suggest_candidates::{MAX_SUGGESTIONS, SuggestCandidates};

use jiff::Timestamp;
use seamless_identity::AuthorityId;

use super::{TransmissionAccess, require_shared_files};
use crate::domain::{
    Caller, ChangeSet, DomainError, Refusal,
    change::{CompanyKeys, side},
    event::EventKind,
    model::{Candidate, CandidateEvidence, CandidateState, NotificationId, Trace, Transmission, trace_name},
    operators::company_keys,
    ports::{RecordReader, TransmissionReader},
    records::{Record, record},
    rules::Rules,
};

/// Finds a trace that the caller may see: its own, or one on a notification of its side.
#[derive(Clone, Copy)]
pub struct TraceAccess<'a> {
    pub rules: &'a Rules,
    pub transmissions: &'a dyn TransmissionReader,
    pub records: &'a dyn RecordReader,
}

impl TraceAccess<'_> {
    /// The trace, with the transmission that it is about.
    ///
    /// # Errors
    /// `Denied` if there is none or the caller has nothing to do with it.
    pub async fn execute(
        &self,
        caller: &Caller,
        notification: NotificationId,
        authority: &AuthorityId,
    ) -> Result<(Trace, Transmission), DomainError> {
        let access = TransmissionAccess { rules: self.rules, transmissions: self.transmissions };
        let transmission = access.execute(caller, notification, authority).await?;
        let trace = record::<Trace, _>(self.records, &trace_name(notification, authority)).await?;
        Ok((trace.ok_or(Refusal::Denied)?, transmission))
    }

    /// The trace, if it is the caller's own.
    ///
    /// # Errors
    /// `Denied` otherwise.
    pub async fn as_tracer(
        &self,
        caller: &Caller,
        notification: NotificationId,
        authority: &AuthorityId,
    ) -> Result<(Trace, Transmission), DomainError> {
        if *authority != caller.authority {
            return Err(Refusal::Denied.into());
        }
        self.execute(caller, notification, authority).await
    }

    /// The trace, if it is on a notification of the caller's side.
    ///
    /// # Errors
    /// `Denied` otherwise.
    pub async fn as_notifier(
        &self,
        caller: &Caller,
        notification: NotificationId,
        authority: &AuthorityId,
    ) -> Result<(Trace, Transmission), DomainError> {
        let (trace, transmission) = self.execute(caller, notification, authority).await?;
        match side(self.rules, &transmission.originator).contains(&caller.authority) {
            true => Ok((trace, transmission)),
            false => Err(Refusal::Denied.into()),
        }
    }

    /// Refuses evidence, in this field of the request, that names a file which is not there for both sides.
    ///
    /// # Errors
    /// `Invalid` for each.
    pub async fn require_files(
        &self,
        transmission: &Transmission,
        field: &str,
        evidence: &[CandidateEvidence],
    ) -> Result<(), DomainError> {
        let mut named = Vec::new();
        for (index, one) in evidence.iter().enumerate() {
            if !one.attachment.is_empty() {
                named.push((format!("{field}[{index}].attachment"), one.attachment.clone()));
            }
        }
        require_shared_files(self.records, transmission, named).await
    }

    /// A record below the trace. The caller may see the trace.
    ///
    /// # Errors
    /// `Denied` if there is none.
    pub async fn below<T: Record>(&self, name: &str) -> Result<T, DomainError> {
        record::<T, _>(self.records, name).await?.ok_or(Refusal::Denied.into())
    }
}

/// Refuses a tracing result beside that of a trace.
///
/// # Errors
/// `WantsFirst` if there is a trace.
pub(super) async fn require_no_trace(
    records: &dyn RecordReader,
    notification: NotificationId,
    authority: &AuthorityId,
) -> Result<(), DomainError> {
    match record::<Trace, _>(records, &trace_name(notification, authority)).await? {
        None => Ok(()),
        Some(trace) => Err(Refusal::wants_first(
            trace.key.name(),
            trace.state(),
            "recording a tracing result beside the trace",
            "conclude the trace (reopen it before, if it is CONCLUDED): its conclusion is the result",
        )
        .into()),
    }
}

/// Writes the trace at the revision that it has, with its transmission, and tells both sides.
fn put_trace(
    rules: &Rules,
    changes: &mut ChangeSet,
    trace: &Trace,
    is_new: bool,
    transmission: &mut Transmission,
    (now, kind): (Timestamp, EventKind),
) -> Result<(), DomainError> {
    transmission.revision += 1;
    changes.put_transmission(transmission, false);
    changes.put_record(trace, is_new)?;
    changes.tell_both(rules, transmission, now, kind);
    Ok(())
}

/// Makes a confirmed candidate one that later searches find, and any other one that they do not.
fn put_company_keys(rules: &Rules, changes: &mut ChangeSet, candidate: &Candidate) {
    let mut viewers = side(rules, &candidate.key.notifier);
    viewers.push(candidate.key.authority.clone());
    changes.company_keys.push(CompanyKeys {
        notification: candidate.key.notification,
        source: candidate.name(),
        viewers,
        keys: match candidate.state {
            CandidateState::Confirmed => company_keys(&candidate.operator),
            CandidateState::Proposed | CandidateState::Rejected => Vec::new(),
        },
    });
}
