//! Begins the investigation of an acknowledged transmission.

use jiff::Timestamp;
use seamless_identity::AuthorityId;

use super::TransmissionAccess;
use crate::domain::{
    Caller, ChangeSet, Decision, DomainError,
    model::{FollowUp, FollowUpState, NotificationId, TransmissionState},
    ports::{FollowUpReader, TransmissionReader},
    rules::Rules,
};

/// Begins a follow-up of the caller's.
pub struct StartFollowUp<'a> {
    pub rules: &'a Rules,
    pub transmissions: &'a dyn TransmissionReader,
    pub follow_ups: &'a dyn FollowUpReader,
}

impl StartFollowUp<'_> {
    /// Begins with INVESTIGATING.
    ///
    /// # Errors
    /// `Denied`; `IllegalTransition` unless the transmission is ACKNOWLEDGED, or if the follow-up was begun before.
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
        if let Some(begun) = self.follow_ups.follow_up_get(notification, recipient).await? {
            return Err(DomainError::illegal(begun.name(), begun.state, "starting"));
        }
        if transmission.state != TransmissionState::Acknowledged {
            return Err(DomainError::illegal(
                transmission.name(),
                transmission.state,
                "starting the follow-up",
            ));
        }
        let mut follow_up = FollowUp {
            notification,
            authority: caller.authority.clone(),
            state: FollowUpState::Investigating,
            tracing: None,
            measures: Vec::new(),
            no_measure: None,
            steps: Vec::new(),
            internal_notes: Vec::new(),
            create_time: now,
            update_time: now,
            status: transmission.status,
            revision: 1,
        };
        follow_up.record(
            FollowUpState::Investigating,
            note.to_owned(),
            &caller.principal,
            internal_note,
            now,
        );
        let mut changes = ChangeSet::default();
        transmission.revision += 1;
        changes.put_step(self.rules, &follow_up, None, &transmission);
        Ok(Decision { outcome: follow_up, changes })
    }
}
