//! What the service tells its readers, and whom.

use jiff::{SignedDuration, Timestamp};
use seamless_decision::Told;
use seamless_identity::AuthorityId;

use super::model::{
    Assessment, Attachment, Candidate, Clock, ClockChangeReason, ClockState, Conversation, ConversationState,
    EventStatus, EvidenceEntry, FollowUp, FollowUpState, ListingCheck, Message, Notification, Proposal,
    Removal, SimilarityDecision, Trace, TraceQuestion, TrackedListing, Transmission, notification_name,
};
use super::records::Record;

/// Something that happened, for its readers and nobody else.
pub type DomainEvent = Told<EventKind>;

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
    ClockChanged {
        clock: Box<Clock>,
        /// None where there was no such clock.
        previous: Option<ClockState>,
        reason: ClockChangeReason,
    },
    ClockPaused(Box<Clock>),
    ClockResumed(Box<Clock>),
    ClockWarned(Box<Clock>),
    ClockBreached(Box<Clock>),
    TraceOpened(Box<Trace>),
    TraceCandidateChanged(Box<Candidate>),
    TraceQuestionChanged(Box<TraceQuestion>),
    /// With the candidates that the conclusion names, in its order.
    TraceConcluded(Box<Trace>, Vec<Candidate>),
    TraceReopened(Box<Trace>),
    EvidenceRecorded(Box<EvidenceEntry>),
    ConversationOpened(Box<Conversation>, Box<Message>),
    MessagePosted(Box<Conversation>, Box<Message>),
    ConversationChanged {
        conversation: Box<Conversation>,
        previous: ConversationState,
        message: Option<Box<Message>>,
    },
    MessagesRead {
        conversation: Box<Conversation>,
        authority: AuthorityId,
        /// The number of the last message that it had read before; 0 for none.
        previous: u32,
    },
    ListingReported(Box<TrackedListing>),
    ListingChecked(Box<TrackedListing>, Box<ListingCheck>),
    RemovalOrdered(Box<Removal>),
    RemovalConfirmed(Box<Removal>),
    ProposalChanged(Box<Proposal>),
    AssessmentChanged(Box<Assessment>),
    AssessmentWithdrawn(Box<Assessment>),
    SimilarityDecided(Box<SimilarityDecision>),
    AttachmentStored(Box<Attachment>),
    AttachmentDeleted(Box<Attachment>),
    /// How far ahead of real time the clock is, and what time it is by it.
    SandboxClockAdvanced {
        ahead: SignedDuration,
        now: Timestamp,
    },
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
            Self::ClockChanged { clock, .. }
            | Self::ClockPaused(clock)
            | Self::ClockResumed(clock)
            | Self::ClockWarned(clock)
            | Self::ClockBreached(clock) => clock.name(),
            Self::TraceOpened(trace) | Self::TraceConcluded(trace, _) | Self::TraceReopened(trace) => {
                trace.key.name()
            }
            Self::TraceCandidateChanged(candidate) => candidate.name(),
            Self::TraceQuestionChanged(question) => question.name(),
            Self::EvidenceRecorded(entry) => entry.name(),
            Self::ConversationOpened(conversation, _)
            | Self::ConversationChanged { conversation, .. }
            | Self::MessagesRead { conversation, .. }
            | Self::MessagePosted(conversation, _) => conversation.name(),
            Self::ListingReported(listing) | Self::ListingChecked(listing, _) => listing.name(),
            Self::RemovalOrdered(removal) | Self::RemovalConfirmed(removal) => removal.name(),
            Self::ProposalChanged(proposal) => proposal.name(),
            Self::AssessmentChanged(assessment) | Self::AssessmentWithdrawn(assessment) => assessment.name(),
            // The decision's own name may begin with the other side's notification.
            Self::SimilarityDecided(decision) => notification_name(decision.notification),
            Self::AttachmentStored(attachment) | Self::AttachmentDeleted(attachment) => attachment.name(),
            Self::SandboxClockAdvanced { .. } => "sandbox".to_owned(),
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
            Self::ClockChanged { clock, .. }
            | Self::ClockPaused(clock)
            | Self::ClockResumed(clock)
            | Self::ClockWarned(clock)
            | Self::ClockBreached(clock) => clock.status,
            Self::TraceOpened(trace) | Self::TraceConcluded(trace, _) | Self::TraceReopened(trace) => {
                trace.status
            }
            Self::TraceCandidateChanged(candidate) => candidate.status,
            Self::TraceQuestionChanged(question) => question.status,
            Self::EvidenceRecorded(entry) => entry.evidence.status,
            Self::ConversationOpened(conversation, _)
            | Self::ConversationChanged { conversation, .. }
            | Self::MessagesRead { conversation, .. }
            | Self::MessagePosted(conversation, _) => conversation.status,
            Self::ListingReported(listing) | Self::ListingChecked(listing, _) => listing.status,
            Self::RemovalOrdered(removal) | Self::RemovalConfirmed(removal) => removal.status,
            Self::ProposalChanged(proposal) => proposal.status,
            Self::AssessmentChanged(assessment) | Self::AssessmentWithdrawn(assessment) => assessment.status,
            Self::SimilarityDecided(decision) => decision.status,
            Self::AttachmentStored(attachment) | Self::AttachmentDeleted(attachment) => attachment.status,
            Self::SandboxClockAdvanced { .. } => EventStatus::Test,
        }
    }
}
