//! One use case a file. Each decides; none writes.

mod activate_model;
mod attach_document;
mod change_control;
mod compare_models;
mod control_access;
mod decide_approval;
mod estimate_hit_rates;
mod future_tests;
mod gather_facts;
mod import_model;
mod inspection_access;
mod mark_overdue;
mod model_access;
mod plan_of_day;
mod propose_approvals;
mod recompute_trust;
mod record_control;
mod revoke_inspection;
mod set_plan;
mod settle_control;
mod share_inspections;
mod train_model;
mod trust_access;
mod write_criterion;

pub use activate_model::ActivateModel;
pub use attach_document::AttachDocument;
pub use change_control::{ChangeControl, ControlStep};
pub use compare_models::{CompareModels, Compared, Comparison};
pub use control_access::ControlAccess;
pub use decide_approval::DecideApproval;
pub use estimate_hit_rates::EstimateHitRates;
pub use gather_facts::{Arriving, GatherFacts, TrustRead};
pub use import_model::ImportModel;
pub use inspection_access::{InspectionAccess, Sight};
pub use mark_overdue::MarkOverdue;
pub use model_access::ModelAccess;
pub use plan_of_day::{PlanOfDay, is_over, today};
pub use propose_approvals::{Proposal, ProposeApprovals, proposals};
pub use recompute_trust::RecomputeTrust;
pub use record_control::{ControlContent, ControlledGoods, RecordControl};
pub use revoke_inspection::RevokeInspection;
pub use set_plan::{PlanSetting, SetPlan};
pub use settle_control::SettleControl;
pub use share_inspections::{ShareInspections, Shared};
pub use train_model::{SETTLING, TrainModel, weight_of};
pub use trust_access::TrustAccess;
pub use write_criterion::{CriterionStep, NewCriterion, WriteCriterion};

use super::error::DomainError;

/// Refuses a record that is not the version that the caller meant; no revision named means whichever is there.
fn require_revision(
    expected: Option<i64>,
    present: i64,
    resource: impl FnOnce() -> String,
) -> Result<(), DomainError> {
    match expected {
        Some(expected) if expected != present => Err(DomainError::EtagMismatch { resource: resource() }),
        _ => Ok(()),
    }
}
