//! Use cases of follow-ups.

mod follow_up_step;
mod start_follow_up;

pub use follow_up_step::TakeFollowUpStep;
pub use start_follow_up::StartFollowUp;
