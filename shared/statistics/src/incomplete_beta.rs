//! The regularised incomplete beta function I_x(a, b) [DLMF 8.17], which is the distribution function of a beta
//! distribution.
//!
//! Own code, since the libraries at hand lose accuracy from shapes of 1e4 on or do not return for small arguments.
//! Arguments are carried with their complement and both logarithms, so that neither end of the unit interval loses
//! digits.

use core::f64::consts::PI;

/// A point of the unit interval with its complement and the logarithms of both.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UnitPoint {
    pub x: f64,
    pub complement: f64,
    pub ln_x: f64,
    pub ln_complement: f64,
}

impl UnitPoint {
    /// The point `x`, taken as 0 below 0 and as 1 above 1.
    pub fn at(x: f64) -> Self {
        let x = x.clamp(0.0, 1.0);
        Self { x, complement: 1.0 - x, ln_x: libm::log(x), ln_complement: libm::log1p(-x) }
    }

    /// The point whose log-odds are `logit`; keeps its logarithms where `x` itself is 0 or 1 to the last bit.
    pub fn of_logit(logit: f64) -> Self {
        let soft = libm::log1p(libm::exp(-libm::fabs(logit)));
        let ln_x = logit.min(0.0) - soft;
        let ln_complement = (-logit).min(0.0) - soft;
        Self { x: libm::exp(ln_x), complement: libm::exp(ln_complement), ln_x, ln_complement }
    }

    /// `share` (above 0, at most 1) of this point.
    pub fn scaled(self, share: f64) -> Self {
        if share == 1.0 {
            return self;
        }
        let x = share * self.x;
        Self { x, complement: 1.0 - x, ln_x: libm::log(share) + self.ln_x, ln_complement: libm::log1p(-x) }
    }

    fn swapped(self) -> Self {
        Self { x: self.complement, complement: self.x, ln_x: self.ln_complement, ln_complement: self.ln_x }
    }
}

/// I_x(a, b) for shapes above 0; from 0 to 1.
pub(crate) fn regularised(a: f64, b: f64, point: UnitPoint) -> f64 {
    if point.ln_x == f64::NEG_INFINITY {
        return 0.0;
    }
    if point.ln_complement == f64::NEG_INFINITY {
        return 1.0;
    }
    // The continued fraction converges quickly only on the near side of the mean; the far side is its mirror image.
    let tail = if point.x <= (a + 1.0) / (a + b + 2.0) {
        lower_tail(a, b, point)
    } else {
        1.0 - lower_tail(b, a, point.swapped())
    };
    tail.clamp(0.0, 1.0)
}

/// ln(x^a (1−x)^b / B(a, b)): the density of the beta distribution per unit of log-odds.
pub(crate) fn ln_logit_density(a: f64, b: f64, point: UnitPoint) -> f64 {
    if a < LARGE || b < LARGE {
        return a * point.ln_x + b * point.ln_complement - ln_beta(a, b);
    }
    // Large shapes: a·ln x and ln B are huge and nearly cancel. About the mean a/(a+b) the difference is
    // a·ln(1+d/a) + b·ln(1−d/b) with d = bx − a(1−x), whose parts are small.
    let d = b * point.x - a * point.complement;
    let deviance = if d <= -a || d >= b {
        a * (point.ln_x - libm::log(a / (a + b))) + b * (point.ln_complement - libm::log(b / (a + b)))
    } else {
        a * libm::log1p(d / a) + b * libm::log1p(-d / b)
    };
    deviance + 0.5 * libm::log(a / (a + b) * b / (2.0 * PI)) + stirling_rest(a + b)
        - stirling_rest(a)
        - stirling_rest(b)
}

/// I_x(a, b) where x lies below about its mean: the continued fraction DLMF 8.17.22, evaluated by Lentz's method.
fn lower_tail(a: f64, b: f64, point: UnitPoint) -> f64 {
    const TINY: f64 = 1e-300;
    // Needs some √max(a, b) terms; this many only for shapes beyond those that `Posterior` admits.
    const TERMS: u32 = 1_000_000;
    let away_from_zero = |v: f64| if libm::fabs(v) < TINY { TINY } else { v };
    let x = point.x;
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for term in 1..TERMS {
        let m = f64::from(term);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        fraction *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        fraction *= d * c;
        if libm::fabs(d * c - 1.0) < 2.0 * f64::EPSILON {
            break;
        }
    }
    libm::exp(ln_logit_density(a, b, point) - libm::log(a)) * fraction
}

/// From here on Stirling's series gives all digits.
const LARGE: f64 = 15.0;

/// ln B(a, b), without the cancellation of three logarithms of gamma functions.
fn ln_beta(a: f64, b: f64) -> f64 {
    let (small, large) = if a < b { (a, b) } else { (b, a) };
    if large < LARGE {
        return libm::lgamma(small) + libm::lgamma(large) - libm::lgamma(small + large);
    }
    // ln Γ(large) − ln Γ(small + large) by Stirling's formula, its large parts taken away from each other by hand.
    let difference = small - (large - 0.5) * libm::log1p(small / large) - small * libm::log(small + large)
        + stirling_rest(large)
        - stirling_rest(small + large);
    libm::lgamma(small) + difference
}

/// ln Γ(x) − ((x − ½) ln x − x + ½ ln 2π) for x ≥ [`LARGE`] [DLMF 5.11.1].
fn stirling_rest(x: f64) -> f64 {
    let s = 1.0 / (x * x);
    (1.0 / 12.0
        - s * (1.0 / 360.0
            - s * (1.0 / 1260.0 - s * (1.0 / 1680.0 - s * (1.0 / 1188.0 - s * 691.0 / 360_360.0)))))
        / x
}
