//! The lesser checks of a day: however much of what arrives is unsafe, there are no more of them than the day has, and they
//! go to the goods behind the examined ones.

use jiff::{SignedDuration, Timestamp, civil::Date};
use seamless_calendar::Calendars;
use seamless_consignments::domain::{
    decide::{Draft, Moment, decide, replay},
    model::{EventStatus, Facts, Kept, Lane, LaneOverride, Numbers, Plan, PlanUse, Screening},
    pilot::{Checks, Pilot, SAMPLE_PILOT},
    risk::score_by,
};
use seamless_identity::{Cooperation, SAMPLE_COOPERATION};
use seamless_risk::Model;
use seamless_targeting::ScoreSample;
use uuid::Uuid;

use crate::{
    day::{self, Goods, draft},
    memory::rules,
    port::{Chance, arriving, examined, taught},
};

const ARRIVALS: u64 = 600;
const CHECKS: Checks =
    Checks { documents: Some(60), after_release: Some(40), documents_from: None, after_release_from: None };

/// A day of arrivals that a model scores, and what was decided on them. The day before has taught the scores.
fn a_day(model: &Model, rate: f64, number: u8, checks: Checks, scores: &mut ScoreSample) -> Vec<Screening> {
    let numbers: Numbers = rules().pilot.decision.numbers();
    let mut chance = Chance(1_000 + u64::from(number));
    let mut plan = Plan {
        entry_point: "NLRTM".parse().unwrap(),
        date: Date::constant(2026, 11, 1).saturating_add(SignedDuration::from_hours(24 * i64::from(number))),
        capacity: 20,
        random_floor: 0.1,
        expected_arrivals: ARRIVALS,
        seed: [number; 32],
        setting: 1,
        update_time: Timestamp::UNIX_EPOCH,
        used: PlanUse::default(),
        revision: 1,
    };
    let mut decided: Vec<Screening> = Vec::new();
    for arrival in 0..ARRIVALS {
        let (goods, _) = arriving(&mut chance, rate);
        let draft = Draft {
            id: Uuid::from_u64_pair(number.into(), arrival),
            authority: "nl-customs".parse().unwrap(),
            facts: Facts {
                model: "models/eu-just.1".to_owned(),
                score: score_by(model, &goods),
                harm_weight: 1.0,
                ..Facts::default()
            },
            consignment: goods,
            area: None,
            status: EventStatus::Actual,
            declared: None,
            previous: None,
            lot: None,
            kept: None,
        };
        let moment = Moment::of(&plan, scores, checks);
        let screening = decide(numbers, draft, &moment, Timestamp::UNIX_EPOCH).unwrap();
        plan.used.take(screening.draw.selection);
        plan.used.take_check(screening.lane);
        scores.add(screening.id.as_bytes(), screening.draw.expected_harm);
        assert_eq!(replay(&screening, plan.seed).unwrap(), screening, "from what was recorded");
        decided.push(screening);
    }
    declared_again(&mut plan, scores, checks, &decided);
    decided
}

/// All that was decided is declared again, in other words: what was to be checked stays so, and no check is taken twice.
fn declared_again(plan: &mut Plan, scores: &ScoreSample, checks: Checks, decided: &[Screening]) {
    let numbers: Numbers = rules().pilot.decision.numbers();
    let (documents, after_release) = (plan.used.document_checks, plan.used.release_checks);
    let mut more = [0, 0];
    for (number, before) in decided.iter().enumerate() {
        let mut draft = Draft::of(before.clone());
        draft.id = Uuid::from_u64_pair(u64::MAX, number as u64);
        draft.lot = before.draw.lot;
        draft.kept = Some(Box::new(Kept::of(before, 2, true)));
        let moment = Moment::of(plan, scores, checks);
        let again = decide(numbers, draft, &moment, Timestamp::UNIX_EPOCH).unwrap();
        plan.used.take_for(&again);
        assert_eq!(replay(&again, plan.seed).unwrap(), again, "from what was recorded");
        let (lane, former) = (again.lane_otherwise, before.lane_otherwise);
        let is_known = checks.documents.is_some() || checks.documents_from.is_some();
        let spared = is_known && former == Lane::Yellow && lane != Lane::Yellow && again.lane != Lane::Red;
        assert!(!spared, "{former:?} and then {lane:?}");
        if again.lane != before.lane {
            more[0] += u32::from(again.lane == Lane::Yellow);
            more[1] += u32::from(again.lane == Lane::Blue);
        }
    }
    assert_eq!(plan.used.document_checks - documents, more[0], "of new ones each takes one");
    assert!(plan.used.release_checks - after_release <= more[1]);
    if let Checks { documents: Some(documents), after_release: Some(after_release), .. } = checks {
        assert!(plan.used.document_checks <= documents && plan.used.release_checks <= after_release);
    }
}

