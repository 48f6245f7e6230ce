//! Somebody other than the originator rates the risk for itself. The originator's rating stays as it is.

use jiff::Timestamp;

use super::Assessor;
use crate::domain::{
    Caller, Decision, DomainError,
    event::EventKind,
    model::{Assessment, NotificationId, NotificationState, Risk},
    ports::{NotificationReader, RecordReader, TransmissionReader},
    relation::Relation,
    rules::Rules,
};

/// Records an assessment of the caller's.
pub struct AddAssessment<'a> {
    pub rules: &'a Rules,
    pub notifications: &'a dyn NotificationReader,
    pub transmissions: &'a dyn TransmissionReader,
    pub records: &'a dyn RecordReader,
}

impl AddAssessment<'_> {
    /// The caller's assessment in its next revision; each is told as an event.
    ///
    /// # Errors
    /// `Denied`, `EtagMismatch`; `Invalid` for the originator itself; `IllegalTransition` after a withdrawal.
    pub async fn execute(
        &self,
        caller: &Caller,
        id: NotificationId,
        revision: Option<i64>,
        risk: Risk,
        now: Timestamp,
    ) -> Result<Decision<Assessment>, DomainError> {
        let Self { rules, notifications, transmissions, records } = *self;
        let assessor = Assessor::find(rules, notifications, transmissions, records, caller, id).await?;
        let (notification, present) = (&assessor.notification, assessor.present.as_ref());
        if assessor.relation == Relation::Originator {
            let why = "is the caller's own: its assessment is the notification's risk";
            return Err(DomainError::invalid("parent", why));
        }
        if notification.state == NotificationState::Withdrawn {
            return Err(DomainError::illegal(notification.name(), notification.state, "assessing"));
        }
        assessor.require_revision(revision, caller)?;
        let assessment = Assessment {
            notification: id,
            originator: notification.originator.clone(),
            authority: caller.authority.clone(),
            by_recipient: assessor.transmission.is_some(),
            risk,
            version: notification.version,
            create_time: present.map_or(now, |present| present.create_time),
            update_time: now,
            withdraw_time: None,
            status: notification.status,
            revision: assessor.present_revision() + 1,
        };
        assessor.decide(rules, assessment, EventKind::AssessmentChanged, now)
    }
}
