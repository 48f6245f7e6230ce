//! The plan of a day whose goods are known beforehand.

use std::collections::HashMap;

use proptest::prelude::*;
use seamless_targeting::{Candidate, Day, Part, TargetingError, plan};

fn goods(index: u64, expected_harm: f64) -> Candidate {
    Candidate { id: u128::from(index).to_be_bytes(), probability: 1.0, harm: expected_harm }
}

fn seed(index: u64) -> [u8; 32] {
    let mut seed = [7; 32];
    seed[..8].copy_from_slice(&index.to_be_bytes());
    seed
}

/// Few different scores, so that ties are the rule.
fn any_goods() -> impl Strategy<Value = Vec<Candidate>> {
    prop::collection::vec(0u8..6, 0..40)
        .prop_map(|scores| (0..).zip(scores).map(|(index, score)| goods(index, f64::from(score))).collect())
}

proptest! {
    #[test]
    fn every_plan_keeps_to_the_capacity_and_to_the_floor(
        all in any_goods(), capacity in 0u32..50, floor in 0.0f64..=1.0, index: u64, turn in 0usize..40,
    ) {
        let day = Day { capacity, floor, seed: seed(index) };
        let got = plan(&day, &all).unwrap();
        let count = |part| got.assignments.iter().filter(|a| a.part == part).count();
        let kept = day.remaining().unwrap();
        let targeted = all.len().min(kept.targeted as usize);
        prop_assert_eq!(kept.targeted + kept.random, capacity);
        prop_assert!(f64::from(kept.random) >= floor * f64::from(capacity) - 1e-6 && (kept.random >= 1 || capacity == 0));
        prop_assert_eq!(count(Part::Targeted), targeted);
        prop_assert_eq!(count(Part::Random), (all.len() - targeted).min(kept.random as usize));
        prop_assert_eq!(got.assignments.len(), all.len());

        // As many examinations as are made were expected over all seeds.
        let expected: f64 = got.assignments.iter().map(|a| a.draw_probability).sum();
        prop_assert!((expected - (count(Part::Targeted) + count(Part::Random)) as f64).abs() < 1e-9);
        // Nobody of less expected harm is targeted instead of somebody of more.
        let least = got.assignments.iter().filter(|a| a.part == Part::Targeted).map(|a| a.expected_harm).fold(f64::MAX, f64::min);
        prop_assert!(got.assignments.iter().all(|a| a.part == Part::Targeted || a.expected_harm <= least));

        let mut turned = all.clone();
        turned.rotate_left(turn % all.len().max(1));
        turned.reverse();
        prop_assert_eq!(got, plan(&day, &turned).unwrap(), "the order of the candidates means nothing");
    }
}

#[test]
fn the_logged_probability_is_how_often_it_happens() {
    // Two far above, six that tie for the last three targeted places, nine below; two by lot.
    let scores = [9.0, 8.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 1.0, 1.0, 2.0, 0.5, 0.0, 0.0, 3.0, 1.0, 1.5];
    let all: Vec<Candidate> = (0..).zip(scores).map(|(index, score)| goods(index, score)).collect();
    let runs = 20_000;
    let mut examined: HashMap<[u8; 16], (f64, f64)> = HashMap::new();
    for run in 0..runs {
        let day = Day { capacity: 7, floor: 0.2, seed: seed(run) };
        for a in plan(&day, &all).unwrap().assignments {
            let entry = examined.entry(a.id).or_insert((0.0, a.draw_probability));
            entry.0 += f64::from(u8::from(a.part != Part::NotExamined));
            assert_eq!(entry.1, a.draw_probability, "the probability does not hang on the seed");
        }
    }
    let at = |index: usize| examined[&all[index].id];
    assert_eq!(at(0).1, 1.0);
    assert!((at(2).1 - (0.5 + 0.5 * 2.0 / 12.0)).abs() < 1e-12);
    assert!((at(16).1 - 2.0 / 12.0).abs() < 1e-12);
    for (times, probability) in examined.values() {
        let frequency = times / runs as f64;
        // Five standard errors.
        let tolerance = 5.0 * (probability * (1.0 - probability) / runs as f64).sqrt() + 1e-12;
        assert!((frequency - probability).abs() <= tolerance, "logged {probability}, happened {frequency}");
    }
}

#[test]
fn a_tenth_of_thirty_is_three_and_a_single_examination_is_drawn_by_lot() {
    for (capacity, random) in [(0, 0), (1, 1), (2, 1), (10, 1), (11, 2), (30, 3), (70, 7)] {
        let day = Day { capacity, floor: Day::DEFAULT_FLOOR, seed: seed(0) };
        assert_eq!(day.remaining().unwrap().random, random, "of {capacity}");
    }
}

#[test]
fn what_cannot_be_planned_is_refused() {
    let day = Day { capacity: 3, floor: 0.1, seed: seed(0) };
    assert_eq!(plan(&day, &[goods(1, 1.0), goods(1, 2.0)]), Err(TargetingError::Twice));
    assert_eq!(plan(&Day { floor: 1.5, ..day }, &[]), Err(TargetingError::Floor(1.5)));
    assert_eq!(plan(&day, &[goods(1, f64::INFINITY)]), Err(TargetingError::Harm(f64::INFINITY)));
    let unlikely = Candidate { probability: -0.1, ..goods(1, 1.0) };
    assert_eq!(plan(&day, &[unlikely]), Err(TargetingError::Probability(-0.1)));
}
