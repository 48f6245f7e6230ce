//! Weighted estimates against populations in which the truth is known and every possible draw can be listed.

use proptest::prelude::*;
use seamless_statistics::{Examination, StatisticsError, WeightedRate, hajek, horvitz_thompson, unexamined};

/// Every sample that Poisson sampling can draw from the population, with its probability.
fn every_sample(population: &[Examination]) -> Vec<(f64, Vec<Examination>)> {
    (0u32..1 << population.len())
        .map(|drawn| {
            let mut chance = 1.0;
            let mut sample = Vec::new();
            for (index, goods) in population.iter().enumerate() {
                if drawn >> index & 1 == 1 {
                    chance *= goods.probability;
                    sample.push(*goods);
                } else {
                    chance *= 1.0 - goods.probability;
                }
            }
            (chance, sample)
        })
        .collect()
}

fn goods() -> impl Strategy<Value = Vec<Examination>> {
    let one = (0.2f64..=1.0, any::<bool>())
        .prop_map(|(probability, unsafe_found)| Examination { probability, unsafe_found });
    prop::collection::vec(one, 1..9)
}

proptest! {
    #[test]
    fn over_all_possible_draws_the_estimate_and_its_variance_have_no_bias(population in goods()) {
        let size = population.len() as f64;
        let truth = population.iter().filter(|g| g.unsafe_found).count() as f64 / size;
        let (mut mean, mut square, mut variance) = (0.0, 0.0, 0.0);
        for (chance, sample) in every_sample(&population) {
            // An empty draw estimates 0 with variance 0; the library says that there is nothing to say.
            if let Ok(rate) = horvitz_thompson(&sample, population.len() as u64, 0.95) {
                mean += chance * rate.value;
                square += chance * (rate.value - truth).powi(2);
                variance += chance * rate.variance;
            } else {
                prop_assert!(sample.is_empty());
                square += chance * truth * truth;
            }
        }
        prop_assert!((mean - truth).abs() < 1e-9, "truth {truth}, mean estimate {mean}");
        prop_assert!((square - variance).abs() < 1e-9, "true variance {square}, mean estimate of it {variance}");
    }

    #[test]
    fn an_estimate_lies_in_its_interval_and_is_worth_no_more_than_its_examinations(sample in goods()) {
        let rates = [Some(hajek(&sample, 0.9).unwrap()), unexamined(&sample, 0.9).unwrap()];
        for rate in rates.into_iter().flatten() {
            let WeightedRate { value, interval, effective_examinations, examinations, .. } = rate;
            prop_assert!(0.0 <= interval.lower && interval.lower <= value && value <= interval.upper && interval.upper <= 1.0);
            prop_assert!(interval.lower < interval.upper, "an interval of {examinations} never is a point");
            prop_assert!(effective_examinations <= examinations as f64 + 1e-9);
        }
    }
}

#[test]
fn targeted_finds_do_not_bias_the_rate() {
    // 100 targeted for certain, 40 unsafe; of 9,900 others 1 in 100 drawn by lot, 1 unsafe.
    let mut sample = vec![Examination { probability: 1.0, unsafe_found: false }; 60];
    sample.extend([Examination { probability: 1.0, unsafe_found: true }; 40]);
    sample.extend([Examination { probability: 0.01, unsafe_found: false }; 98]);
    sample.push(Examination { probability: 0.01, unsafe_found: true });
    let rate = hajek(&sample, 0.95).unwrap();
    assert!((rate.value - 0.014).abs() < 1e-12, "(40 + 100) / 10,000, not 41 / 199; got {}", rate.value);
    assert!(
        rate.interval.lower < 0.005 && rate.interval.upper > 0.04,
        "one find says little, got {:?}",
        rate.interval
    );
    let rest = unexamined(&sample, 0.95).unwrap().unwrap();
    assert!(
        (rest.value - 1.0 / 99.0).abs() < 1e-12,
        "of the unexamined only the lot tells, got {}",
        rest.value
    );
}

#[test]
fn what_had_no_chance_cannot_have_been_examined() {
    for probability in [0.0, -0.1, 1.1, f64::NAN] {
        let refused = hajek(&[Examination { probability, unsafe_found: true }], 0.95);
        assert!(
            matches!(refused, Err(StatisticsError::DrawProbability(_))),
            "{probability} gave {refused:?}"
        );
    }
    assert_eq!(hajek(&[], 0.95), Err(StatisticsError::NoExamination));
    let all = [Examination { probability: 1.0, unsafe_found: true }; 3];
    assert_eq!(unexamined(&all, 0.95), Ok(None));
    assert!(matches!(horvitz_thompson(&all, 2, 0.95), Err(StatisticsError::Population { .. })));
}
