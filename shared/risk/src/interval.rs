//! Log-odds, and quantiles of the beta distribution.
//!
//! Invariants: always a probability, whatever the arguments. Decisions keep intervals and are replayed to the last bit: a
//! change of the arithmetic here makes replays of what was decided before differ. That is also why the incomplete beta
//! function stands here once more: that of `seamless-statistics` is exact to the last digits, this one to some ten of them,
//! and the bits of stored decisions are of this one.

/// The value below which a share `tail` of the beta distribution lies; both shapes at least ½ and at most a million.
pub(crate) fn beta_quantile(one: f64, other: f64, tail: f64) -> f64 {
    if tail <= 0.0 {
        return 0.0;
    }
    if tail >= 1.0 {
        return 1.0;
    }
    // Newton's steps in log-odds, in which the distribution is nearly normal; halving when a step leaves the bracket.
    let (mut low, mut high) = (-60.0_f64, 60.0_f64);
    let spread = (1.0 / one + 1.0 / other).sqrt();
    let mut at = (libm::log(one / other) + spread * normal_quantile(tail)).clamp(low + 1.0, high - 1.0);
    let scale = libm::lgamma(one + other) - libm::lgamma(one) - libm::lgamma(other);
    for _ in 0..60 {
        let (share, density) = beta_share(one, other, at, scale);
        if share < tail {
            low = at;
        } else {
            high = at;
        }
        let next = at - (share - tail) / density;
        let next = if next > low && next < high { next } else { (low + high) / 2.0 };
        if (next - at).abs() < 1e-7 {
            return probability(next);
        }
        at = next;
    }
    probability(at)
}

/// The regularized incomplete beta function at the probability with these log-odds, and how fast it grows with them.
fn beta_share(one: f64, other: f64, log_odds: f64, scale: f64) -> (f64, f64) {
    // With the smaller of both odds, of which the larger follows without loss.
    let odds = libm::exp(-log_odds.abs());
    let (smaller, larger, log_larger) = (odds / (1.0 + odds), 1.0 / (1.0 + odds), -libm::log1p(odds));
    let log_smaller = log_larger - log_odds.abs();
    let (value, rest, log_value, log_rest) = match log_odds < 0.0 {
        true => (smaller, larger, log_smaller, log_larger),
        false => (larger, smaller, log_larger, log_smaller),
    };
    // The density in log-odds: x^a (1-x)^b / B(a, b).
    let density = libm::exp(scale + one * log_value + other * log_rest);
    let share = if value < (one + 1.0) / (one + other + 2.0) {
        density * fraction(one, other, value) / one
    } else {
        1.0 - density * fraction(other, one, rest) / other
    };
    (share, density)
}

/// The standard normal quantile to three digits: where to begin [Abramowitz and Stegun, 26.2.23].
fn normal_quantile(tail: f64) -> f64 {
    let t = (-2.0 * libm::log(tail.min(1.0 - tail))).sqrt();
    let above = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let below = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    let distance = t - above / below;
    if tail < 0.5 { -distance } else { distance }
}

/// The continued fraction of the incomplete beta function, by Lentz's method [Press et al., Numerical Recipes, 6.4].
fn fraction(one: f64, other: f64, at: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let bounded = |number: f64| if number.abs() < TINY { TINY } else { number };
    let mut c = 1.0;
    let mut d = 1.0 / bounded(1.0 - (one + other) * at / (one + 1.0));
    let mut sum = d;
    for step in 1..10_000 {
        let m = f64::from(step);
        let even = m * (other - m) * at / ((one + 2.0 * m - 1.0) * (one + 2.0 * m));
        d = 1.0 / bounded(1.0 + even * d);
        c = bounded(1.0 + even / c);
        sum *= d * c;
        let odd = -(one + m) * (one + other + m) * at / ((one + 2.0 * m) * (one + 2.0 * m + 1.0));
        d = 1.0 / bounded(1.0 + odd * d);
        c = bounded(1.0 + odd / c);
        sum *= d * c;
        if (d * c - 1.0).abs() < 1e-10 {
            break;
        }
    }
    sum
}

/// The probability with these log-odds.
pub(crate) fn probability(log_odds: f64) -> f64 {
    if log_odds >= 0.0 {
        1.0 / (1.0 + libm::exp(-log_odds))
    } else {
        let odds = libm::exp(log_odds);
        odds / (1.0 + odds)
    }
}

/// The natural log-odds of a probability.
pub(crate) fn log_odds(probability: f64) -> f64 {
    libm::log(probability / (1.0 - probability))
}
