//! The contact point's answer to a submission. What it accepts goes by itself wherever a systematic arrangement's
//! criteria match.

use jiff::Timestamp;

use crate::domain::{
    Caller, ChangeSet, Decision, DomainError,
    event::EventKind,
    findings,
    model::{Finding, Notification, NotificationId, NotificationState, Transmission},
    ports::{NotificationReader, TransmissionReader},
    rules::Rules,
    use_cases::{NotificationAccess, require_revision, transmissions::send},
};

/// What the contact point decides.
#[derive(Clone, Debug, PartialEq)]
pub enum ValidationDecision {
    Accept,
    /// Back to the originator with what is to be mended.
    Return(Vec<Finding>),
}

/// What became of the submission.
#[derive(Debug)]
pub struct Validated {
    pub notification: Notification,
    /// What went out by itself.
    pub transmissions: Vec<Transmission>,
    /// What the service itself finds.
    pub findings: Vec<Finding>,
}

/// Decides on a submission to the caller.
pub struct ValidateNotification<'a> {
    pub rules: &'a Rules,
    pub notifications: &'a dyn NotificationReader,
    pub transmissions: &'a dyn TransmissionReader,
}

impl ValidateNotification<'_> {
    /// SUBMITTED to VALIDATED (and on to TRANSMITTED), or back to DRAFT.
    ///
    /// # Errors
    /// `Denied`, `EtagMismatch`, `IllegalTransition`.
    pub async fn execute(
        &self,
        caller: &Caller,
        id: NotificationId,
        revision: Option<i64>,
        decision: &ValidationDecision,
        now: Timestamp,
    ) -> Result<Decision<Validated>, DomainError> {
        let access = NotificationAccess {
            rules: self.rules,
            notifications: self.notifications,
            transmissions: self.transmissions,
        };
        let mut notification = access.as_contact_point(caller, id).await?;
        require_revision(revision, notification.revision, || notification.name())?;
        if notification.state != NotificationState::Submitted {
            return Err(DomainError::illegal(notification.name(), notification.state, "validating"));
        }
        notification.revision += 1;
        notification.update_time = now;
        let mut changes = ChangeSet::default();
        let originator = notification.originator.clone();
        let mut transmissions = Vec::new();
        match decision {
            ValidationDecision::Return(findings) => {
                notification.state = NotificationState::Draft;
                notification.findings.clone_from(findings);
                let returned = EventKind::NotificationReturned(Box::new(notification.clone()));
                changes.tell_side(self.rules, &originator, now, returned);
            }
            ValidationDecision::Accept => {
                notification.state = NotificationState::Validated;
                let validated = EventKind::NotificationValidated(Box::new(notification.clone()));
                changes.tell_side(self.rules, &originator, now, validated);
                for route in self.rules.systematic_routes(&originator, &notification.content, now) {
                    let sent = send(self.rules, &mut changes, &mut notification, &route, true, now)?;
                    transmissions.push(sent);
                }
            }
        }
        changes.put_notification(self.rules, &notification, false, &transmissions);
        let findings = findings::findings(&notification.content);
        Ok(Decision { outcome: Validated { notification, transmissions, findings }, changes })
    }
}
