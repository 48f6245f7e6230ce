//! What is known of a rate: a beta distribution.

use crate::incomplete_beta::{UnitPoint, regularised};
use crate::rate::checked_level;
use crate::solve::reaches;
use crate::{Interval, Rate, StatisticsError, Tally};

/// Between these shapes all figures keep nine digits.
const SHAPES: core::ops::RangeInclusive<f64> = 1e-12..=1e9;

/// A beta distribution of an unknown rate, as a prior or after examinations. Its shapes are read as examinations: alpha
/// unsafe, beta safe.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Posterior {
    alpha: f64,
    beta: f64,
}

impl Posterior {
    /// Every rate is as likely as another: Beta(1, 1) [Bayes, Laplace].
    pub const UNIFORM: Self = Self { alpha: 1.0, beta: 1.0 };

    /// The distribution with these shapes.
    ///
    /// # Errors
    /// [`StatisticsError::Shape`] unless both are at least 1e-12 and at most 1e9.
    pub fn new(alpha: f64, beta: f64) -> Result<Self, StatisticsError> {
        for shape in [alpha, beta] {
            if !SHAPES.contains(&shape) {
                return Err(StatisticsError::Shape(shape));
            }
        }
        Ok(Self { alpha, beta })
    }

    /// A prior that pulls towards the mean of a parent group as strongly as `strength` examinations would:
    /// Beta(strength·mean, strength·(1 − mean)), so that after s of n the mean is (s + m·p) / (n + m).
    ///
    /// # Errors
    /// [`StatisticsError::PriorMean`] for a mean that is not strictly between 0 and 1; [`StatisticsError::Shape`] for a
    /// strength that makes shapes below 1e-12 or above 1e9.
    pub fn towards(parent_mean: f64, strength: f64) -> Result<Self, StatisticsError> {
        if !(parent_mean > 0.0 && parent_mean < 1.0) {
            return Err(StatisticsError::PriorMean(parent_mean));
        }
        Self::new(strength * parent_mean, strength * (1.0 - parent_mean))
    }

    /// This as a prior, after the examinations of `tally`.
    ///
    /// # Errors
    /// [`StatisticsError::Tally`], or [`StatisticsError::Shape`] beyond 1e9 examinations.
    pub fn after(self, tally: Tally) -> Result<Self, StatisticsError> {
        let (found, safe) = tally.counts()?;
        Self::new(self.alpha + found, self.beta + safe)
    }

    /// The first shape: unsafe ones.
    pub fn alpha(self) -> f64 {
        self.alpha
    }

    /// The second shape: safe ones.
    pub fn beta(self) -> f64 {
        self.beta
    }

    /// The expected rate, α / (α + β).
    pub fn mean(self) -> f64 {
        self.alpha / (self.alpha + self.beta)
    }

    /// The probability that the rate is below `x`: I_x(α, β) [DLMF 8.17.2]. 0 for x ≤ 0, 1 for x ≥ 1; NaN for NaN.
    pub fn probability_below(self, x: f64) -> f64 {
        if x.is_nan() { f64::NAN } else { regularised(self.alpha, self.beta, UnitPoint::at(x)) }
    }

    /// The rate below which lies the share `probability`. 0 where that rate is smaller than any number, and for
    /// probabilities of 0 or less; 1 for probabilities of 1 or more.
    pub fn quantile(self, probability: f64) -> f64 {
        // Log-odds of ±750 are the ends of what a number can hold.
        const END: f64 = 750.0;
        if probability <= 0.0 {
            return 0.0;
        }
        if probability >= 1.0 {
            return 1.0;
        }
        let below = |logit| regularised(self.alpha, self.beta, UnitPoint::of_logit(logit));
        UnitPoint::of_logit(reaches(probability, -END, END, 1e-16, below)).x
    }

    /// The equal-tailed credible interval: as much lies below it as above.
    ///
    /// # Errors
    /// [`StatisticsError::Level`].
    pub fn interval(self, level: f64) -> Result<Interval, StatisticsError> {
        let tail = (1.0 - checked_level(level)?) / 2.0;
        Ok(Interval { lower: self.quantile(tail), upper: self.quantile(1.0 - tail), level })
    }

    /// Mean and interval, resting on this many examinations.
    ///
    /// # Errors
    /// [`StatisticsError::Level`].
    pub fn rate(self, level: f64, examinations: u64) -> Result<Rate, StatisticsError> {
        Ok(Rate { value: self.mean(), interval: self.interval(level)?, examinations })
    }
}
