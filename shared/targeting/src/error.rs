//! Why there is no plan, no decision or no estimate.

use seamless_statistics::StatisticsError;
use thiserror::Error;

/// What was wanted of the input, and what it was instead.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum TargetingError {
    /// A share for random examinations outside 0 to 1.
    #[error("the share of random examinations must lie from 0 to 1, got {0}")]
    Floor(f64),
    /// A probability of being unsafe outside 0 to 1.
    #[error("the probability of a candidate must lie from 0 to 1, got {0}")]
    Probability(f64),
    /// A harm that is negative or not finite.
    #[error("the harm of a candidate must be finite and at least 0, got {0}")]
    Harm(f64),
    /// Two candidates of one plan with the same id.
    #[error("a candidate stands in the plan twice")]
    Twice,
    /// A forecast of arrivals that is negative or not finite.
    #[error("the expected arrivals must be finite and at least 0, got {0}")]
    Expected(f64),
    /// An outcome of goods that had no chance to be examined, or a probability outside 0 to 1.
    #[error("a draw with the probability {0} cannot have been examined")]
    Draw(f64),
    /// A figure that cannot be given.
    #[error(transparent)]
    Statistics(#[from] StatisticsError),
}
