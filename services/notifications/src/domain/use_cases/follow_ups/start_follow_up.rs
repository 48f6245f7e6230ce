//! Begins the investigation of an acknowledged transmission, or takes it up where the recipient had been taken off since.

use jiff::Timestamp;
use seamless_identity::AuthorityId;

use crate::domain::{
    Caller, ChangeSet, Decision, DomainError,
    model::{FollowUp, FollowUpState, NotificationId, Step, Transmission, TransmissionState},
    ports::{FollowUpReader, TransmissionReader},
    rules::Rules,
    use_cases::TransmissionAccess,
};

/// Begins a follow-up of the caller's.
pub struct StartFollowUp<'a> {
    pub rules: &'a Rules,
    pub transmissions: &'a dyn TransmissionReader,
    pub follow_ups: &'a dyn FollowUpReader,
}

impl StartFollowUp<'_> {
    /// Begins with INVESTIGATING. What was begun under an earlier sending is INVESTIGATING again, with its steps and
    /// measures.
    ///
    /// # Errors
    /// `Denied`; `IllegalTransition` unless the transmission is ACKNOWLEDGED, or if the follow-up was begun before and the
    /// transmission not sent again since; `LimitReached` at the limit of steps.
    pub async fn execute(
        &self,
        caller: &Caller,
        notification: NotificationId,
        recipient: &AuthorityId,
        note: &str,
        internal_note: &str,
        now: Timestamp,
    ) -> Result<Decision<FollowUp>, DomainError> {
        let access = TransmissionAccess { rules: self.rules, transmissions: self.transmissions };
        let mut transmission = access.as_recipient(caller, notification, recipient).await?;
        let begun = self.follow_ups.follow_up_get(notification, recipient).await?;
        if let Some(begun) = begun.as_ref().filter(|begun| begun.is_about(&transmission)) {
            return Err(DomainError::illegal(begun.name(), begun.state, "starting"));
        }
        if transmission.state != TransmissionState::Acknowledged {
            return Err(DomainError::illegal(
                transmission.name(),
                transmission.state,
                "starting the follow-up",
            ));
        }
        let previous = begun.as_ref().map(|begun| begun.state);
        let follow_up = match begun {
            Some(mut earlier) => {
                earlier.take(Step::TakeUp(note.to_owned()), &caller.principal, internal_note, now)?;
                earlier.sending = Some(transmission.send_time);
                earlier.revision += 1;
                earlier
            }
            None => {
                let mut first = begin(&transmission, now);
                first.record(first.state, note.to_owned(), &caller.principal, internal_note, now);
                first
            }
        };
        let mut changes = ChangeSet::default();
        transmission.revision += 1;
        changes.put_step(self.rules, &follow_up, previous, &transmission);
        Ok(Decision { outcome: follow_up, changes })
    }
}

/// A follow-up without a step.
fn begin(transmission: &Transmission, now: Timestamp) -> FollowUp {
    FollowUp {
        notification: transmission.notification,
        authority: transmission.recipient.clone(),
        state: FollowUpState::Investigating,
        tracing: None,
        measures: Vec::new(),
        no_measure: None,
        steps: Vec::new(),
        internal_notes: Vec::new(),
        sending: Some(transmission.send_time),
        create_time: now,
        update_time: now,
        status: transmission.status,
        revision: 1,
    }
}
