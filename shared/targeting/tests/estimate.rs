//! Estimates from the log, against goods of which the truth is known.

#![allow(clippy::unwrap_used)] // the helpers of the stories as well as the stories

use seamless_targeting::{Candidate, Day, Draw, Outcome, Part, TargetingError, estimate, plan};

fn seed(index: u64) -> [u8; 32] {
    let mut seed = [5; 32];
    seed[..8].copy_from_slice(&index.to_be_bytes());
    seed
}

/// 400 goods of which those of high score are unsafe more often; the score is coarse, so that ties straddle the plan.
fn goods() -> Vec<(Candidate, bool)> {
    (0..400u128)
        .map(|i| {
            let score = ((i * 173) % 400 / 60) as f64;
            let is_unsafe = (i * 31) % 20 < if score >= 5.0 { 9 } else { 2 };
            (Candidate { id: i.to_be_bytes(), probability: score / 10.0, harm: 3.0 }, is_unsafe)
        })
        .collect()
}

fn log(day: &Day, goods: &[(Candidate, bool)]) -> Vec<Draw> {
    let candidates: Vec<Candidate> = goods.iter().map(|(candidate, _)| *candidate).collect();
    let outcome = |part, id: [u8; 16]| match part {
        Part::NotExamined => Outcome::NotExamined,
        _ if goods[u128::from_be_bytes(id) as usize].1 => Outcome::Unsafe,
        _ => Outcome::Safe,
    };
    let draw = |a: seamless_targeting::Assignment| Draw {
        part: a.part,
        draw_probability: a.draw_probability,
        outcome: outcome(a.part, a.id),
    };
    plan(day, &candidates).unwrap().assignments.into_iter().map(draw).collect()
}

#[test]
fn over_many_days_the_estimates_come_out_at_the_truth_and_the_intervals_hold_it() {
    let goods = goods();
    let (mut estimated, mut truth, mut held) = (0.0, 0.0, 0);
    let days = 300;
    for index in 0..days {
        let day = Day { capacity: 80, floor: 0.5, seed: seed(index) };
        let log = log(&day, &goods);
        let seen = log.iter().filter(|draw| draw.outcome == Outcome::Unsafe).count();
        let not_seen = (goods.iter().filter(|(_, is_unsafe)| *is_unsafe).count() - seen) as f64;
        let unseen = estimate(&log, 0.95).unwrap().unseen.unwrap();
        assert_eq!(unseen.goods, 320);
        estimated += unseen.estimated_unsafe / days as f64;
        truth += not_seen / days as f64;
        held += u32::from(unseen.interval.lower <= not_seen && not_seen <= unseen.interval.upper);
    }
    assert!(
        (estimated - truth).abs() < 0.05 * truth,
        "{truth} unsafe goods were not seen, estimated {estimated}"
    );
    assert!(held >= 276, "a 95 % interval held the truth on {held} of {days} days");
}

#[test]
fn targeting_that_works_shows_its_lift_and_the_lot_what_it_left() {
    let day = Day { capacity: 120, floor: 0.5, seed: seed(4) };
    let effect = estimate(&log(&day, &goods()), 0.95).unwrap();
    let (targeted, random, lift) = (effect.targeted.unwrap(), effect.random.unwrap(), effect.lift.unwrap());
    assert_eq!(targeted.examinations, 60);
    assert!(
        lift.value.is_some_and(|lift| (lift - targeted.value / random.value).abs() < 1e-12 && lift > 1.0)
    );
    assert!(lift.interval.lower > 1.0 && lift.probability_better > 0.975, "got {lift:?}");
    let left = effect.unseen_by_targeting.unwrap();
    assert_eq!(left.goods, 340);
    assert!(left.interval.lower < left.estimated_unsafe && left.estimated_unsafe < left.interval.upper);
}

#[test]
fn a_lot_that_found_nothing_still_bounds_what_was_not_seen() {
    let drawn = Draw { part: Part::Random, draw_probability: 0.1, outcome: Outcome::Safe };
    let rest = Draw { part: Part::NotExamined, outcome: Outcome::NotExamined, ..drawn };
    let mut draws = vec![drawn; 20];
    draws.extend([rest; 180]);
    let unseen = estimate(&draws, 0.95).unwrap().unseen.unwrap();
    assert_eq!((unseen.estimated_unsafe, unseen.interval.lower), (0.0, 0.0));
    // Wilson's upper end for 0 of 20 is 0.161.
    assert!((unseen.interval.upper - 180.0 * 0.161_125).abs() < 0.01, "got {}", unseen.interval.upper);
}

#[test]
fn what_is_not_known_is_counted_and_left_out() {
    let target = Draw { part: Part::Targeted, draw_probability: 1.0, outcome: Outcome::Unsafe };
    let late = Draw { part: Part::NotExamined, draw_probability: 0.0, outcome: Outcome::NotExamined };
    let effect = estimate(&[target, Draw { outcome: Outcome::Pending, ..target }, late], 0.9).unwrap();
    assert_eq!((effect.pending, effect.without_chance), (1, 1));
    assert_eq!(effect.targeted.map(|rate| rate.examinations), Some(1));
    assert_eq!((effect.random, effect.lift, effect.unseen), (None, None, None));
    let impossible = Draw { draw_probability: 0.0, ..target };
    assert_eq!(estimate(&[impossible], 0.9), Err(TargetingError::Draw(0.0)));
    assert!(estimate(&[Draw { draw_probability: f64::NAN, ..late }], 0.9).is_err());
}
