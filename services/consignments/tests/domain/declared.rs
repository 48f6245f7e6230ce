//! Goods that are declared again and again: however often, in whichever words, they are drawn once and have one place.

use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::prelude::*;
use seamless_consignments::domain::{
    decide::{Draft, Moment, decide, replay},
    model::{DeclarationKey, EventStatus, Kept, Lane, Lot, Screening, Selection, is_chosen_by_plan},
    pilot::Checks,
};
use seamless_identifiers::MovementReference;
use seamless_targeting::{Candidate, Part, Remaining, ScoreSample};

use crate::{
    day::{Goods, draft, goods, plan},
    memory::rules,
};

/// What is declared under this number, the next in the day.
fn declared(goods: Goods, number: usize, place: usize, seed: u64) -> Draft {
    let mut declared = draft(goods, place, seed);
    let number = MovementReference::of_body(&format!("26NL{number:013}")).unwrap();
    declared.consignment.movement_reference_number = number.into();
    declared.consignment.goods_item_number = 1;
    declared
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn goods_have_one_draw_and_one_place_whatever_is_said_of_them(
        steps in prop::collection::vec((0usize..25, goods()), 0..140),
        capacity in 0u32..40,
        floor in 0.01f64..=1.0,
        expected in 1u64..60,
        seed: u64,
    ) {
        let numbers = rules().pilot.decision.numbers();
        let mut day = plan(capacity, floor, expected, seed);
        let mut scores = ScoreSample::new(day.seed);
        let mut last: BTreeMap<usize, Screening> = BTreeMap::new();
        for (place, (number, goods)) in steps.into_iter().enumerate() {
            let mut draft = declared(goods, number, place, seed);
            let key = DeclarationKey::of(&draft.authority, &draft.consignment, draft.status).unwrap();
            let before = last.get(&number);
            draft.lot = Some(Lot::By(key.lot()));
            draft.kept = before.map(|one| Box::new(Kept::of(one, one.version() + 1, true)));
            let moment = Moment::of(&day, &scores, Checks::default());

            // A trial says the same whatever the seed, and whatever is left to the lot.
            let trial = Draft { lot: Some(Lot::Closed), ..draft.clone() };
            let trials = [
                (day.seed, moment.random_left),
                ([9; 32], moment.random_left),
                (day.seed, 0),
            ]
            .map(|(seed, random_left)| {
                let moment = Moment { seed, random_left, ..moment.clone() };
                let mut trial = decide(numbers, trial.clone(), &moment, Timestamp::UNIX_EPOCH).unwrap();
                trial.draw.random_left = 0;
                trial
            });
            prop_assert!(trials.iter().all(|one| *one == trials[0]));
            prop_assert_ne!(trials[0].draw.selection, Selection::Random);

            let screening = decide(numbers, draft, &moment, Timestamp::UNIX_EPOCH).unwrap();
            let draw = &screening.draw;
            match before {
                None => {
                    let candidate = Candidate {
                        id: *key.lot().as_bytes(),
                        probability: screening.probability.mean,
                        harm: screening.facts.harm_weight,
                    };
                    let left = Remaining { targeted: 0, random: moment.random_left };
                    let expected = moment.expected_to_come - f64::from(moment.targeted_left);
                    let lot = seamless_targeting::decide(
                        &day.seed, left, moment.threshold, expected.max(0.0), &candidate,
                    ).unwrap();
                    if !matches!(draw.selection, Selection::Targeted | Selection::Mandatory) {
                        prop_assert_eq!(lot.part == Part::Random, draw.selection == Selection::Random);
                    }
                    scores.add(screening.id.as_bytes(), draw.expected_harm);
                }
                Some(before) => {
                    prop_assert_eq!(screening.first(), before.first());
                    if is_chosen_by_plan(before.draw.selection) {
                        prop_assert_eq!(draw.selection, before.draw.selection);
                        prop_assert_eq!(draw.probability.to_bits(), before.draw.probability.to_bits());
                        prop_assert_eq!(screening.lane, Lane::Red, "what was chosen stays so");
                    } else {
                        prop_assert_ne!(draw.selection, Selection::Random, "nothing is drawn twice");
                    }
                }
            }
            day.used.take_for(&screening);
            prop_assert!(day.holds_its_use());
            let stored: Screening = serde_json::from_str(&serde_json::to_string(&screening).unwrap()).unwrap();
            let again = replay(&stored, day.seed).unwrap();
            prop_assert_eq!(&again.draw, &screening.draw);
            prop_assert_eq!((again.lane, &again.reasons), (screening.lane, &screening.reasons));
            last.insert(number, screening);
        }
        prop_assert_eq!(day.used.arrivals, last.len() as u64);
        let count = |selection| last.values().filter(|one| one.draw.selection == selection).count();
        let used = [day.used.random, day.used.targeted, day.used.mandatory].map(|number| number as usize);
        prop_assert_eq!(used, [Selection::Random, Selection::Targeted, Selection::Mandatory].map(count));
    }
}

/// By another implementation. A declaration is found, and drawn, by the same key for ever.
#[test]
fn the_key_of_a_declaration_never_changes() {
    let mut goods =
        draft(Goods { probability: 1, heavy: false, alerted: false, suspicious: false }, 0, 0).consignment;
    let authority = "nl-customs".parse().unwrap();
    let of = |goods: &_| DeclarationKey::of(&authority, goods, EventStatus::Actual);
    goods.transport_documents = vec!["maeu 123456789".to_owned()];
    assert_eq!(of(&goods), None, "an item without a number is not told from others");
    goods.goods_item_number = 7;
    assert_eq!(of(&goods).unwrap().as_str(), "nl-customs/MAEU123456789/7");
    // Parcels under one master document are told apart by the others, in whichever order they stand.
    goods.transport_documents = vec!["ONEY20260105".to_owned(), "maeu 123456789".to_owned(), "-".to_owned()];
    let both = of(&goods).unwrap();
    assert_eq!(both.as_str(), "nl-customs/MAEU123456789+cd08f179707f57f20490de86/7");
    goods.transport_documents.reverse();
    assert_eq!(of(&goods).unwrap(), both);
    goods.transport_documents = vec!["UNKNOWN".to_owned(), "B-1".to_owned()];
    assert_eq!(of(&goods), None, "words and short numbers are those of many");
    for number in ["26nl 0003 9612 3456 J3", "26NL-000396123456-J3", "26NL/0003961.23456J3"] {
        goods.transport_documents = vec![number.to_owned()];
        assert_eq!(of(&goods), None, "that is another declaration's number: {number}");
    }
    for none in ["26NL0003961234567J", "26NL000396123456J4", "PENDING-2026", "-"] {
        goods.movement_reference_number = none.to_owned();
        assert_eq!(of(&goods), None, "{none} is no movement reference number");
    }
    goods.movement_reference_number = "26nl 0003 9612 3456 J3".to_owned();
    let key = of(&goods).unwrap();
    assert_eq!(key.as_str(), "nl-customs/26NL000396123456J3/7");
    assert_eq!(key.lot().to_string(), "59277daf-d7a0-823b-bd33-78a454a05464");
    assert_eq!(key.lot_of(1), key.lot());
    assert_eq!(
        key.lot_of(3).to_string(),
        "e5c03b13-1387-80cf-b940-72fb40182194",
        "other goods under the number"
    );
    assert_eq!(DeclarationKey::of(&authority, &goods, EventStatus::Exercise), None);
}
