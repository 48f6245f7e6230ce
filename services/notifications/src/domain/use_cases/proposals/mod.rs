//! Use cases of proposals to change.

mod decide_proposal;
mod propose_change;

pub use decide_proposal::{AppliedChange, DecideProposal, ProposalAccess};
pub use propose_change::{ProposeChange, ProposedChange};
