//! An authority takes back its own assessment. It may assess again.

use jiff::Timestamp;

use super::Assessor;
use crate::domain::{
    Caller, Decision, DomainError, Refusal,
    event::EventKind,
    model::{Assessment, NotificationId, assessment_name},
    ports::{NotificationReader, RecordReader, TransmissionReader},
    rules::Rules,
};

/// Takes back an assessment of the caller's.
pub struct WithdrawAssessment<'a> {
    pub rules: &'a Rules,
    pub notifications: &'a dyn NotificationReader,
    pub transmissions: &'a dyn TransmissionReader,
    pub records: &'a dyn RecordReader,
}

impl WithdrawAssessment<'_> {
    /// The assessment as it was, withdrawn from now on. A withdrawn notification keeps nobody from it.
    ///
    /// # Errors
    /// `Denied`, also for the assessment of another authority; `EtagMismatch`; `IllegalTransition` where there is none or
    /// it was withdrawn already.
    pub async fn execute(
        &self,
        caller: &Caller,
        id: NotificationId,
        name: &str,
        revision: Option<i64>,
        now: Timestamp,
    ) -> Result<Decision<Assessment>, DomainError> {
        let Self { rules, notifications, transmissions, records } = *self;
        let assessor = Assessor::find(rules, notifications, transmissions, records, caller, id).await?;
        if name != assessment_name(id, &caller.authority) {
            return Err(Refusal::Denied.into());
        }
        assessor.require_revision(revision, caller)?;
        let withdrawn = match &assessor.present {
            Some(present) => present.withdrawn(now)?,
            None => return Err(DomainError::illegal(name.to_owned(), "NOT_ASSESSED", "withdrawing")),
        };
        assessor.decide(rules, withdrawn, EventKind::AssessmentWithdrawn, now)
    }
}
