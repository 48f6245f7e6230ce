//! The beta distribution against closed forms and against slow calculations that share nothing with it.

#![allow(clippy::unwrap_used)] // the helpers of the stories as well as the stories

use proptest::prelude::*;
use seamless_statistics::{
    Posterior, Tally, kish, probability_below_share, probability_less, ratio_interval, wilson,
};

fn beta(a: f64, b: f64) -> Posterior {
    Posterior::new(a, b).unwrap()
}

fn close(got: f64, wanted: f64, tolerance: f64) {
    assert!((got - wanted).abs() <= tolerance, "wanted {wanted}, got {got}");
}

/// P(X ≥ a) of a binomial distribution by adding up its terms: I_x(a, b) for whole shapes.
fn by_binomial_sum(a: u32, b: u32, x: f64) -> f64 {
    let n = a + b - 1;
    let mut term = (1.0 - x).powi(n as i32);
    let mut sum = 0.0;
    for k in 0..=n {
        if k >= a {
            sum += term;
        }
        term *= f64::from(n - k) / f64::from(k + 1) * x / (1.0 - x);
    }
    sum
}

/// P(X < share·Y) on a grid of midpoints, with densities that are normalised by their own sums: no gamma function.
fn by_grid((a, b): (f64, f64), share: f64, (c, d): (f64, f64)) -> f64 {
    const CELLS: usize = 20_000;
    let cells = |a: f64, b: f64| -> Vec<f64> {
        let logs: Vec<f64> = (0..CELLS)
            .map(|i| (i as f64 + 0.5) / CELLS as f64)
            .map(|x| (a - 1.0) * x.ln() + (b - 1.0) * (1.0 - x).ln())
            .collect();
        let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = logs.iter().map(|l| (l - top).exp()).sum();
        logs.iter().map(|l| (l - top).exp() / sum).collect()
    };
    let mut below = vec![0.0];
    for mass in cells(a, b) {
        below.push(below[below.len() - 1] + mass);
    }
    cells(c, d)
        .iter()
        .enumerate()
        .map(|(i, mass)| {
            let place = share * (i as f64 + 0.5);
            let cell = place as usize;
            mass * (below[cell] + (below[cell + 1] - below[cell]) * (place - cell as f64))
        })
        .sum()
}

#[test]
fn the_distribution_function_agrees_with_values_calculated_to_forty_digits() {
    for (a, b, x, wanted) in [
        (0.5, 0.5, 0.1, 0.204_832_764_699_133_46),
        (2.0, 3.0, 0.25, 0.261_718_75),
        (5.5, 200.0, 0.03, 0.659_925_688_704_356_9),
        (200.0, 2.0, 0.98, 0.087_939_733_028_607_57),
        (1e-3, 5.0, 1e-10, 0.979_274_557_377_247_4),
        (1234.5, 98765.25, 0.0125, 0.674_109_134_405_779_2),
    ] {
        close(beta(a, b).probability_below(x), wanted, 1e-12);
    }
}

#[test]
fn millions_of_examinations_cost_no_digits() {
    for shape in [1e2, 1e4, 1e6, 1e8] {
        close(beta(shape, shape).probability_below(0.5), 0.5, 1e-9);
        close(probability_less(beta(shape, shape), beta(shape, shape)), 0.5, 1e-9);
    }
    let many = beta(3.0, 1e9);
    // Next to the gamma distribution, whose function for shape 3 is 1 − e^−t (1 + t + t²/2).
    let t: f64 = 2.0;
    close(many.probability_below(t / 1e9), 1.0 - (-t).exp() * (1.0 + t + t * t / 2.0), 1e-8);
}

#[test]
fn simple_shapes_have_the_closed_forms_of_the_textbooks() {
    for x in [0.0, 1e-9, 0.2, 0.5, 0.99, 1.0] {
        close(Posterior::UNIFORM.probability_below(x), x, 1e-14);
        close(beta(3.0, 1.0).probability_below(x), x.powi(3), 1e-14);
        close(beta(1.0, 30.0).probability_below(x), 1.0 - (1.0 - x).powi(30), 1e-13);
        close(beta(0.5, 0.5).probability_below(x), 2.0 / core::f64::consts::PI * x.sqrt().asin(), 1e-13);
    }
    // A tenth of a uniform rate is below the other one: the triangle 1 − 0.1/2 of the unit square.
    close(probability_below_share(Posterior::UNIFORM, 10.0, Posterior::UNIFORM).unwrap(), 0.95, 1e-9);
    close(probability_below_share(Posterior::UNIFORM, 0.5, Posterior::UNIFORM).unwrap(), 0.25, 1e-9);
    // No unsafe goods among 299: the rule of three, 95 % sure to be below 1 %.
    let none = Posterior::UNIFORM.after(Tally { examinations: 298, unsafe_found: 0 }).unwrap();
    close(none.quantile(0.95), 1.0 - 0.05f64.powf(1.0 / 299.0), 1e-14);
}

