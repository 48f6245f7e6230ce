//! Domain events in the form of the contract. They are stored whole; the feed redacts them for each reader.

use seamless_api::{
    told,
    violations::{duration_out, timestamp_out},
};
use seamless_feed::NewEvent;
use seamless_proto::seamless::notifications::v1 as wire;

use super::{
    assessment_out, attachment_out, candidate_out, check_out, clock_out, conversation_out, evidence_out,
    follow_up_out, listing_out, message_out, notification_out, proposal_out, question_out, removal_out,
    similarity_decision_out, trace_out, transmission_out,
};
use crate::domain::{
    event::{DomainEvent, EventKind},
    model::Clock,
};

/// The event as it is appended to the feed.
pub(crate) fn event_out(event: &DomainEvent) -> NewEvent {
    let DomainEvent { kind, time, arrangement, readers } = event;
    let (subject, status) = (kind.subject(), kind.status() as i32);
    seamless_api::event_out(subject, status, *time, arrangement.clone(), readers, data_of(kind))
}

fn data_of(kind: &EventKind) -> (String, Vec<u8>) {
    match kind {
        EventKind::NotificationCreated(notification) => {
            told(&wire::NotificationCreated { notification: Some(notification_out(notification)) })
        }
        EventKind::NotificationUpdated(notification) => {
            told(&wire::NotificationUpdated { notification: Some(notification_out(notification)) })
        }
        EventKind::NotificationSubmitted(notification) => {
            told(&wire::NotificationSubmitted { notification: Some(notification_out(notification)) })
        }
        EventKind::NotificationReturned(notification) => {
            told(&wire::NotificationReturned { notification: Some(notification_out(notification)) })
        }
        EventKind::NotificationValidated(notification) => {
            told(&wire::NotificationValidated { notification: Some(notification_out(notification)) })
        }
        EventKind::NotificationTransmitted(notification, transmission) => {
            told(&wire::NotificationTransmitted {
                notification: Some(notification_out(notification)),
                transmission: Some(transmission_out(transmission)),
            })
        }
        EventKind::NotificationWithdrawn(notification) => {
            told(&wire::NotificationWithdrawn { notification: Some(notification_out(notification)) })
        }
        EventKind::TransmissionAcknowledged(transmission) => {
            told(&wire::TransmissionAcknowledged { transmission: Some(transmission_out(transmission)) })
        }
        EventKind::FollowUpChanged { follow_up, previous, transmission } => told(&wire::FollowUpChanged {
            follow_up: Some(follow_up_out(follow_up)),
            previous_state: previous.map_or(0, |state| state as i32),
            transmission: Some(transmission_out(transmission)),
        }),
        EventKind::ClockChanged { clock, previous, reason } => told(&wire::ClockChanged {
            clock: clock_of(clock),
            previous_state: previous.map_or(0, |state| state as i32),
            reason: *reason as i32,
        }),
        EventKind::ClockPaused(clock) => told(&wire::ClockPaused { clock: clock_of(clock) }),
        EventKind::ClockResumed(clock) => told(&wire::ClockResumed { clock: clock_of(clock) }),
        EventKind::ClockWarned(clock) => told(&wire::ClockWarned { clock: clock_of(clock) }),
        EventKind::ClockBreached(clock) => told(&wire::ClockBreached { clock: clock_of(clock) }),
        EventKind::TraceOpened(trace) => told(&wire::TraceOpened { trace: Some(trace_out(trace)) }),
        EventKind::TraceCandidateChanged(candidate) => {
            told(&wire::TraceCandidateChanged { candidate: Some(candidate_out(candidate)) })
        }
        EventKind::TraceQuestionChanged(question) => {
            told(&wire::TraceQuestionChanged { question: Some(question_out(question)) })
        }
        EventKind::TraceConcluded(trace, candidates) => told(&wire::TraceConcluded {
            trace: Some(trace_out(trace)),
            candidates: candidates.iter().map(candidate_out).collect(),
        }),
        EventKind::TraceReopened(trace) => told(&wire::TraceReopened { trace: Some(trace_out(trace)) }),
        EventKind::EvidenceRecorded(entry) => {
            told(&wire::EvidenceRecorded { evidence: Some(evidence_out(entry)) })
        }
        EventKind::ConversationOpened(conversation, message) => told(&wire::ConversationOpened {
            conversation: Some(conversation_out(conversation)),
            message: Some(message_out(message)),
        }),
        EventKind::MessagePosted(conversation, message) => told(&wire::MessagePosted {
            conversation: Some(conversation_out(conversation)),
            message: Some(message_out(message)),
        }),
        EventKind::ConversationChanged { conversation, previous, message } => {
            told(&wire::ConversationChanged {
                conversation: Some(conversation_out(conversation)),
                previous_state: *previous as i32,
                message: message.as_deref().map(message_out),
            })
        }
        EventKind::MessagesRead { conversation, authority, previous } => {
            let number = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
            told(&wire::MessagesRead {
                conversation: Some(conversation_out(conversation)),
                authority: authority.to_string(),
                previous_number: number(*previous),
                last_read_number: number(conversation.read_by(authority)),
            })
        }
        EventKind::ListingReported(listing) => {
            told(&wire::ListingReported { listing: Some(listing_out(listing)) })
        }
        EventKind::ListingChecked(listing, check) => {
            told(&wire::ListingChecked { listing: Some(listing_out(listing)), check: Some(check_out(check)) })
        }
        EventKind::RemovalOrdered(removal) => {
            told(&wire::RemovalOrdered { removal: Some(removal_out(removal)) })
        }
        EventKind::RemovalConfirmed(removal) => {
            told(&wire::RemovalConfirmed { removal: Some(removal_out(removal)) })
        }
        EventKind::ProposalChanged(proposal) => {
            told(&wire::ProposalChanged { proposal: Some(proposal_out(proposal)) })
        }
        EventKind::AssessmentChanged(assessment) => {
            told(&wire::AssessmentChanged { assessment: Some(assessment_out(assessment)) })
        }
        EventKind::AssessmentWithdrawn(assessment) => {
            told(&wire::AssessmentWithdrawn { assessment: Some(assessment_out(assessment)) })
        }
        EventKind::SimilarityDecided(decision) => {
            told(&wire::SimilarityDecided { decision: Some(similarity_decision_out(decision)) })
        }
        EventKind::AttachmentStored(attachment) => {
            told(&wire::AttachmentStored { attachment: Some(attachment_out(attachment)) })
        }
        EventKind::AttachmentDeleted(attachment) => {
            told(&wire::AttachmentDeleted { attachment: Some(attachment_out(attachment)) })
        }
        EventKind::SandboxClockAdvanced { ahead, now } => told(&wire::SandboxClockAdvanced {
            ahead: Some(duration_out(*ahead)),
            now: Some(timestamp_out(*now)),
        }),
    }
}

fn clock_of(clock: &Clock) -> Option<wire::Clock> {
    Some(clock_out(clock))
}
