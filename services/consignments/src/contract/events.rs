//! Domain events in the form of the contract. They are stored whole; the feed redacts them for each reader.

use prost::{Message, Name};
use seamless_feed::NewEvent;
use seamless_proto::seamless::{consignments::v1 as wire, feed::v1 as feed};
use uuid::Uuid;

use super::{aggregate_out, approval_out, control_out, inspection_out, trust_change_out};
use crate::domain::event::{DomainEvent, EventKind};

/// The event as it is appended to the feed.
pub(crate) fn event_out(event: &DomainEvent) -> NewEvent {
    let (event_type, data) = data_of(&event.kind);
    NewEvent {
        event_id: Uuid::now_v7(),
        event_type,
        subject: event.kind.subject(),
        occur_time_us: event.time.as_microsecond(),
        arrangement: event.arrangement.clone(),
        // The numbers are the contract's.
        status: feed::EventStatus::try_from(event.kind.status() as i32).unwrap_or(feed::EventStatus::Test),
        data,
        traceparent: Some(seamless_service::telemetry::current_traceparent())
            .filter(|context| !context.is_empty()),
        readers: event.readers.clone(),
    }
}

fn data_of(kind: &EventKind) -> (String, Vec<u8>) {
    match kind {
        EventKind::InspectionChanged(inspection) => {
            data(&wire::InspectionChanged { inspection: Some(inspection_out(inspection)) })
        }
        EventKind::ControlChanged(control) => {
            data(&wire::ControlChanged { control: Some(control_out(control)) })
        }
        EventKind::ControlOverdue(control) => {
            data(&wire::ControlOverdue { control: Some(control_out(control)) })
        }
        EventKind::TrustChanged(change) => {
            data(&wire::TrustChanged { change: Some(trust_change_out(change)) })
        }
        EventKind::ApprovalChanged(approval) => {
            data(&wire::ApprovalChanged { approval: Some(approval_out(approval)) })
        }
        EventKind::ScreeningsAggregated(aggregate) => data(&aggregate_out(aggregate)),
    }
}

fn data<M: Message + Name>(message: &M) -> (String, Vec<u8>) {
    (M::full_name(), message.encode_to_vec())
}
