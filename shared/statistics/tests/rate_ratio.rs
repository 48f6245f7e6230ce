//! Counts over times compared.

#![allow(clippy::unwrap_used, reason = "a test that does not go on fails")]

use proptest::prelude::*;
use seamless_statistics::{EventCount, StatisticsError, rate_ratio};

fn count(events: u64, exposure: f64) -> EventCount {
    EventCount { events, exposure }
}

/// `poisson.test(c(11, 6+8+7), c(800, 1083+1050+878))` of R.
#[test]
fn a_published_comparison_comes_out_the_same() {
    let found = rate_ratio(count(11, 800.0), count(21, 3_011.0), 0.95).unwrap().unwrap();
    for (got, wanted) in
        [(found.value, 1.971_488), (found.interval.lower, 0.858_426_4), (found.interval.upper, 4.277_265_9)]
    {
        assert!((got - wanted).abs() < 1e-6, "{got} instead of {wanted}");
    }
}

#[test]
fn where_nothing_happened_there_is_no_ratio_or_an_open_one() {
    assert_eq!(rate_ratio(count(0, 30.0), count(0, 30.0), 0.95), Ok(None));
    let new = rate_ratio(count(5, 30.0), count(0, 30.0), 0.95).unwrap().unwrap();
    assert!(new.value.is_infinite() && new.interval.upper.is_infinite() && new.interval.lower > 0.5);
    let gone = rate_ratio(count(0, 30.0), count(5, 30.0), 0.95).unwrap().unwrap();
    assert!(gone.value == 0.0 && gone.interval.lower == 0.0 && gone.interval.upper < 1.5);
}

#[test]
fn a_time_that_is_none_is_refused() {
    for exposure in [0.0, -1.0, f64::INFINITY, f64::NAN] {
        let refused = rate_ratio(count(1, exposure), count(1, 30.0), 0.95).unwrap_err();
        assert!(matches!(refused, StatisticsError::Exposure(_)), "{refused}");
    }
    assert_eq!(rate_ratio(count(1, 1.0), count(1, 1.0), 1.0), Err(StatisticsError::Level(1.0)));
}

/// The probability that a binomial count of `n` with the part `p` is at most `k`.
fn at_most(k: u64, n: u64, p: f64) -> f64 {
    let mut term = (1.0 - p).powi(i32::try_from(n).unwrap());
    let mut sum = term;
    for i in 0..k {
        term *= (n - i) as f64 / (i + 1) as f64 * p / (1.0 - p);
        sum += term;
    }
    sum
}

proptest! {
    /// At the ends of the interval what was seen, or more, is as unlikely as the level says: summed up term by term.
    #[test]
    fn the_ends_are_where_the_binomial_sums_say(a in 1..60u64, b in 1..60u64, t in 1..400u32, u in 1..400u32) {
        let (t, u) = (f64::from(t), f64::from(u));
        let found = rate_ratio(count(a, t), count(b, u), 0.95).unwrap().unwrap();
        let part = |ratio: f64| ratio * t / (ratio * t + u);
        let above = 1.0 - at_most(a - 1, a + b, part(found.interval.lower));
        let below = at_most(a, a + b, part(found.interval.upper));
        prop_assert!((above - 0.025).abs() < 1e-6, "{above}");
        prop_assert!((below - 0.025).abs() < 1e-6, "{below}");
        prop_assert!(found.interval.lower < found.value && found.value < found.interval.upper);
        // Turned round it is the same comparison.
        let turned = rate_ratio(count(b, u), count(a, t), 0.95).unwrap().unwrap();
        prop_assert!((turned.interval.lower * found.interval.upper - 1.0).abs() < 1e-6);
    }
}
