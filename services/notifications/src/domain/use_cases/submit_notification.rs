//! Hands a draft to the contact point.

use jiff::Timestamp;

use super::{NotificationAccess, require_revision};
use crate::domain::{
    Caller, ChangeSet, Decision, DomainError,
    event::EventKind,
    findings,
    model::{Notification, NotificationId, NotificationState},
    ports::{NotificationReader, TransmissionReader},
    rules::Rules,
};

/// Submits a draft of the caller's.
pub struct SubmitNotification<'a> {
    pub rules: &'a Rules,
    pub notifications: &'a dyn NotificationReader,
    pub transmissions: &'a dyn TransmissionReader,
}

impl SubmitNotification<'_> {
    /// DRAFT to SUBMITTED.
    ///
    /// # Errors
    /// `Denied`, `EtagMismatch`, `IllegalTransition`; `Incomplete` with what is missing.
    pub async fn execute(
        &self,
        caller: &Caller,
        id: NotificationId,
        revision: Option<i64>,
        now: Timestamp,
    ) -> Result<Decision<Notification>, DomainError> {
        let access = NotificationAccess {
            rules: self.rules,
            notifications: self.notifications,
            transmissions: self.transmissions,
        };
        let mut notification = access.as_originator(caller, id).await?;
        require_revision(revision, notification.revision, || notification.name())?;
        if notification.state != NotificationState::Draft {
            return Err(DomainError::illegal(notification.name(), notification.state, "submitting"));
        }
        let findings = findings::errors(&notification.content);
        if !findings.is_empty() {
            return Err(DomainError::Incomplete { resource: notification.name(), findings });
        }
        notification.state = NotificationState::Submitted;
        notification.findings.clear();
        notification.revision += 1;
        notification.update_time = now;
        let mut changes = ChangeSet::default();
        changes.put_notification(self.rules, &notification, false, &[]);
        let submitted = EventKind::NotificationSubmitted(Box::new(notification.clone()));
        changes.tell_side(self.rules, &notification.originator, now, submitted);
        Ok(Decision { outcome: notification, changes })
    }
}
