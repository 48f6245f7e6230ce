//! A transmission: one notification to one recipient under one arrangement.

use jiff::Timestamp;
use seamless_identity::{ArrangementId, AuthorityId};

use super::{EventStatus, NotificationId, TransmissionState};
use crate::domain::error::DomainError;

/// One notification on its way to one recipient.
#[derive(Clone, Debug, PartialEq)]
pub struct Transmission {
    pub notification: NotificationId,
    pub recipient: AuthorityId,
    /// The contact point that sent it.
    pub sender: AuthorityId,
    pub originator: AuthorityId,
    pub arrangement: ArrangementId,
    pub state: TransmissionState,
    /// True if it went by itself on validation.
    pub automatic: bool,
    /// The version of the notification that was sent last.
    pub version: u32,
    pub send_time: Timestamp,
    pub acknowledge_time: Option<Timestamp>,
    pub first_reaction_time: Option<Timestamp>,
    pub deadline: Option<Deadline>,
    pub status: EventStatus,
    /// Counts every change; the etag is made of it.
    pub revision: i64,
}

/// When the recipient's reaction becomes late, and by which rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Deadline {
    pub rule: String,
    /// The first instant that is late.
    pub due: Timestamp,
}

impl Transmission {
    /// `notifications/{id}/transmissions/{recipient}`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("notifications/{}/transmissions/{}", self.notification, self.recipient)
    }

    /// True if the recipient has not reacted in substance and the deadline has passed.
    #[must_use]
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        let waits = matches!(self.state, TransmissionState::Sent | TransmissionState::Acknowledged);
        waits && self.deadline.as_ref().is_some_and(|deadline| now >= deadline.due)
    }

    /// The recipient takes charge.
    ///
    /// # Errors
    /// `IllegalTransition` unless it is SENT.
    pub fn acknowledge(&mut self, now: Timestamp) -> Result<(), DomainError> {
        if self.state != TransmissionState::Sent {
            return Err(DomainError::illegal(self.name(), self.state, "acknowledging"));
        }
        self.state = TransmissionState::Acknowledged;
        self.acknowledge_time = Some(now);
        Ok(())
    }

    /// The recipient is taken off.
    ///
    /// # Errors
    /// `IllegalTransition` if it was taken off before.
    pub fn revoke(&mut self) -> Result<(), DomainError> {
        if self.state == TransmissionState::Revoked {
            return Err(DomainError::illegal(self.name(), self.state, "revoking"));
        }
        self.state = TransmissionState::Revoked;
        Ok(())
    }

    /// True as long as the recipient was not taken off.
    #[must_use]
    pub fn is_granted(&self) -> bool {
        self.state != TransmissionState::Revoked
    }

    /// The recipient has reacted in substance; the first time counts.
    pub fn react(&mut self, now: Timestamp) {
        if self.state == TransmissionState::Acknowledged {
            self.state = TransmissionState::Reacted;
        }
        self.first_reaction_time.get_or_insert(now);
    }
}
