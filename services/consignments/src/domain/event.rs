//! What the service tells its readers, and whom.

use std::sync::Arc;

use seamless_decision::Told;

use super::{
    aggregates::HourlyAggregate,
    closed_plans::ClosedPlan,
    criteria::Criterion,
    model::{
        Approval, Control, CriterionState, EventStatus, Inspection, Misuse, ModelState, RiskModel, Screening,
        TrustChange,
    },
    model_accuracy::Accuracy,
    records::Record,
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
    PlanClosed(Box<ClosedPlan>),
    ModelChanged(Box<ModelChange>),
    CriterionChanged(Box<CriterionChange>),
    LaneOverridden(Box<Screening>),
    ConsignmentScreened(Arc<Screening>),
    CertificateMisused(Box<Misuse>),
}

/// What a risk model does now, and did before.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelChange {
    pub model: RiskModel,
    /// None for a new version.
    pub previous: Option<ModelState>,
    /// How well it did on outcomes that it had not learned, and how many these were; none where it is not known.
    pub accuracy: Option<(Accuracy, usize)>,
}

/// Where a criterion stands, and stood before.
#[derive(Clone, Debug, PartialEq)]
pub struct CriterionChange {
    pub criterion: Criterion,
    /// None for a new one.
    pub previous: Option<CriterionState>,
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
            Self::PlanClosed(closed) => closed.plan.name(),
            Self::ModelChanged(change) => change.model.name(),
            Self::CriterionChanged(change) => change.criterion.name(),
            Self::LaneOverridden(screening) => screening.name(),
            Self::ConsignmentScreened(screening) => screening.name(),
            Self::CertificateMisused(misuse) => misuse.subject(),
        }
    }

    /// Whether it is meant.
    #[must_use]
    pub fn status(&self) -> EventStatus {
        match self {
            Self::InspectionChanged(inspection) => inspection.content.status,
            Self::ControlChanged(control) | Self::ControlOverdue(control) => control.status,
            Self::LaneOverridden(screening) => screening.status,
            Self::ConsignmentScreened(screening) => screening.status,
            Self::CertificateMisused(misuse) => misuse.status,
            Self::TrustChanged(_)
            | Self::ApprovalChanged(_)
            | Self::ScreeningsAggregated(_)
            | Self::PlanClosed(_)
            | Self::ModelChanged(_)
            | Self::CriterionChanged(_) => EventStatus::Actual,
        }
    }
}
