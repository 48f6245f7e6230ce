//! Domain events in the form of the contract. They are stored whole; the feed redacts them for each reader.

use prost::{Message, Name};
use seamless_feed::NewEvent;
use seamless_proto::seamless::{feed::v1 as feed, notifications::v1 as wire};
use uuid::Uuid;

use super::{
    assessment_out, attachment_out, candidate_out, check_out, clock_out, conversation_out, evidence_out,
    follow_up_out, listing_out, message_out, notification_out, proposal_out, question_out, removal_out,
    similarity_decision_out, trace_out, transmission_out,
};
use crate::domain::{
    event::{DomainEvent, EventKind},
    model::{Clock, EventStatus},
};

/// The event as it is appended to the feed.
pub(crate) fn event_out(event: &DomainEvent) -> NewEvent {
    let (event_type, data) = data_of(&event.kind);
    NewEvent {
        event_id: Uuid::now_v7(),
        event_type,
        subject: event.kind.subject(),
        occur_time_us: event.time.as_microsecond(),
        arrangement: event.arrangement.clone(),
        status: match event.kind.status() {
            EventStatus::Actual => feed::EventStatus::Actual,
            EventStatus::Exercise => feed::EventStatus::Exercise,
            EventStatus::Test => feed::EventStatus::Test,
        },
        data,
        traceparent: Some(seamless_service::telemetry::current_traceparent())
            .filter(|context| !context.is_empty()),
        readers: event.readers.clone(),
    }
}

fn data_of(kind: &EventKind) -> (String, Vec<u8>) {
    match kind {
        EventKind::NotificationCreated(notification) => {
            data(&wire::NotificationCreated { notification: Some(notification_out(notification)) })
        }
        EventKind::NotificationUpdated(notification) => {
            data(&wire::NotificationUpdated { notification: Some(notification_out(notification)) })
        }
        EventKind::NotificationSubmitted(notification) => {
            data(&wire::NotificationSubmitted { notification: Some(notification_out(notification)) })
        }
        EventKind::NotificationReturned(notification) => {
            data(&wire::NotificationReturned { notification: Some(notification_out(notification)) })
        }
        EventKind::NotificationValidated(notification) => {
            data(&wire::NotificationValidated { notification: Some(notification_out(notification)) })
        }
        EventKind::NotificationTransmitted(notification, transmission) => {
            data(&wire::NotificationTransmitted {
                notification: Some(notification_out(notification)),
                transmission: Some(transmission_out(transmission)),
            })
        }
        EventKind::NotificationWithdrawn(notification) => {
            data(&wire::NotificationWithdrawn { notification: Some(notification_out(notification)) })
        }
        EventKind::TransmissionAcknowledged(transmission) => {
            data(&wire::TransmissionAcknowledged { transmission: Some(transmission_out(transmission)) })
        }
        EventKind::FollowUpChanged { follow_up, previous, transmission } => data(&wire::FollowUpChanged {
            follow_up: Some(follow_up_out(follow_up)),
            previous_state: previous.map_or(0, |state| state as i32),
            transmission: Some(transmission_out(transmission)),
        }),
        EventKind::ClockPaused(clock) => data(&wire::ClockPaused { clock: clock_of(clock) }),
        EventKind::ClockResumed(clock) => data(&wire::ClockResumed { clock: clock_of(clock) }),
        EventKind::ClockWarned(clock) => data(&wire::ClockWarned { clock: clock_of(clock) }),
        EventKind::ClockBreached(clock) => data(&wire::ClockBreached { clock: clock_of(clock) }),
        EventKind::TraceOpened(trace) => data(&wire::TraceOpened { trace: Some(trace_out(trace)) }),
        EventKind::TraceCandidateChanged(candidate) => {
            data(&wire::TraceCandidateChanged { candidate: Some(candidate_out(candidate)) })
        }
        EventKind::TraceQuestionChanged(question) => {
            data(&wire::TraceQuestionChanged { question: Some(question_out(question)) })
        }
        EventKind::TraceConcluded(trace, candidates) => data(&wire::TraceConcluded {
            trace: Some(trace_out(trace)),
            candidates: candidates.iter().map(candidate_out).collect(),
        }),
        EventKind::TraceReopened(trace) => data(&wire::TraceReopened { trace: Some(trace_out(trace)) }),
        EventKind::EvidenceRecorded(entry) => {
            data(&wire::EvidenceRecorded { evidence: Some(evidence_out(entry)) })
        }
        EventKind::ConversationOpened(conversation, message) => data(&wire::ConversationOpened {
            conversation: Some(conversation_out(conversation)),
            message: Some(message_out(message)),
        }),
        EventKind::MessagePosted(conversation, message) => data(&wire::MessagePosted {
            conversation: Some(conversation_out(conversation)),
            message: Some(message_out(message)),
        }),
        EventKind::ConversationChanged { conversation, previous, message } => {
            data(&wire::ConversationChanged {
                conversation: Some(conversation_out(conversation)),
                previous_state: *previous as i32,
                message: message.as_deref().map(message_out),
            })
        }
        EventKind::ListingReported(listing) => {
            data(&wire::ListingReported { listing: Some(listing_out(listing)) })
        }
        EventKind::ListingChecked(listing, check) => {
            data(&wire::ListingChecked { listing: Some(listing_out(listing)), check: Some(check_out(check)) })
        }
        EventKind::RemovalOrdered(removal) => {
            data(&wire::RemovalOrdered { removal: Some(removal_out(removal)) })
        }
        EventKind::RemovalConfirmed(removal) => {
            data(&wire::RemovalConfirmed { removal: Some(removal_out(removal)) })
        }
        EventKind::ProposalChanged(proposal) => {
            data(&wire::ProposalChanged { proposal: Some(proposal_out(proposal)) })
        }
        EventKind::AssessmentChanged(assessment) => {
            data(&wire::AssessmentChanged { assessment: Some(assessment_out(assessment)) })
        }
        EventKind::AssessmentWithdrawn(assessment) => {
            data(&wire::AssessmentWithdrawn { assessment: Some(assessment_out(assessment)) })
        }
        EventKind::SimilarityDecided(decision) => {
            data(&wire::SimilarityDecided { decision: Some(similarity_decision_out(decision)) })
        }
        EventKind::AttachmentStored(attachment) => {
            data(&wire::AttachmentStored { attachment: Some(attachment_out(attachment)) })
        }
        EventKind::AttachmentDeleted(attachment) => {
            data(&wire::AttachmentDeleted { attachment: Some(attachment_out(attachment)) })
        }
    }
}

fn clock_of(clock: &Clock) -> Option<wire::Clock> {
    Some(clock_out(clock))
}

fn data<M: Message + Name>(message: &M) -> (String, Vec<u8>) {
    (M::full_name(), message.encode_to_vec())
}
