//! Use cases of screening of arrivals and criteria.

mod gather_facts;
mod write_criterion;

pub use gather_facts::{Arriving, GatherFacts, TrustRead};
pub use write_criterion::{CriterionStep, NewCriterion, WriteCriterion};
