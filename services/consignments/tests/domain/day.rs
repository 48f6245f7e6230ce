//! A day at an entry point, goods by goods: whatever comes, in whatever order and number, the day keeps to its capacity,
//! leaves to the lot what is the lot's, and can be replayed from what was stored.

use jiff::{Timestamp, civil::Date};
use proptest::prelude::*;
use seamless_consignments::domain::{
    decide::{Draft, Moment, decide, replay},
    model::{
        CriterionHit, EventStatus, Evidence, Facts, Lane, MatchedAlert, Numbers, Plan, PlanUse, ReasonKind,
        Score, Screening, Selection,
    },
    pilot::Checks,
};
use seamless_targeting::ScoreSample;
use uuid::Uuid;

use crate::memory::rules;

/// Of documents by number, after release by probability.
const CHECKS: Checks =
    Checks { documents: Some(20), after_release: None, documents_from: None, after_release_from: None };

/// What is known of goods that arrive.
#[derive(Clone, Copy, Debug)]
pub struct Goods {
    /// Tenths.
    pub probability: u8,
    pub heavy: bool,
    /// Of an alert that demands an examination.
    pub alerted: bool,
    /// Meets a criterion that demands an examination of every other.
    pub suspicious: bool,
}

pub fn goods() -> impl Strategy<Value = Goods> {
    let rarely = || prop::bool::weighted(0.08);
    (0u8..8, any::<bool>(), rarely(), rarely()).prop_map(|(probability, heavy, alerted, suspicious)| Goods {
        probability,
        heavy,
        alerted,
        suspicious,
    })
}

pub fn draft(goods: Goods, number: usize, seed: u64) -> Draft {
    let probability = f64::from(goods.probability) / 10.0 + 0.01;
    let arriving = serde_json::json!({ "entry_point": "NLRTM", "arrival": "2026-11-02T08:00:00Z" });
    let alert = MatchedAlert {
        notification: "notifications/1".to_owned(),
        probability: 0.95,
        matched_by: vec!["gtin".to_owned()],
    };
    let hit = CriterionHit {
        criterion: "criteria/1".to_owned(),
        lane: Lane::Red,
        probability: 0.5,
        applied: false,
    };
    Draft {
        id: Uuid::from_u64_pair(seed, number as u64),
        authority: "nl-customs".parse().unwrap(),
        consignment: serde_json::from_value(arriving).unwrap(),
        area: None,
        status: EventStatus::Actual,
        facts: Facts {
            model: "models/eu-just.1".to_owned(),
            score: Score {
                probability,
                lower: probability / 2.0,
                upper: probability * 1.2,
                observations: 12.5,
                contributions: Vec::new(),
                evidence: vec![Evidence {
                    key: "hs/2".to_owned(),
                    log_odds: 0.1 / 3.0,
                    counted: Some([7, 2, 70, 12].into()),
                    coarser: String::new(),
                }],
            },
            alerts: goods.alerted.then_some(alert).into_iter().collect(),
            criteria: goods.suspicious.then_some(hit).into_iter().collect(),
            harm_weight: if goods.heavy { 1.0 } else { 0.7 },
            ..Facts::default()
        },
        declared: None,
        previous: None,
        lot: None,
        kept: None,
    }
}

pub fn plan(capacity: u32, floor: f64, expected: u64, seed: u64) -> Plan {
    let mut octets = [5; 32];
    octets[..8].copy_from_slice(&seed.to_be_bytes());
    Plan {
        entry_point: "NLRTM".parse().unwrap(),
        date: Date::constant(2026, 11, 2),
        capacity,
        random_floor: floor,
        expected_arrivals: expected,
        seed: octets,
        setting: 1,
        update_time: Timestamp::UNIX_EPOCH,
        used: PlanUse::default(),
        revision: 1,
    }
}

