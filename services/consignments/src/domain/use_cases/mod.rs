//! One use case a file. Each decides; none writes.

mod attach_document;
mod gather_facts;
mod inspection_access;
mod revoke_inspection;
mod share_inspections;
mod write_criterion;

pub use attach_document::AttachDocument;
pub use gather_facts::{Arriving, GatherFacts};
pub use inspection_access::InspectionAccess;
pub use revoke_inspection::RevokeInspection;
pub use share_inspections::{ShareInspections, Shared};
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
