//! Which goods to examine with the capacity of one entry point and one day, and what the examinations then say.
//!
//! Most of the capacity goes where the expected harm is highest; a floor of it goes to goods drawn by lot, without which
//! nobody would notice what the model does not know. Invariants: never more examinations than capacity; targeted ones
//! never take what is kept for the lot; the same input and seed give the same answer, whatever the order of the
//! candidates; every answer tells the probability with which it was given. Nothing here reads a file, a clock or a
//! random number: chance comes from a keyed hash.

mod candidate;
mod capacity;
mod chance;
mod checks;
mod decide;
mod error;
mod estimate;
mod plan;
mod score_sample;
mod stream;

pub use candidate::Candidate;
pub use capacity::{Day, Remaining};
pub use checks::is_checked;
pub use decide::{Decision, decide};
pub use error::TargetingError;
pub use estimate::{Draw, Effect, Lift, Outcome, Unseen, estimate};
pub use plan::{Assignment, Part, Plan, plan};
pub use score_sample::{ScoreSample, Threshold};
pub use stream::Stream;
