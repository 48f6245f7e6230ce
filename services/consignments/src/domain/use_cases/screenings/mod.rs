//! Use cases of screening of arrivals and criteria.

mod gather_facts;
mod override_lane;
mod tell_hour;
mod tell_misuse;
mod tell_screening;
mod write_criterion;

pub use gather_facts::{Arriving, GatherFacts, TrustRead};
pub use override_lane::OverrideLane;
pub use tell_hour::TellHour;
pub use tell_misuse::misuses;
pub use tell_screening::{ToldScreenings, decided};
pub use write_criterion::{CriterionStep, NewCriterion, WriteCriterion, active_criteria};
