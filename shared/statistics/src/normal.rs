//! The normal distribution.

use crate::solve::reaches;

/// How many standard deviations on either side of the mean hold the share `level` (above 0, below 1) of a normal
/// distribution: 1.959964 for 0.95.
pub(crate) fn two_sided(level: f64) -> f64 {
    // erfc keeps its digits where erf is next to 1, so the tail is what is compared.
    reaches(-(1.0 - level), 0.0, 40.0, 1e-15, |z| -libm::erfc(z / core::f64::consts::SQRT_2))
}
