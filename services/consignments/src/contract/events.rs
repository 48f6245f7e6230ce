//! Domain events in the form of the contract. They are stored whole; the feed redacts them for each reader.

use seamless_api::told;
use seamless_feed::NewEvent;
use seamless_proto::seamless::consignments::v1 as wire;

use super::{
    aggregate_out, approval_out, certificate_use::misuse_out, control_out, criterion_out, inspection_out,
    model_changed_out, plan_closed_out, screening_out, trust_change_out,
};
use crate::domain::event::{DomainEvent, EventKind};

/// The event as it is appended to the feed.
pub(crate) fn event_out(event: &DomainEvent) -> NewEvent {
    let DomainEvent { kind, time, arrangement, readers } = event;
    let (subject, status) = (kind.subject(), kind.status() as i32);
    seamless_api::event_out(subject, status, *time, arrangement.clone(), readers, data_of(kind))
}

fn data_of(kind: &EventKind) -> (String, Vec<u8>) {
    match kind {
        EventKind::InspectionChanged(inspection) => {
            told(&wire::InspectionChanged { inspection: Some(inspection_out(inspection)) })
        }
        EventKind::ControlChanged(control) => {
            told(&wire::ControlChanged { control: Some(control_out(control)) })
        }
        EventKind::ControlOverdue(control) => {
            told(&wire::ControlOverdue { control: Some(control_out(control)) })
        }
        EventKind::TrustChanged(change) => {
            told(&wire::TrustChanged { change: Some(trust_change_out(change)) })
        }
        EventKind::ApprovalChanged(approval) => {
            told(&wire::ApprovalChanged { approval: Some(approval_out(approval)) })
        }
        EventKind::ScreeningsAggregated(aggregate) => told(&aggregate_out(aggregate)),
        EventKind::PlanClosed(closed) => told(&plan_closed_out(closed)),
        EventKind::ModelChanged(change) => told(&model_changed_out(change)),
        EventKind::LaneOverridden(screening) => {
            told(&wire::LaneOverridden { screening: Some(screening_out(screening)) })
        }
        EventKind::ConsignmentScreened(screening) => {
            told(&wire::ConsignmentScreened { screening: Some(screening_out(screening)) })
        }
        EventKind::CriterionChanged(change) => told(&wire::CriterionChanged {
            criterion: Some(criterion_out(&change.criterion)),
            previous_state: change.previous.map_or(0, |state| state as i32),
        }),
        EventKind::CertificateMisused(misuse) => told(&misuse_out(misuse)),
    }
}
