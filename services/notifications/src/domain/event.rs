//! What the service tells its readers, and whom.

use jiff::Timestamp;
use seamless_identity::{ArrangementId, AuthorityId};

use super::model::{Attachment, Clock, EventStatus, FollowUp, FollowUpState, Notification, Transmission};

/// Something that happened, for these readers and nobody else.
#[derive(Clone, Debug, PartialEq)]
pub struct DomainEvent {
    pub kind: EventKind,
    pub time: Timestamp,
    /// The arrangement under which it concerns the readers; none for the originator's own side.
    pub arrangement: Option<ArrangementId>,
    pub readers: Vec<AuthorityId>,
}

/// What happened, with the record as it is afterwards.
#[derive(Clone, Debug, PartialEq)]
pub enum EventKind {
    NotificationCreated(Box<Notification>),
    NotificationUpdated(Box<Notification>),
    NotificationSubmitted(Box<Notification>),
    NotificationReturned(Box<Notification>),
    NotificationValidated(Box<Notification>),
    NotificationTransmitted(Box<Notification>, Box<Transmission>),
    NotificationWithdrawn(Box<Notification>),
    TransmissionAcknowledged(Box<Transmission>),
    FollowUpChanged {
        follow_up: Box<FollowUp>,
        previous: Option<FollowUpState>,
        transmission: Box<Transmission>,
    },
    ClockPaused(Box<Clock>),
    ClockResumed(Box<Clock>),
    ClockWarned(Box<Clock>),
    ClockBreached(Box<Clock>),
    AttachmentStored(Box<Attachment>),
    AttachmentDeleted(Box<Attachment>),
}

impl EventKind {
    /// The resource that it happened to.
    #[must_use]
    pub fn subject(&self) -> String {
        match self {
            Self::NotificationCreated(notification)
            | Self::NotificationUpdated(notification)
            | Self::NotificationSubmitted(notification)
            | Self::NotificationReturned(notification)
            | Self::NotificationValidated(notification)
            | Self::NotificationTransmitted(notification, _)
            | Self::NotificationWithdrawn(notification) => notification.name(),
            Self::TransmissionAcknowledged(transmission) => transmission.name(),
            Self::FollowUpChanged { follow_up, .. } => follow_up.name(),
            Self::ClockPaused(clock)
            | Self::ClockResumed(clock)
            | Self::ClockWarned(clock)
            | Self::ClockBreached(clock) => clock.name(),
            Self::AttachmentStored(attachment) | Self::AttachmentDeleted(attachment) => attachment.name(),
        }
    }

    /// Whether it is meant.
    #[must_use]
    pub fn status(&self) -> EventStatus {
        match self {
            Self::NotificationCreated(notification)
            | Self::NotificationUpdated(notification)
            | Self::NotificationSubmitted(notification)
            | Self::NotificationReturned(notification)
            | Self::NotificationValidated(notification)
            | Self::NotificationTransmitted(notification, _)
            | Self::NotificationWithdrawn(notification) => notification.status,
            Self::TransmissionAcknowledged(transmission) => transmission.status,
            Self::FollowUpChanged { follow_up, .. } => follow_up.status,
            Self::ClockPaused(clock)
            | Self::ClockResumed(clock)
            | Self::ClockWarned(clock)
            | Self::ClockBreached(clock) => clock.status,
            Self::AttachmentStored(attachment) | Self::AttachmentDeleted(attachment) => attachment.status,
        }
    }
}
