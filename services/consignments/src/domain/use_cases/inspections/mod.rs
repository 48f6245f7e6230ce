//! Use cases of pre-inspections.

mod attach_document;
mod inspection_access;
mod revoke_inspection;
mod share_inspections;

pub use attach_document::AttachDocument;
pub use inspection_access::{InspectionAccess, SeenInspection};
pub use revoke_inspection::RevokeInspection;
pub use share_inspections::{ShareInspections, Shared};
