//! How long it takes until something ends, where not all have ended yet.

#![allow(clippy::unwrap_used, reason = "a test that does not go on fails")]

use proptest::prelude::*;
use seamless_statistics::{End, Median, Spell, StatisticsError, Survival, SurvivalAt, kaplan_meier};

#[path = "../src/half.rs"]
mod half;

/// Spells as books print them: `6+` was censored at 6.
fn spells(printed: &str) -> Vec<Spell> {
    let spell = |word: &str| {
        let end = if word.ends_with('+') { End::Censored } else { End::Event };
        Spell { duration: word.trim_end_matches('+').parse().unwrap(), end }
    };
    printed.split_whitespace().map(spell).collect()
}

fn estimate(printed: &str) -> Survival {
    kaplan_meier(&spells(printed))
}

fn at(survival: &Survival, time: i64) -> SurvivalAt {
    survival.at(time, 0.95).unwrap().unwrap()
}

fn close(got: f64, wanted: f64, within: f64) {
    assert!((got - wanted).abs() <= within, "{got} instead of {wanted}");
}

/// Remission in weeks [E. J. Freireich et al., Blood 21 (1963) 699].
const TREATED: &str = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+";
const PLACEBO: &str = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23";

/// S, Greenwood's error and the log-log limits as printed for these data by R and Stata.
#[test]
fn the_remissions_of_freireich_come_out_as_published() {
    let treated = estimate(TREATED);
    assert_eq!((treated.spells(), treated.events()), (21, 9));
    let published = [
        (6, 0.857, 0.0764, 0.6197, 0.9516, 21),
        (7, 0.807, 0.0869, 0.5631, 0.9228, 17),
        (10, 0.753, 0.0963, 0.5032, 0.8894, 15),
        (13, 0.690, 0.1068, 0.4316, 0.8491, 12),
        (16, 0.627, 0.1141, 0.3675, 0.8049, 11),
        (22, 0.538, 0.1282, 0.2678, 0.7468, 7),
        (23, 0.448, 0.1346, 0.1881, 0.6801, 6),
    ];
    assert!(treated.event_times().eq(published.iter().map(|row| row.0)));
    for (time, survival, error, lower, upper, at_risk) in published {
        let found = at(&treated, time);
        close(found.survival, survival, 5e-4);
        close(found.standard_error.unwrap(), error, 5.1e-5);
        let interval = found.interval.unwrap();
        close(interval.lower, lower, 5.1e-5);
        close(interval.upper, upper, 5.1e-5);
        assert_eq!(found.at_risk, at_risk);
    }
    assert_eq!(treated.median(), Median::At(23));
    let interval = treated.median_interval(0.95).unwrap();
    assert_eq!((interval.lower, interval.upper), (Some(13), None));

    let placebo = estimate(PLACEBO);
    assert_eq!(placebo.median(), Median::At(8));
    let interval = placebo.median_interval(0.95).unwrap();
    assert_eq!((interval.lower, interval.upper), (Some(4), Some(11)));
}

/// As table 2 of [V. Bewick, L. Cheek and J. Ball, Critical Care 8 (2004) 389] is calculated.
#[test]
fn exactly_one_half_is_the_median() {
    let found = estimate("1 1 4 5 6+ 9 9+ 22");
    for (time, survival) in
        [(0, 1.0), (1, 0.75), (3, 0.75), (4, 0.625), (5, 0.5), (8, 0.5), (9, 1.0 / 3.0), (22, 0.0)]
    {
        close(at(&found, time).survival, survival, 1e-15);
    }
    assert_eq!(found.median(), Median::At(5));
    assert_eq!(estimate("1 2 3 4+ 5+ 6+").median(), Median::At(3));
    // Over censorings: 8/10 · 5/6 · 3/4 and 8/12 · 3/4 are one half; 4/5 · 2/3 is just above it.
    assert_eq!(estimate("1 2 3+ 4+ 5 6+ 7 8 9 10").median(), Median::At(7));
    assert_eq!(estimate("1 2 3 4 5+ 6+ 7+ 8+ 9 10 11 12").median(), Median::At(9));
    assert_eq!(estimate("1 1+ 2 3+ 3+").median(), Median::FewerThanHalf);
}

