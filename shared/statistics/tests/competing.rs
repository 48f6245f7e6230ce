//! How cases end, of several ways of which each precludes the others.

#![allow(clippy::unwrap_used, reason = "a test that does not go on fails")]

use proptest::prelude::*;
use seamless_statistics::{
    CompetingSpell, End, Median, Spell, StatisticsError, cumulative_incidence, kaplan_meier,
};

fn spell(duration: i64, outcome: Option<usize>) -> CompetingSpell {
    CompetingSpell { duration, outcome }
}

/// Ten spells calculated by hand: outcomes 1 and 2, two of them at one time with a censoring.
#[test]
fn a_small_table_comes_out_as_by_hand() {
    let rows = [
        (1, Some(1)),
        (2, Some(2)),
        (2, Some(1)),
        (2, None),
        (3, None),
        (4, Some(2)),
        (5, Some(1)),
        (6, None),
        (7, Some(2)),
        (8, None),
    ];
    let found = cumulative_incidence(&rows.map(|(duration, outcome)| spell(duration, outcome)));
    assert_eq!((found.any().spells(), found.any().events(), found.any().median()), (10, 6, Median::At(5)));
    // 1: n 10, S 9/10. 2: n 9, S 7/10. 4: n 5, S 14/25. 5: n 4, S 21/50. 7: n 2, S 21/100.
    let by_hand = [
        (0, 0.0, 0.0, 1.0),
        (1, 0.1, 0.0, 0.9),
        (2, 0.2, 0.1, 0.7),
        (4, 0.2, 0.24, 0.56),
        (5, 0.34, 0.24, 0.42),
        (8, 0.34, 0.45, 0.21),
    ];
    for (time, first, second, survival) in by_hand {
        let at = found.at(time, 0.95).unwrap().unwrap();
        let of = |outcome| at.of(outcome).unwrap().value;
        for (got, wanted) in [(of(1), first), (of(2), second), (at.survival, survival)] {
            assert!((got - wanted).abs() < 1e-14, "{got} instead of {wanted} at {time}");
        }
    }
    let last = found.at(8, 0.95).unwrap().unwrap();
    assert_eq!((last.at_risk, last.of(1).unwrap().events, last.of(2).unwrap().events), (1, 3, 3));
    // Both variances in fractions, from the covariances of the shares that end at each time.
    for (outcome, variance) in [(1, 673.0 / 25_000.0), (2, 391.0 / 10_000.0_f64)] {
        assert!((last.of(outcome).unwrap().standard_error - variance.sqrt()).abs() < 1e-14);
    }
    assert_eq!(last.of(0), None);
    assert_eq!(found.at(9, 0.95), Ok(None));
}

#[test]
fn small_and_extreme_inputs_have_their_answers() {
    assert_eq!(cumulative_incidence(&[]).at(0, 0.95), Ok(None));
    let censored = cumulative_incidence(&[spell(3, None)]).at(3, 0.95).unwrap().unwrap();
    assert!(censored.survival == 1.0 && censored.incidences.is_empty());
    let far = cumulative_incidence(&[spell(0, Some(usize::MAX))]);
    let one = *far.at(0, 0.95).unwrap().unwrap().of(usize::MAX).unwrap();
    assert_eq!((one.value, one.standard_error, one.interval, one.events), (1.0, 0.0, None, 1));
    assert_eq!(far.at(0, 1.0), Err(StatisticsError::Level(1.0)));
}

fn any_spells(outcomes: usize) -> impl Strategy<Value = Vec<CompetingSpell>> {
    let one =
        (0..15_i64, prop::option::of(0..outcomes)).prop_map(|(duration, outcome)| spell(duration, outcome));
    prop::collection::vec(one, 1..50)
}

