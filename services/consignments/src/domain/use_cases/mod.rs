//! One use case a file. Each decides; none writes.

mod activate_model;
mod attach_document;
mod compare_models;
mod estimate_hit_rates;
mod import_model;
mod inspection_access;
mod model_access;
mod plan_of_day;
mod revoke_inspection;
mod set_plan;
mod share_inspections;
mod train_model;

pub use activate_model::ActivateModel;
pub use attach_document::AttachDocument;
pub use compare_models::{CompareModels, Compared, Comparison};
pub use estimate_hit_rates::EstimateHitRates;
pub use import_model::ImportModel;
pub use inspection_access::InspectionAccess;
pub use model_access::ModelAccess;
pub use plan_of_day::{PlanOfDay, is_over, today};
pub use revoke_inspection::RevokeInspection;
pub use set_plan::{PlanSetting, SetPlan};
pub use share_inspections::{ShareInspections, Shared};
pub use train_model::{SETTLING, TrainModel, weight_of};

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
