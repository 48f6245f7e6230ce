//! Rates and verdicts that people decide on, each with its interval and its count.
//!
//! Invariants: no figure leaves without an interval and the number of examinations behind it; the same input gives the
//! same bits on every machine (elementary functions come from `libm`, never from the platform); what cannot be
//! estimated is refused, never guessed. Nothing here reads a file, a clock or a random number.

mod competing;
mod effective_size;
mod error;
mod half;
mod incomplete_beta;
mod normal;
mod posterior;
mod propensity;
mod rate;
mod rate_ratio;
mod ratio;
mod reliability;
mod reliability_rule;
mod solve;
mod survival;
mod switching;
mod wilson;

pub use competing::{CompetingIncidence, CompetingSpell, Incidence, IncidenceAt, cumulative_incidence};
pub use effective_size::kish;
pub use error::StatisticsError;
pub use posterior::Posterior;
pub use propensity::{Examination, WeightedRate, hajek, horvitz_thompson, unexamined};
pub use rate::{Interval, Rate, Tally};
pub use rate_ratio::{EventCount, RateRatio, rate_ratio};
pub use ratio::{probability_below_share, probability_less, ratio_interval};
pub use reliability::{Evidence, Reliability, Verdict, reliability};
pub use reliability_rule::ReliabilityRule;
pub use survival::{End, Median, Spell, Survival, SurvivalAt, TimeInterval, kaplan_meier};
pub use switching::{Conditions, Inspection, Lot, SamplingPlan, Switching};
pub use wilson::wilson;
