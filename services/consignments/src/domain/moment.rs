//! The day at the moment of a decision: what is left of it, and what is targeted.

use seamless_identifiers::Unlocode;
use seamless_targeting::{ScoreSample, Threshold};

use super::model::Plan;

/// The day at the moment of a decision.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    pub entry_point: Unlocode,
    pub date: jiff::civil::Date,
    pub seed: [u8; 32],
    pub targeted_left: u32,
    pub random_left: u32,
    pub expected_to_come: f64,
    pub threshold: Threshold,
}

impl Moment {
    /// The day as its plan is spent by now, and the scores that came so far.
    #[must_use]
    pub fn of(plan: &Plan, scores: &ScoreSample) -> Self {
        let expected_to_come = plan.expected_to_come();
        Self {
            entry_point: plan.entry_point.clone(),
            date: plan.date,
            seed: plan.seed,
            targeted_left: plan.targeted_left(),
            random_left: plan.random_left(),
            expected_to_come,
            threshold: scores.highest(f64::from(plan.targeted_left()) / expected_to_come),
        }
    }
}
