//! The switching rules against a replay by hand, which reads the whole history anew for every answer.

use proptest::prelude::*;
use seamless_statistics::{Conditions, Inspection, Lot, SamplingPlan, Switching};

const STEADY_AND_APPROVED: Conditions = Conditions { production_steady: true, reduced_approved: true };

fn lot(accepted: bool) -> Lot {
    Lot { accepted, plan: SamplingPlan::Single { acceptance_number: 2, accepted_one_step_tighter: accepted } }
}

#[derive(Clone, Copy, Debug)]
enum Told {
    Lot(Lot),
    Conditions(Conditions),
    Agreed,
}

/// The severity after `told`, from the wording of clause 9: finds where the present stretch began and looks at the
/// lots of that stretch only.
fn by_hand(told: &[Told]) -> Inspection {
    let mut severity = Inspection::Normal;
    let mut began = 0;
    for now in 1..=told.len() {
        let stretch: Vec<Lot> = told[began..now]
            .iter()
            .filter_map(|told| if let Told::Lot(lot) = told { Some(*lot) } else { None })
            .collect();
        let conditions =
            told[..now].iter().rev().find_map(|t| if let Told::Conditions(c) = t { Some(*c) } else { None });
        let allowed = conditions == Some(STEADY_AND_APPROVED);
        let next = match severity {
            Inspection::Normal => {
                let two_of_five = stretch
                    .windows(stretch.len().clamp(1, 5))
                    .any(|w| w.iter().filter(|l| !l.accepted).count() >= 2);
                let since_reset = stretch.iter().rev().take_while(|l| adds(l) > 0);
                if two_of_five {
                    Inspection::Tightened
                } else if since_reset.map(adds).sum::<u32>() >= 30 && allowed {
                    Inspection::Reduced
                } else {
                    severity
                }
            }
            Inspection::Tightened => {
                if stretch.len() >= 5 && stretch[stretch.len() - 5..].iter().all(|l| l.accepted) {
                    Inspection::Normal
                } else if stretch.iter().filter(|l| !l.accepted).count() == 5 {
                    Inspection::Discontinued
                } else {
                    severity
                }
            }
            Inspection::Reduced if stretch.iter().any(|l| !l.accepted) || !allowed => Inspection::Normal,
            Inspection::Discontinued if matches!(told[now - 1], Told::Agreed) => Inspection::Tightened,
            Inspection::Reduced | Inspection::Discontinued => severity,
        };
        if next != severity {
            severity = next;
            began = now;
        }
    }
    severity
}

fn adds(lot: &Lot) -> u32 {
    match (lot.accepted, lot.plan) {
        (false, _) => 0,
        (true, SamplingPlan::Single { acceptance_number, .. }) if acceptance_number < 2 => 2,
        (true, SamplingPlan::Single { accepted_one_step_tighter: good, .. })
        | (true, SamplingPlan::Double { accepted_by_first: good })
        | (true, SamplingPlan::Multiple { accepted_by_third: good }) => 3 * u32::from(good),
    }
}

fn any_told() -> impl Strategy<Value = Told> {
    let plan = prop_oneof![
        (0u32..4, prop::bool::weighted(0.95)).prop_map(|(acceptance_number, accepted_one_step_tighter)| {
            SamplingPlan::Single { acceptance_number, accepted_one_step_tighter }
        }),
        prop::bool::weighted(0.95).prop_map(|accepted_by_first| SamplingPlan::Double { accepted_by_first }),
        prop::bool::weighted(0.95).prop_map(|accepted_by_third| SamplingPlan::Multiple { accepted_by_third }),
    ];
    prop_oneof![
        40 => (prop::bool::weighted(0.93), plan).prop_map(|(accepted, plan)| Told::Lot(Lot { accepted, plan })),
        6 => (prop::bool::weighted(0.6), plan_of_bad_times()).prop_map(|(accepted, plan)| Told::Lot(Lot { accepted, plan })),
        1 => (prop::bool::weighted(0.8), prop::bool::weighted(0.8))
            .prop_map(|(production_steady, reduced_approved)| Told::Conditions(Conditions { production_steady, reduced_approved })),
        1 => Just(Told::Agreed),
    ]
}

fn plan_of_bad_times() -> impl Strategy<Value = SamplingPlan> {
    Just(SamplingPlan::Single { acceptance_number: 1, accepted_one_step_tighter: false })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_history_ends_where_the_clause_says(
        first in prop::collection::vec(any_told(), 0..60),
        bad in 0usize..9,
        rest in prop::collection::vec(any_told(), 0..80),
    ) {
        let mut told = vec![Told::Conditions(STEADY_AND_APPROVED)];
        told.extend(first);
        told.extend(core::iter::repeat_n(Told::Lot(lot(false)), bad));
        told.extend(rest);
        let mut rules = Switching::new();
        for (index, one) in told.iter().enumerate() {
            let got = match *one {
                Told::Lot(lot) => rules.lot(lot),
                Told::Conditions(conditions) => rules.set_conditions(conditions),
                Told::Agreed => rules.corrective_action_agreed(),
            };
            prop_assert_eq!(got, by_hand(&told[..=index]), "after {:?}", &told[..=index]);
        }
    }
}

#[test]
fn ten_good_lots_earn_reduced_inspection_and_one_bad_lot_loses_it() {
    let mut body = Switching::new();
    body.set_conditions(STEADY_AND_APPROVED);
    for _ in 0..9 {
        assert_eq!(body.lot(lot(true)), Inspection::Normal);
    }
    assert_eq!(body.lot(lot(true)), Inspection::Reduced);
    assert_eq!(body.lot(lot(false)), Inspection::Normal);
    assert_eq!(body.score(), 0, "the score is earned anew");
}

#[test]
fn a_score_waits_for_the_approval() {
    let mut body = Switching::new();
    for _ in 0..12 {
        assert_eq!(body.lot(lot(true)), Inspection::Normal);
    }
    assert_eq!(body.score(), 36);
    assert_eq!(body.set_conditions(STEADY_AND_APPROVED), Inspection::Reduced);
    let irregular = Conditions { production_steady: false, ..STEADY_AND_APPROVED };
    assert_eq!(body.set_conditions(irregular), Inspection::Normal);
}

#[test]
fn five_bad_lots_under_tightened_inspection_end_it_until_the_authority_agrees() {
    let mut body = Switching::new();
    for (accepted, next) in [
        (false, Inspection::Normal),
        (true, Inspection::Normal),
        (true, Inspection::Normal),
        (true, Inspection::Normal),
        (false, Inspection::Tightened),
    ] {
        assert_eq!(body.lot(lot(accepted)), next);
    }
    for _ in 0..4 {
        assert_eq!(body.lot(lot(false)), Inspection::Tightened);
        assert_eq!(body.lot(lot(true)), Inspection::Tightened);
    }
    assert_eq!(body.lot(lot(false)), Inspection::Discontinued);
    for _ in 0..5 {
        assert_eq!(body.lot(lot(true)), Inspection::Discontinued, "good lots alone do not help");
    }
    assert_eq!(body.corrective_action_agreed(), Inspection::Tightened);
    for _ in 0..4 {
        body.lot(lot(true));
    }
    assert_eq!(body.lot(lot(true)), Inspection::Normal);
}