fn count(of: &[Screening], lane: Lane) -> u32 {
    of.iter().filter(|one| one.lane == lane).count() as u32
}

#[test]
fn after_a_model_is_activated_the_lesser_checks_stay_within_what_a_day_has() {
    for rate in [0.03, 0.30] {
        let model = taught(&examined(&mut Chance(5), 600, rate));
        let mut scores = ScoreSample::new([9; 32]);
        for number in 1..=26 {
            let decided = a_day(&model, rate, number, CHECKS, &mut scores);
            let (yellow, blue) = (count(&decided, Lane::Yellow), count(&decided, Lane::Blue));
            assert!(yellow <= 60 && blue <= 40, "day {number} at {rate}: {yellow} yellow, {blue} blue");
            // From the second day on it is known which share of the scores they are.
            assert!(number == 1 || yellow >= 54, "day {number} at {rate}: {yellow} yellow");
            let mean = |lane: Lane| {
                let of: Vec<f64> = decided
                    .iter()
                    .filter(|one| one.lane_otherwise == lane)
                    .map(|one| one.probability.mean)
                    .collect();
                of.iter().sum::<f64>() / of.len() as f64
            };
            let order = [Lane::Yellow, Lane::Blue, Lane::Green].map(mean);
            assert!(number == 1 || order.is_sorted_by(|one, next| one > next), "day {number}: {order:?}");
        }
    }
    // By the probabilities of the scheme alone most goods are yellow or blue where much is unsafe, and none where little is.
    let by_probability = |rate: f64| {
        let model = taught(&examined(&mut Chance(5), 600, rate));
        let decided = a_day(&model, rate, 1, Checks::default(), &mut ScoreSample::new([9; 32]));
        count(&decided, Lane::Yellow) + count(&decided, Lane::Blue)
    };
    assert!(
        by_probability(0.30) > 300 && by_probability(0.03) < 60,
        "{} {}",
        by_probability(0.30),
        by_probability(0.03)
    );
}

/// Where a day has no number of checks and the scheme states no probabilities, they follow the goods that arrive: whatever part of
/// them a model takes for unsafe, documents are checked of few, and of some.
#[test]
fn without_a_number_of_checks_they_follow_what_part_of_the_goods_is_unsafe() {
    let rules = rules();
    let checks = rules.pilot.entry_points.values().next().unwrap().checks;
    let checks = Checks { documents: None, after_release: None, ..checks };
    for rate in [0.03, 0.10, 0.30] {
        let model = taught(&examined(&mut Chance(5), 600, rate));
        let mut scores = ScoreSample::new([9; 32]);
        for number in 1..=5 {
            let decided = a_day(&model, rate, number, checks, &mut scores);
            let (yellow, blue) = (count(&decided, Lane::Yellow), count(&decided, Lane::Blue));
            let told = format!("day {number} at {rate}: {yellow} yellow, {blue} blue");
            // Before a hundred arrivals are known the scheme's probabilities decide.
            let most = if number == 1 { 200 + 100 } else { 200 };
            assert!(yellow <= most && yellow + blue <= 400, "{told}");
            assert!(number == 1 || yellow > 0 && blue > 0, "{told}");
        }
    }
    // Before a model exists nothing sets goods apart.
    let mut scores = ScoreSample::new([9; 32]);
    for number in 1..=2 {
        let decided = a_day(&taught(&Vec::new()), 0.1, number, checks, &mut scores);
        assert_eq!((count(&decided, Lane::Yellow), count(&decided, Lane::Blue)), (0, 0));
    }
}

