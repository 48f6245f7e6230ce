//! Two independent rates compared.
//!
//! P(X < cY) is an integral over the log-odds of one of the two, in which its density is a bell without corners. The
//! substitution t = centre + scale·sinh(u) makes even the long tails of small shapes short, and on such a function the
//! trapezoidal rule gains digits exponentially; the step is halved until two answers agree.

use crate::incomplete_beta::{UnitPoint, ln_logit_density, regularised};
use crate::rate::checked_level;
use crate::solve::reaches;
use crate::{Interval, Posterior, StatisticsError};

/// Two successive answers that differ by less are taken as final.
const AGREEMENT: f64 = 1e-11;

/// The probability that the rate `x` is below the rate `y`, both independent; to about nine digits.
pub fn probability_less(x: Posterior, y: Posterior) -> f64 {
    // The narrower one is integrated over, so that the other is smooth on the scale of the steps.
    let spread = |p: Posterior| 1.0 / p.alpha() + 1.0 / p.beta();
    if spread(y) <= spread(x) {
        expectation(y, x, |point| regularised(x.alpha(), x.beta(), point))
    } else {
        1.0 - expectation(x, y, |point| regularised(y.alpha(), y.beta(), point))
    }
}

/// The probability that the rate `x` is below `share` times the rate `y`, both independent; to about nine digits.
///
/// # Errors
/// [`StatisticsError::Ratio`] for a share that is not finite or not above 0.
pub fn probability_below_share(x: Posterior, share: f64, y: Posterior) -> Result<f64, StatisticsError> {
    if !(share > 0.0 && share.is_finite()) {
        return Err(StatisticsError::Ratio(share));
    }
    Ok(below_share(x, share, y))
}

/// The equal-tailed credible interval of the ratio x / y of two independent rates, to eight digits; ratios beyond e^±200
/// are told as these.
///
/// # Errors
/// [`StatisticsError::Level`].
pub fn ratio_interval(x: Posterior, y: Posterior, level: f64) -> Result<Interval, StatisticsError> {
    const END: f64 = 200.0;
    let tail = (1.0 - checked_level(level)?) / 2.0;
    let at = |probability| {
        libm::exp(reaches(probability, -END, END, 1e-9, |ln_ratio| below_share(x, libm::exp(ln_ratio), y)))
    };
    Ok(Interval { lower: at(tail), upper: at(1.0 - tail), level })
}

fn below_share(x: Posterior, share: f64, y: Posterior) -> f64 {
    if share == 1.0 {
        return probability_less(x, y);
    }
    // A share of at most 1 keeps the scaled point inside the unit interval, where the integrand has no corner.
    if share < 1.0 {
        expectation(y, x, |point| regularised(x.alpha(), x.beta(), point.scaled(share)))
    } else {
        1.0 - expectation(x, y, |point| regularised(y.alpha(), y.beta(), point.scaled(1.0 / share)))
    }
}

/// The expectation over `outer` of `inner`, a probability that changes on the scale of `other`'s log-odds.
fn expectation(outer: Posterior, other: Posterior, inner: impl Fn(UnitPoint) -> f64) -> f64 {
    let (a, b) = (outer.alpha(), outer.beta());
    let centre = libm::log(a / b);
    let scale = libm::sqrt(1.0 / a + 1.0 / b);
    let weight = |u: f64| {
        let point = UnitPoint::of_logit(centre + scale * libm::sinh(u));
        (libm::exp(ln_logit_density(a, b, point)) * scale * libm::cosh(u), point)
    };
    let (low, high) = (end_of_weight(-1.0, weight), end_of_weight(1.0, weight));

    let change = libm::sqrt(1.0 / other.alpha() + 1.0 / other.beta()) / scale;
    let mut intervals = libm::ceil((high - low) / (change / 2.0).clamp(1e-5, 0.25)) as u64;
    let at = |index: u64, of: u64| {
        let (w, point) = weight(low + (high - low) * (index as f64 / of as f64));
        // Dividing by the weights' own sum takes the rounding of the density's constant away.
        (w, if w > 0.0 { w * inner(point) } else { 0.0 })
    };
    let add = |(w, v): (f64, f64), (dw, dv): (f64, f64)| (w + dw, v + dv);
    let mut sums = (0..=intervals).map(|i| at(i, intervals)).fold((0.0, 0.0), add);
    loop {
        let before = sums.1 / sums.0;
        intervals *= 2;
        sums = (0..intervals / 2).map(|i| at(2 * i + 1, intervals)).fold(sums, add);
        let now = sums.1 / sums.0;
        // Beyond two million points rounding outweighs what a finer step would gain.
        if libm::fabs(now - before) < AGREEMENT || intervals > 2_000_000 {
            return now.clamp(0.0, 1.0);
        }
    }
}

/// Where, going in `direction` from the middle, the weight has become too small to matter. The density falls for ever
/// once it falls, since its logarithm is concave in the log-odds.
fn end_of_weight(direction: f64, weight: impl Fn(f64) -> (f64, UnitPoint)) -> f64 {
    const NEGLIGIBLE: f64 = 1e-18;
    let mut u = 0.0;
    let mut highest: f64 = 0.0;
    loop {
        let (here, _) = weight(u);
        highest = highest.max(here);
        if here < highest * NEGLIGIBLE || libm::fabs(u) > 700.0 {
            return u;
        }
        u += direction * 0.25;
    }
}