#[test]
fn what_is_shown_says_how_many_it_rests_on() {
    let found = at(&estimate(TREATED), 12);
    assert_eq!((found.at_risk, found.events), (12, 5));
    close(found.within(), 1.0 - found.survival, 0.0);
    let (lasting, within) = (found.interval.unwrap(), found.within_interval().unwrap());
    assert!(within.lower == 1.0 - lasting.upper && within.upper == 1.0 - lasting.lower);
}

#[test]
fn nothing_is_said_beyond_what_was_seen() {
    let treated = estimate(TREATED);
    assert!(treated.at(35, 0.95).unwrap().is_some());
    assert_eq!(treated.at(36, 0.95), Ok(None));
    let all_ended = at(&estimate("3 5+ 7"), i64::MAX);
    assert_eq!((all_ended.survival, all_ended.standard_error, all_ended.interval), (0.0, None, None));
    let nothing_yet = at(&treated, 5);
    assert_eq!(
        (nothing_yet.survival, nothing_yet.standard_error, nothing_yet.interval),
        (1.0, Some(0.0), None)
    );
    assert_eq!((nothing_yet.at_risk, nothing_yet.events), (21, 0));
}

#[test]
fn small_and_extreme_inputs_have_their_answers() {
    let none = estimate("");
    assert_eq!((none.median(), none.spells(), none.events()), (Median::NoCases, 0, 0));
    assert_eq!(none.at(0, 0.95), Ok(None));
    let interval = none.median_interval(0.95).unwrap();
    assert_eq!((interval.lower, interval.upper), (None, None));

    let censored = estimate("4+ 5+ 5+");
    assert_eq!((censored.median(), censored.events()), (Median::FewerThanHalf, 0));
    assert!(at(&censored, 5).survival == 1.0 && censored.at(6, 0.95) == Ok(None));

    assert_eq!(estimate("0").median(), Median::At(0));
    assert_eq!(estimate("0+").median(), Median::FewerThanHalf);
    assert_eq!(at(&estimate("0 3+ 4"), 0).survival, 2.0 / 3.0);
    let one = estimate("7");
    assert_eq!((one.median(), at(&one, 6).survival, at(&one, 7).survival), (Median::At(7), 1.0, 0.0));
    assert_eq!(one.median_interval(0.95).unwrap().lower, None);

    let at_once = estimate("9 9 9 9");
    assert_eq!((at_once.median(), at(&at_once, 9).survival), (Median::At(9), 0.0));
    // An event comes before a censoring of the same time.
    assert_eq!(at(&estimate("2+ 2 2+ 2+"), 2).survival, 0.75);
}

#[test]
fn a_level_that_is_none_is_refused() {
    for level in [0.0, 1.0, -0.5, f64::INFINITY] {
        assert_eq!(estimate("1 2").at(1, level), Err(StatisticsError::Level(level)));
        assert_eq!(estimate("").at(1, level), Err(StatisticsError::Level(level)));
        assert_eq!(estimate("1 2").median_interval(level), Err(StatisticsError::Level(level)));
    }
}

#[test]
fn a_hundred_thousand_spells_stay_exact() {
    let ended = |duration| Spell { duration, end: End::Event };
    let mut many: Vec<_> = (1..=100_000).map(ended).collect();
    assert_eq!(kaplan_meier(&many).median(), Median::At(50_000));
    let found = at(&kaplan_meier(&many), 12_345);
    assert_eq!(found.survival, 87_655.0 / 100_000.0);

    // Each second one is censored; the product in whole numbers falls below one half at 75,001.
    for spell in many.iter_mut().skip(1).step_by(2) {
        spell.end = End::Censored;
    }
    assert_eq!(kaplan_meier(&many).median(), Median::At(75_001));
}

/// p² − 2q² is 1 and −1 by turns: q/p is the root of one half to the last bit, on either side of it.
#[test]
fn what_rounds_to_one_half_is_still_told_from_it() {
    let (mut p, mut q) = (1_u64, 1_u64);
    for turn in 0..45 {
        let mut product = half::Product::new();
        product.times(p, q);
        product.times(p, q);
        let below = i128::from(p).pow(2) - 2 * i128::from(q).pow(2);
        assert_eq!(below, if turn % 2 == 0 { -1 } else { 1 });
        assert_eq!(product.at_most_half(), below > 0, "{q}/{p} squared");
        (p, q) = (p + 2 * q, p + q);
    }
}

