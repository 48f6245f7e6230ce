//! Why a figure cannot be given.

use thiserror::Error;

/// What was wanted of the input, and what it was instead.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum StatisticsError {
    /// A shape of a beta distribution that is not positive, or so small or large that digits are lost.
    #[error("a shape of a beta distribution must be at least 1e-12 and at most 1e9, got {0}")]
    Shape(f64),
    /// A credibility or confidence level outside the open interval from 0 to 1.
    #[error("a level must lie between 0 and 1, both excluded, got {0}")]
    Level(f64),
    /// A probability with which an examination cannot have been drawn.
    #[error("the probability of an examination must be above 0 and at most 1, got {0}")]
    DrawProbability(f64),
    /// A mean that a prior cannot have.
    #[error("the mean of a prior must lie between 0 and 1, both excluded, got {0}")]
    PriorMean(f64),
    /// A factor between two rates that is not finite or not above 0.
    #[error("a ratio of rates must be finite and above 0, got {0}")]
    Ratio(f64),
    /// A time over which was counted that is not finite or not above 0.
    #[error("the time over which was counted must be finite and above 0, got {0}")]
    Exposure(f64),
    /// More unsafe findings than examinations.
    #[error("there are {found} unsafe findings among {examinations} examinations")]
    Tally {
        /// How many were found unsafe.
        found: u64,
        /// How many were examined.
        examinations: u64,
    },
    /// No examination at all: there is nothing to estimate from.
    #[error("a rate needs at least one examination, got none")]
    NoExamination,
    /// A population smaller than the sample that was drawn from it.
    #[error("the population must be at least the {examinations} that were examined, got {population}")]
    Population {
        /// How many goods there are.
        population: u64,
        /// How many were examined.
        examinations: u64,
    },
    /// A threshold of a reliability rule outside its range.
    #[error("{field} of the reliability rule must be {wanted}, got {got}")]
    Rule {
        /// The field's name.
        field: &'static str,
        /// The range it must lie in.
        wanted: &'static str,
        /// What it was.
        got: f64,
    },
}