#[test]
fn very_small_shapes_and_very_unlike_ones_still_compare() {
    // X is 0 or 1 by its mean for tiny shapes, so P(X < Y) is nearly the probability that it is 0.
    let tiny = beta(1e-9, 3e-9);
    close(probability_less(tiny, beta(2.0, 2.0)), 0.75, 1e-6);
    close(probability_less(beta(2.0, 2.0), tiny), 0.25, 1e-6);
    // Against a rate known exactly, comparing is asking for the distribution function.
    let known = beta(0.03 * 1e9, 0.97 * 1e9);
    let wide = beta(1.5, 40.0);
    close(probability_less(wide, known), wide.probability_below(0.03), 1e-6);
    close(probability_below_share(wide, 0.5, known).unwrap(), wide.probability_below(0.015), 1e-6);
    close(probability_below_share(known, 0.5, wide).unwrap(), 1.0 - wide.probability_below(0.06), 1e-6);
}

#[test]
fn a_share_of_nothing_found_still_has_an_upper_end() {
    let clean = wilson(Tally { examinations: 30, unsafe_found: 0 }, 0.95).unwrap();
    let z = 1.959_963_984_540_054_f64;
    assert_eq!((clean.value, clean.interval.lower), (0.0, 0.0));
    close(clean.interval.upper, z * z / (30.0 + z * z), 1e-12);
    // The ends are the shares from which the observed one is z standard errors away.
    let some = wilson(Tally { examinations: 50, unsafe_found: 15 }, 0.95).unwrap();
    for end in [some.interval.lower, some.interval.upper] {
        close((0.3 - end).abs(), z * (end * (1.0 - end) / 50.0).sqrt(), 1e-12);
    }
    assert!(wilson(Tally { examinations: 0, unsafe_found: 0 }, 0.95).is_err());
    assert!(wilson(Tally { examinations: 2, unsafe_found: 3 }, 0.95).is_err());
}

#[test]
fn equal_weights_lose_nothing_and_one_heavy_weight_loses_nearly_all() {
    close(kish([2.5; 40]), 40.0, 1e-12);
    assert!(kish(core::iter::once(1000.0).chain([1.0; 99])) < 1.3);
    assert_eq!(kish([]), 0.0);
}

#[test]
fn the_interval_of_a_ratio_leaves_equal_parts_outside() {
    let (x, y) = (beta(12.0, 90.0), beta(4.0, 110.0));
    let interval = ratio_interval(x, y, 0.9).unwrap();
    close(probability_below_share(x, interval.lower, y).unwrap(), 0.05, 1e-7);
    close(probability_below_share(x, interval.upper, y).unwrap(), 0.95, 1e-7);
    assert!(interval.lower > 1.0, "12 of 100 is credibly more than 3 of 112, got {interval:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_distribution_function_is_the_binomial_sum(a in 1u32..60, b in 1u32..60, x in 0.001f64..0.999) {
        let got = beta(f64::from(a), f64::from(b)).probability_below(x);
        let wanted = by_binomial_sum(a, b, x);
        prop_assert!((got - wanted).abs() < 1e-11, "wanted {wanted}, got {got}");
    }

    #[test]
    fn a_quantile_undoes_the_distribution_function(
        ln_a in -5.0f64..15.0, ln_b in -5.0f64..15.0, p in 0.001f64..0.999, q in 0.001f64..0.999,
    ) {
        let rate = beta(ln_a.exp(), ln_b.exp());
        let x = rate.quantile(p);
        // Next to 1 there are too few numbers to hit p; its neighbours must then enclose it.
        prop_assert!(rate.probability_below(x.next_down()) - 1e-9 <= p && p <= rate.probability_below(x.next_up()) + 1e-9);
        prop_assert!((p <= q) == (x <= rate.quantile(q)) || x == rate.quantile(q));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn comparing_rates_agrees_with_a_grid(
        a in 1.5f64..80.0, b in 1.5f64..80.0, c in 1.5f64..80.0, d in 1.5f64..80.0, share in 0.1f64..=1.0,
    ) {
        let (x, y) = (beta(a, b), beta(c, d));
        for share in [share, 1.0] {
            let got = probability_below_share(x, share, y).unwrap();
            let wanted = by_grid((a, b), share, (c, d));
            prop_assert!((got - wanted).abs() < 1e-6, "share {share}: wanted {wanted}, got {got}");
            let other = probability_below_share(y, 1.0 / share, x).unwrap();
            prop_assert!((got + other - 1.0).abs() < 1e-9, "{got} and {other} must make 1");
        }
    }
}