/// Whoever states probabilities has them hold as they are.
#[test]
fn stated_probabilities_hold_whatever_arrives() {
    let calendars = Calendars::embedded().unwrap();
    let cooperation = Cooperation::parse(SAMPLE_COOPERATION, &calendars).unwrap();
    let stated = SAMPLE_PILOT.replace("# yellow_from = 0.30", "yellow_from = 0.40");
    let read = |text: &str| Pilot::parse(text, &cooperation, &calendars).unwrap();
    let (stated, sample) = (read(&stated), read(SAMPLE_PILOT));
    let of = |pilot: &Pilot| {
        let checks = pilot.entry_points.values().next().unwrap().checks;
        let numbers = pilot.decision.numbers();
        (numbers.yellow_from, numbers.blue_from, checks.documents_from, checks.after_release_from)
    };
    let near = |one: f64, other: f64| (one - other).abs() < 1e-12;
    let (yellow, blue, documents, after_release) = of(&sample);
    assert!(near(yellow, 0.30) && near(blue, 0.15), "{yellow} {blue}");
    assert_eq!((documents, after_release), (Some(3.0), Some(1.5)));
    let (yellow, _, documents, after_release) = of(&stated);
    assert_eq!((yellow, documents, after_release), (0.40, None, Some(1.5)));
    let wrong = SAMPLE_PILOT.replace("# blue_from = 0.15", "blue_from = 1.5");
    let refused = Pilot::parse(&wrong, &cooperation, &calendars).unwrap_err();
    assert!(refused.contains("decision.blue_from: wants a share between 0 and 1"), "{refused}");
}

/// Whatever an officer puts to yellow or blue takes nothing of the checks that the numbers give, however often it is declared again.
#[test]
fn an_officers_word_takes_no_checks() {
    let numbers: Numbers = rules().pilot.decision.numbers();
    let scores = ScoreSample::new([9; 32]);
    for lane in [Lane::Yellow, Lane::Blue] {
        let mut plan = day::plan(0, 0.1, ARRIVALS, 1);
        let moment = Moment::of(&plan, &scores, CHECKS);
        let goods = Goods { probability: 0, heavy: false, alerted: false, suspicious: false };
        let mut last = decide(numbers, draft(goods, 0, 1), &moment, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(last.lane, Lane::Green);
        plan.used.take_for(&last);
        let word = LaneOverride {
            lane,
            former: Lane::Green,
            reason: "the seals are new".to_owned(),
            principal: "officer".to_owned(),
            time: Timestamp::UNIX_EPOCH,
        };
        (last.lane, last.overrides) = (lane, vec![word]);
        for version in 2..40 {
            let mut again = draft(goods, version as usize, 1);
            again.kept = Some(Box::new(Kept::of(&last, version, true)));
            let mut again = decide(numbers, again, &moment, Timestamp::UNIX_EPOCH).unwrap();
            again.keep_override(&last);
            assert_eq!((again.lane, plan.used.take_for(&again)), (lane, false));
            assert_eq!(replay(&again, plan.seed).unwrap(), again);
            last = again;
        }
        assert_eq!((plan.used.document_checks, plan.used.release_checks), (0, 0));
    }
}

/// Nothing sets goods apart that all have the same score: no documents are checked for the sake of a number.
#[test]
fn before_a_model_exists_no_goods_are_checked_by_their_score() {
    let mut scores = ScoreSample::new([9; 32]);
    for number in 1..=2 {
        let decided = a_day(&taught(&Vec::new()), 0.1, number, CHECKS, &mut scores);
        assert_eq!((count(&decided, Lane::Yellow), count(&decided, Lane::Blue)), (0, 0));
    }
}
