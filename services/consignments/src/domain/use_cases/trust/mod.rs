//! Use cases of how far inspection bodies are trusted.

mod decide_approval;
mod propose_approvals;
mod recompute_trust;
mod trust_access;

pub use decide_approval::DecideApproval;
pub use propose_approvals::{Proposal, ProposeApprovals, proposals};
pub use recompute_trust::RecomputeTrust;
pub use trust_access::TrustAccess;