/// Decides on one, as a replica does, and takes what it uses from the day.
fn arrive(numbers: Numbers, plan: &mut Plan, scores: &mut ScoreSample, draft: Draft) -> Screening {
    let moment = Moment::of(plan, scores, CHECKS);
    let screening = decide(numbers, draft, &moment, Timestamp::UNIX_EPOCH).unwrap();
    plan.used.take(screening.draw.selection);
    plan.used.take_check(screening.lane);
    scores.add(screening.id.as_bytes(), screening.draw.expected_harm);
    screening
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn no_day_exceeds_its_capacity_or_starves_the_lot(
        goods in prop::collection::vec(goods(), 0..160),
        capacity in 0u32..70,
        floor in 0.01f64..=1.0,
        expected in 1u64..240,
        seed: u64,
        // Set anew in the middle of the day, where the new setting holds what was given out.
        reset in prop::option::of((0usize..160, 0u32..70, 0.01f64..=1.0, 1u64..240)),
    ) {
        let numbers = rules().pilot.decision.numbers();
        let mut day = plan(capacity, floor, expected, seed);
        let mut scores = ScoreSample::new(day.seed);
        let mut was_reset = false;
        let mut screenings = Vec::with_capacity(goods.len());
        for (number, one) in goods.iter().enumerate() {
            if let Some((when, capacity, random_floor, expected_arrivals)) = reset
                && when == number
            {
                let set = Plan { capacity, random_floor, expected_arrivals, ..day.clone() };
                if set.holds_its_use() {
                    (day, was_reset) = (set, true);
                }
            }
            let screening = arrive(numbers, &mut day, &mut scores, draft(*one, number, seed));
            let used = day.used;
            let by_numbers = screening.lane == Lane::Yellow && screening.facts.criteria.is_empty() && !one.alerted;
            prop_assert!(!by_numbers || used.document_checks <= 20, "no more documents than there are checks");
            prop_assert!(day.holds_its_use(), "{used:?} of {} with {}", day.capacity, day.random_capacity());
            prop_assert!(used.random + used.targeted + used.mandatory <= day.capacity);

            let draw = &screening.draw;
            let examined = draw.selection != Selection::None;
            prop_assert_eq!(screening.lane == Lane::Red, examined, "red is what is examined");
            prop_assert!((0.0..=1.0).contains(&draw.probability) && (!examined || draw.probability > 0.0));
            let demanded = one.alerted || screening.facts.criteria.iter().any(|hit| hit.applied);
            if demanded {
                prop_assert_eq!(draw.selection == Selection::Mandatory, draw.targeted_left > 0);
                if !examined {
                    prop_assert_eq!(screening.lane, Lane::Yellow, "what cannot be examined is held at its documents");
                    prop_assert!(screening.reasons.iter().any(|why| why.kind == ReasonKind::CapacityExhausted));
                }
            } else {
                prop_assert_ne!(draw.selection, Selection::Mandatory);
            }
            screenings.push(screening);
        }
        if !was_reset && goods.len() as u64 >= expected {
            let by_harm = day.used.targeted + day.used.mandatory;
            let others = u32::try_from(goods.len()).unwrap() - by_harm;
            prop_assert_eq!(day.used.random, day.random_capacity().min(others), "the lot had its due");
        }
        let count = |selection| screenings.iter().filter(|one| one.draw.selection == selection).count();
        let by_kind = [Selection::Random, Selection::Targeted, Selection::Mandatory].map(count);
        let used = [day.used.random, day.used.targeted, day.used.mandatory];
        prop_assert_eq!(used.map(|number| number as usize), by_kind, "the plan counts what was chosen");
        prop_assert_eq!(day.used.arrivals, goods.len() as u64);
        // From what is stored, and nothing else.
        for screening in &screenings {
            let stored: Screening = serde_json::from_str(&serde_json::to_string(screening).unwrap()).unwrap();
            prop_assert_eq!(&stored, screening);
            prop_assert_eq!(&replay(&stored, day.seed).unwrap(), screening);
        }
    }
}

/// The logged probabilities are those with which goods were examined: over many days the examinations that they promise
/// are the examinations that were made, by the lot, for harm, and on demand together.
#[test]
fn what_is_logged_is_how_often_it_happens() {
    let numbers = rules().pilot.decision.numbers();
    let goods: Vec<Goods> = (0..60_u8)
        .map(|number| Goods {
            probability: number % 7,
            heavy: number % 2 == 0,
            alerted: number % 29 == 7,
            suspicious: number % 13 == 5,
        })
        .collect();
    let days = 2_000_u64;
    let (mut promised, mut made) = (vec![0.0; goods.len()], vec![0.0; goods.len()]);
    for seed in 0..days {
        let mut day = plan(14, 0.25, 70, seed);
        let mut scores = ScoreSample::new(day.seed);
        for (number, one) in goods.iter().enumerate() {
            let screening = arrive(numbers, &mut day, &mut scores, draft(*one, number, seed));
            promised[number] += screening.draw.probability / days as f64;
            made[number] += f64::from(u8::from(screening.lane == Lane::Red)) / days as f64;
        }
    }
    for (number, (promised, made)) in promised.iter().zip(&made).enumerate() {
        // Five standard errors of a share of one half.
        let tolerance = 2.5 / (days as f64).sqrt();
        assert!((promised - made).abs() < tolerance, "goods {number}: logged {promised}, examined {made}");
    }
}
