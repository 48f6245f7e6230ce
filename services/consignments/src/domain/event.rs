//! What the service tells its readers, and whom.

use seamless_decision::Told;

use super::{
    aggregates::HourlyAggregate,
    model::{Approval, Control, EventStatus, Inspection, TrustChange},
};

/// Something that happened, for its readers and nobody else.
pub type DomainEvent = Told<EventKind>;

/// What happened, with the record as it is afterwards.
#[derive(Clone, Debug, PartialEq)]
pub enum EventKind {
    InspectionChanged(Box<Inspection>),
    ControlChanged(Box<Control>),
    ControlOverdue(Box<Control>),
    TrustChanged(Box<TrustChange>),
    ApprovalChanged(Box<Approval>),
    ScreeningsAggregated(Box<HourlyAggregate>),
}

impl EventKind {
    /// The resource that it happened to.
    #[must_use]
    pub fn subject(&self) -> String {
        match self {
            Self::InspectionChanged(inspection) => inspection.name(),
            Self::ControlChanged(control) | Self::ControlOverdue(control) => control.name(),
            Self::TrustChanged(change) => change.trust.name(),
            Self::ApprovalChanged(approval) => approval.name(),
            Self::ScreeningsAggregated(aggregate) => format!("entryPoints/{}", aggregate.entry_point),
        }
    }

    /// Whether it is meant.
    #[must_use]
    pub fn status(&self) -> EventStatus {
        match self {
            Self::InspectionChanged(inspection) => inspection.content.status,
            Self::ControlChanged(control) | Self::ControlOverdue(control) => control.status,
            Self::TrustChanged(_) | Self::ApprovalChanged(_) | Self::ScreeningsAggregated(_) => {
                EventStatus::Actual
            }
        }
    }
}