/// The definition for one outcome; survival and those at risk are counted anew for each time.
fn slowly(spells: &[CompetingSpell], outcome: usize, time: i64) -> f64 {
    let (mut survival, mut sum) = (1.0, 0.0);
    for moment in 0..=time {
        let at_risk = spells.iter().filter(|spell| spell.duration >= moment).count() as f64;
        let ended = |wanted: &dyn Fn(usize) -> bool| {
            spells
                .iter()
                .filter(|spell| spell.duration == moment && spell.outcome.is_some_and(wanted))
                .count() as f64
        };
        if at_risk > 0.0 {
            sum += survival * ended(&|other| other == outcome) / at_risk;
            survival *= 1.0 - ended(&|_| true) / at_risk;
        }
    }
    sum
}

proptest! {
    #[test]
    fn one_outcome_is_what_does_not_survive(spells in any_spells(1)) {
        let plain: Vec<_> = spells
            .iter()
            .map(|spell| Spell {
                duration: spell.duration,
                end: if spell.outcome.is_some() { End::Event } else { End::Censored },
            })
            .collect();
        let (competing, plain) = (cumulative_incidence(&spells), kaplan_meier(&plain));
        for time in 0..15 {
            let (Some(found), Some(wanted)) =
                (competing.at(time, 0.95).unwrap(), plain.at(time, 0.95).unwrap())
            else {
                prop_assert_eq!(competing.at(time, 0.95).unwrap().is_some(), plain.at(time, 0.95).unwrap().is_some());
                continue;
            };
            let Some(only) = found.of(0) else { continue };
            prop_assert!((only.value - wanted.within()).abs() < 1e-12);
            if let Some(error) = wanted.standard_error {
                prop_assert!((only.standard_error - error).abs() < 1e-9);
            }
            prop_assert_eq!(only.interval.is_some(), wanted.interval.is_some());
            if let (Some(got), Some(wanted)) = (only.interval, wanted.within_interval()) {
                prop_assert!((got.lower - wanted.lower).abs() < 1e-9 && (got.upper - wanted.upper).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn the_incidences_are_those_of_the_definition_and_sum_to_one(spells in any_spells(4)) {
        let found = cumulative_incidence(&spells);
        for time in 0..15 {
            let Some(at) = found.at(time, 0.95).unwrap() else { continue };
            let sum: f64 = at.incidences.iter().map(|incidence| incidence.value).sum();
            prop_assert!((at.survival + sum - 1.0).abs() < 1e-12);
            for incidence in &at.incidences {
                prop_assert!((incidence.value - slowly(&spells, incidence.outcome, time)).abs() < 1e-12);
                if let Some(interval) = incidence.interval {
                    prop_assert!(0.0 <= interval.lower && interval.lower <= incidence.value + 1e-12);
                    prop_assert!(incidence.value <= interval.upper + 1e-12 && interval.upper <= 1.0);
                }
            }
        }
    }

    #[test]
    fn without_censoring_it_is_the_share_that_ended_so(spells in any_spells(3)) {
        let ended: Vec<_> = spells.into_iter().filter(|spell| spell.outcome.is_some()).collect();
        let (found, size) = (cumulative_incidence(&ended), ended.len() as f64);
        for time in 0..15 {
            let Some(at) = found.at(time, 0.95).unwrap() else { continue };
            for incidence in &at.incidences {
                let so = |spell: &&CompetingSpell| spell.duration <= time && spell.outcome == Some(incidence.outcome);
                let count = ended.iter().filter(so).count();
                let share = count as f64 / size;
                prop_assert_eq!(incidence.events, count as u64);
                prop_assert!((incidence.value - share).abs() < 1e-12);
                let error = (share * (1.0 - share) / size).sqrt();
                prop_assert!((incidence.standard_error - error).abs() < 1e-7, "{} {}", incidence.standard_error, error);
                prop_assert_eq!(incidence.interval.is_some(), count > 0 && count < ended.len());
            }
        }
    }

    #[test]
    fn the_order_of_the_spells_never_matters(
        (spells, shuffled) in any_spells(3).prop_flat_map(|spells| (Just(spells.clone()), Just(spells).prop_shuffle())),
    ) {
        let (one, other) = (cumulative_incidence(&spells), cumulative_incidence(&shuffled));
        for time in 0..15 {
            prop_assert_eq!(one.at(time, 0.95), other.at(time, 0.95));
        }
    }
}
