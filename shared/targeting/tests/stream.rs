//! A day on which goods are decided on as they arrive.

#![allow(clippy::unwrap_used)] // the helpers of the stories as well as the stories

use proptest::prelude::*;
use seamless_targeting::{Candidate, Day, Decision, Part, ScoreSample, Stream, TargetingError};

fn goods(index: usize, expected_harm: f64) -> Candidate {
    Candidate { id: (index as u128).to_be_bytes(), probability: 1.0, harm: expected_harm }
}

fn seed(index: u64) -> [u8; 32] {
    let mut seed = [3; 32];
    seed[..8].copy_from_slice(&index.to_be_bytes());
    seed
}

/// The whole day, with a forecast that is `forecast` times what then comes.
fn run(day: &Day, scores: &[f64], forecast: f64) -> Vec<Decision> {
    let mut stream = Stream::open(day, ScoreSample::new(day.seed)).unwrap();
    let expected = scores.len() as f64 * forecast;
    let arrive = |(index, score): (usize, &f64)| {
        stream.arrive(&goods(index, *score), (expected - index as f64).max(0.0)).unwrap()
    };
    scores.iter().enumerate().map(arrive).collect()
}

fn count(decisions: &[Decision], part: Part) -> usize {
    decisions.iter().filter(|decision| decision.part == part).count()
}

proptest! {
    #[test]
    fn no_day_exceeds_its_capacity_or_starves_the_lot(
        scores in prop::collection::vec(prop_oneof![Just(1.0), Just(2.0), 0.0f64..4.0], 0..150),
        capacity in 0u32..60, floor in 0.0f64..=1.0, index: u64, forecast in 0.0f64..1.6,
    ) {
        let day = Day { capacity, floor, seed: seed(index) };
        let kept = day.remaining().unwrap();
        let decisions = run(&day, &scores, forecast);
        let (targeted, random) = (count(&decisions, Part::Targeted), count(&decisions, Part::Random));
        prop_assert!(targeted <= kept.targeted as usize, "targeting never takes what is kept for the lot");
        prop_assert!(random <= kept.random as usize);
        // If no fewer came than were expected, the lot has had all that is its due, with certainty.
        if forecast <= 1.0 {
            prop_assert_eq!(random, (kept.random as usize).min(scores.len() - targeted));
        }
        for decision in &decisions {
            prop_assert!((0.0..=1.0).contains(&decision.draw_probability));
            prop_assert!(decision.part == Part::NotExamined || decision.draw_probability > 0.0);
        }
        prop_assert_eq!(decisions, run(&day, &scores, forecast), "a day replays");
    }
}

#[test]
fn the_logged_probability_is_how_often_it_happens() {
    let scores: Vec<f64> = (0..60).map(|i| f64::from((i * 37) % 23 / 4)).collect();
    let runs = 6_000;
    let (mut logged, mut happened) = (vec![0.0; scores.len()], vec![0.0; scores.len()]);
    for index in 0..runs {
        let day = Day { capacity: 12, floor: 0.3, seed: seed(index) };
        for (place, decision) in run(&day, &scores, 1.2).iter().enumerate() {
            logged[place] += decision.draw_probability / runs as f64;
            happened[place] += f64::from(u8::from(decision.part != Part::NotExamined)) / runs as f64;
        }
    }
    for (place, (logged, happened)) in logged.iter().zip(&happened).enumerate() {
        // Five standard errors of a share of one half.
        let tolerance = 5.0 * 0.5 / (runs as f64).sqrt();
        assert!(
            (logged - happened).abs() < tolerance,
            "arrival {place}: logged {logged}, happened {happened}"
        );
    }
    // Together the errors have to cancel more closely.
    let difference: f64 = logged.iter().sum::<f64>() - happened.iter().sum::<f64>();
    assert!(difference.abs() < 5.0 * (12.0 / runs as f64).sqrt(), "in all {difference} a day");
}

#[test]
fn a_forecast_that_is_too_high_costs_the_lot_only_in_proportion() {
    let scores: Vec<f64> = (0..400).map(|i| f64::from((i * 61) % 397)).collect();
    let mut random = 0;
    for index in 0..200 {
        let day = Day { capacity: 40, floor: 0.5, seed: seed(index) };
        random += count(&run(&day, &scores, 2.0), Part::Random);
    }
    let mean = random as f64 / 200.0;
    assert!((8.0..13.0).contains(&mean), "half of the arrivals get about half of the 20, got {mean}");
}

#[test]
fn most_of_the_worst_goods_are_found_though_nobody_knew_what_would_come() {
    // 20,000 arrivals, 300 examinations: a share that the sample alone could not tell.
    let scores: Vec<f64> = (0..20_000u64).map(|i| ((i * 7_919) % 20_011) as f64).collect();
    let day = Day { capacity: 300, floor: 0.1, seed: seed(1) };
    let decisions = run(&day, &scores, 1.0);
    let worst = |d: &&Decision| d.expected_harm >= 20_011.0 - 270.0;
    let found = decisions.iter().filter(worst).filter(|d| d.part == Part::Targeted).count();
    assert_eq!(count(&decisions, Part::Targeted), 270, "the capacity is used");
    assert!(found > 230, "of the 270 worst, {found} were targeted");
}

#[test]
fn equal_scores_are_drawn_over_the_whole_day_not_taken_in_order_of_arrival() {
    let day = Day { capacity: 200, floor: 0.1, seed: seed(5) };
    let mut stream = Stream::open(&day, ScoreSample::new(seed(9))).unwrap();
    let decisions: Vec<Decision> =
        (0..2_000).map(|i| stream.arrive(&goods(i, 1.0), (2_000 - i) as f64).unwrap()).collect();
    let late = count(&decisions[1_000..], Part::Targeted);
    assert!((60..120).contains(&late), "half of the 180 fall to the second half, got {late}");
    assert_eq!(stream.remaining().random, 0);
}

#[test]
fn a_refused_arrival_changes_nothing() {
    let day = Day { capacity: 4, floor: 0.5, seed: seed(2) };
    let mut stream = Stream::open(&day, ScoreSample::new(day.seed)).unwrap();
    let before = stream.clone();
    assert_eq!(stream.arrive(&goods(1, -1.0), 5.0), Err(TargetingError::Harm(-1.0)));
    assert!(matches!(stream.arrive(&goods(1, 1.0), f64::NAN), Err(TargetingError::Expected(_))));
    assert_eq!(stream, before);
}