/// Thousands of factors that no number of the machine holds cancel to exactly one half, or to a neighbour of it.
#[test]
fn long_products_are_compared_exactly() {
    const HALF: u64 = 10_000_000_000_000;
    for (last, wanted) in [(2 * HALF, true), (2 * HALF - 1, false), (2 * HALF + 1, true)] {
        let mut product = half::Product::new();
        for n in (18_001..=20_000).rev() {
            product.times(n * 3, n * 5);
            product.times(n * 5 + 1, n * 3);
            product.times(n, n * 5 + 1);
            product.times(n * 5, n);
        }
        product.times(last, HALF);
        assert_eq!(product.at_most_half(), wanted);
    }
}

fn any_spell() -> impl Strategy<Value = Spell> {
    (0..12_i64, any::<bool>())
        .prop_map(|(duration, event)| Spell { duration, end: if event { End::Event } else { End::Censored } })
}

/// S at a time by the definition, as a fraction: for each time up to it the spells are counted anew. With at most 30
/// spells both parts divide 30!, below 2^108.
fn slowly(spells: &[Spell], time: i64) -> (u128, u128) {
    (0..=time).fold((1, 1), |(above, below), moment| {
        let at_risk = spells.iter().filter(|spell| spell.duration >= moment).count() as u128;
        let ended =
            spells.iter().filter(|spell| **spell == Spell { duration: moment, end: End::Event }).count();
        if ended == 0 { (above, below) } else { (above * (at_risk - ended as u128), below * at_risk) }
    })
}

proptest! {
    #[test]
    fn it_is_the_product_of_its_definition(spells in prop::collection::vec(any_spell(), 0..=30)) {
        let found = kaplan_meier(&spells);
        let half = (0..12).find(|&time| {
            let (above, below) = slowly(&spells, time);
            2 * above <= below
        });
        let wanted = match half {
            _ if spells.is_empty() => Median::NoCases,
            Some(time) => Median::At(time),
            None => Median::FewerThanHalf,
        };
        prop_assert_eq!(found.median(), wanted);
        for time in 0..12 {
            let Some(at) = found.at(time, 0.9).unwrap() else {
                prop_assert!(spells.iter().all(|spell| spell.duration < time));
                continue;
            };
            let (above, below) = slowly(&spells, time);
            prop_assert!((at.survival - above as f64 / below as f64).abs() < 1e-14);
            prop_assert_eq!(at.survival == 0.0, above == 0);
            prop_assert_eq!(at.survival == 1.0, above == below);
            prop_assert_eq!(at.interval.is_some(), above > 0 && above < below);
            if let Some(interval) = at.interval {
                prop_assert!(0.0 <= interval.lower && interval.lower <= at.survival);
                prop_assert!(at.survival <= interval.upper && interval.upper <= 1.0);
            }
        }
    }

    #[test]
    fn the_order_of_the_spells_never_matters(
        (spells, shuffled) in prop::collection::vec(any_spell(), 0..40)
            .prop_flat_map(|spells| (Just(spells.clone()), Just(spells).prop_shuffle())),
    ) {
        let (one, other) = (kaplan_meier(&spells), kaplan_meier(&shuffled));
        prop_assert_eq!(one.median(), other.median());
        prop_assert_eq!(one.median_interval(0.95), other.median_interval(0.95));
        for time in -1..13 {
            prop_assert_eq!(one.at(time, 0.95), other.at(time, 0.95));
        }
    }

    #[test]
    fn without_censoring_it_is_the_share_that_is_left(durations in prop::collection::vec(0..50_i64, 1..60)) {
        let spells: Vec<_> = durations.iter().map(|&duration| Spell { duration, end: End::Event }).collect();
        let (found, size) = (kaplan_meier(&spells), durations.len() as f64);
        for time in 0..50 {
            let left = durations.iter().filter(|&&duration| duration > time).count() as f64 / size;
            let at = found.at(time, 0.95).unwrap().unwrap();
            prop_assert_eq!(at.survival, left);
            if let Some(error) = at.standard_error {
                prop_assert!((error - (left * (1.0 - left) / size).sqrt()).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn the_interval_of_the_median_holds_it(spells in prop::collection::vec(any_spell(), 0..40)) {
        let found = kaplan_meier(&spells);
        let interval = found.median_interval(0.95).unwrap();
        if let Median::At(median) = found.median() {
            prop_assert!(interval.lower.is_none_or(|lower| lower <= median));
            prop_assert!(interval.upper.is_none_or(|upper| median <= upper));
        } else {
            prop_assert_eq!(interval.upper, None);
        }
    }
}
