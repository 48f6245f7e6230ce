//! The lives of suspensions, criteria and pre-inspections: random acts in random order, against tables written by hand.

use futures::executor::block_on;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use seamless_consignments::domain::{
    Caller, DomainError,
    criteria::{Criterion, DryRun},
    event::EventKind,
    model::{
        ControlOutcome, ControlState, Due, EventStatus, Inspection, InspectionContent, InspectionOutcome,
        Lane, SubmitResult, Suspension,
    },
    records::record,
    use_cases::{
        ChangeControl, ControlStep, CriterionStep, MarkOverdue, NewCriterion, RevokeInspection,
        SettleControl, ShareInspections, WriteCriterion,
    },
};

use crate::memory::{Memory, rules};

fn caller(authority: &str) -> Caller {
    Caller { authority: authority.parse().unwrap(), principal: "tester".to_owned() }
}

fn at(hours: i64) -> Timestamp {
    let start: Timestamp = "2026-06-01T08:00:00Z".parse().unwrap();
    start + SignedDuration::from_hours(hours)
}

fn is_illegal<T>(answer: &Result<T, DomainError>) -> bool {
    matches!(answer, Err(DomainError::IllegalTransition { .. } | DomainError::WantsFirst { .. }))
}

fn is_stale<T>(answer: &Result<T, DomainError>) -> bool {
    matches!(answer, Err(DomainError::EtagMismatch { .. }))
}

fn is_twin<T>(answer: &Result<T, DomainError>) -> bool {
    matches!(answer, Err(DomainError::Twin { .. }))
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Wait(u8),
    Watch,
    Decide(ControlOutcome),
    Release,
    Correct(ControlOutcome),
}

fn acts() -> impl Strategy<Value = Act> {
    let outcome = || prop_oneof![Just(ControlOutcome::Safe), Just(ControlOutcome::Unsafe)];
    prop_oneof![
        3 => (1u8..40).prop_map(Act::Wait),
        2 => Just(Act::Watch),
        1 => outcome().prop_map(Act::Decide),
        1 => Just(Act::Release),
        1 => outcome().prop_map(Act::Correct),
    ]
}

/// Hours from the suspension to its due time.
const DUE: i64 = 96;

proptest! {
    /// A suspension is overdue from the first look after its due time on, or where it ended after it; that is told once;
    /// and it is watched for as long as neither happened.
    #[test]
    fn a_suspension_is_overdue_once_and_ends_once(acts in prop::collection::vec(acts(), 0..14)) {
        let (rules, memory) = (rules(), Memory::default());
        let settle = SettleControl { rules: &rules, records: &memory, examinations: &memory };
        let mut control = crate::control(ControlState::Suspended, None, false);
        control.due = Some(Due { time: at(DUE), explanation: "four days".to_owned() });
        memory.commit(block_on(settle.execute(None, &mut control, at(0))).unwrap());

        let (mut hours, mut state, mut outcome, mut overdue) = (0, ControlState::Suspended, None, false);
        for act in acts {
            let late = hours >= DUE && state == ControlState::Suspended;
            let (step, allowed) = match act {
                Act::Wait(some) => {
                    hours += i64::from(some);
                    continue;
                }
                Act::Watch => {
                    let watch = MarkOverdue { rules: &rules, records: &memory };
                    let due = block_on(watch.due(10, at(hours))).unwrap();
                    prop_assert_eq!(due.len(), usize::from(late && !overdue));
                    for suspension in due {
                        memory.commit(block_on(watch.execute(&suspension, at(hours))).unwrap());
                    }
                    overdue |= late;
                    continue;
                }
                Act::Decide(found) => (
                    ControlStep::Decide { outcome: found, tests: Vec::new(), findings: String::new() },
                    state == ControlState::Suspended,
                ),
                Act::Release => {
                    (ControlStep::Release { reason: "so said the authority".to_owned() }, state == ControlState::Suspended)
                }
                Act::Correct(found) => (
                    ControlStep::Correct { outcome: found, reason: "mixed up".to_owned() },
                    state == ControlState::Decided && outcome != Some(found),
                ),
            };
            let present = block_on(record(&memory, &control.name())).unwrap().unwrap();
            let took = block_on(ChangeControl { settle, alerts: None }.execute(present, step, None, at(hours)));
            prop_assert_eq!(took.is_ok(), allowed, "{:?} while {:?}", act, state);
            if let Ok(decision) = took {
                memory.commit(decision.changes);
                overdue |= late;
                (state, outcome) = match act {
                    Act::Release => (ControlState::Released, None),
                    Act::Decide(found) | Act::Correct(found) => (ControlState::Decided, Some(found)),
                    Act::Wait(_) | Act::Watch => unreachable!("they take no step"),
                };
            }
            control = block_on(record(&memory, &control.name())).unwrap().unwrap();
            prop_assert_eq!((control.state, control.outcome, control.overdue), (state, outcome, overdue));
        }
        let watched: Suspension = block_on(record(&memory, &control.name())).unwrap().unwrap();
        prop_assert_eq!(watched.open, state == ControlState::Suspended && !overdue);
        let told = memory.told(|kind| matches!(kind, EventKind::ControlOverdue(_)));
        prop_assert_eq!(told, usize::from(overdue), "each is told as overdue once at most");
    }

    /// A criterion is tried before it is put into force, is put into force once, and is never taken up again.
    #[test]
    fn a_criterion_goes_the_ways_of_the_table_and_no_others(
        acts in prop::collection::vec((0u8..3, prop::bool::weighted(0.8), prop::bool::weighted(0.9)), 0..10),
    ) {
        let (rules, memory) = (rules(), Memory::default());
        let write = WriteCriterion { rules: &rules, records: &memory, most: 3 };
        let author = caller("nl-customs");
        let new = NewCriterion {
            title: "balloons".to_owned(),
            conditions: Vec::new(),
            lane: Lane::Red,
            apply_probability: 1.0,
            start: None,
            end: at(1_000),
        };
        let created = write.create(&author, new, at(0)).unwrap();
        let mut criterion: Criterion = created.outcome;
        memory.commit(created.changes);
        let (mut state, mut tried) = ("draft", false);
        for (act, is_author, knows) in acts {
            let step = match act {
                0 => CriterionStep::Tried(DryRun {
                    start: at(-24), end: at(0), screened: 9, hits: 1, lanes: Vec::new(), examined: 0, found_unsafe: 0,
                    run_time: at(1),
                }),
                1 => CriterionStep::Activate,
                _ => CriterionStep::Retire,
            };
            let who = if is_author { author.clone() } else { caller("eu-just") };
            let revision = if knows { criterion.revision } else { criterion.revision - 1 };
            let took = block_on(write.step(&who, &criterion_name(&criterion), Some(revision), &step, at(1)));
            let wanted = match (act, state) {
                (0, _) => Some((state, true)),
                (1, "draft") if tried => Some(("active", tried)),
                (2, "draft" | "active") => Some(("retired", tried)),
                _ => None,
            };
            match (is_author, knows, wanted) {
                (false, ..) => prop_assert!(matches!(took, Err(DomainError::Denied)), "who reads does not write"),
                (true, false, _) => prop_assert!(is_stale(&took)),
                (true, true, None) => prop_assert!(is_illegal(&took), "{} while {}", act, state),
                (true, true, Some(wanted)) => {
                    let decision = took.unwrap();
                    criterion = decision.outcome;
                    memory.commit(decision.changes);
                    (state, tried) = wanted;
                }
            }
            prop_assert_eq!(<&str>::from(criterion.state).to_lowercase(), state);
            prop_assert_eq!(criterion.holds(at(1)), state == "active");
        }
    }

    /// Under one certificate: shared, any number of other versions, revoked, and nothing after that.
    #[test]
    fn a_pre_inspection_goes_the_ways_of_the_table_and_no_others(
        acts in prop::collection::vec((0u8..4, 0u8..3), 0..14),
    ) {
        let (rules, memory) = (rules(), Memory::default());
        let share = ShareInspections { rules: &rules, inspections: &memory };
        let gacc = caller("cn-gacc");
        // What is there: version, content, whether it was revoked.
        let mut there: Option<(u32, u8, bool)> = None;
        let mut present: Option<Inspection> = None;
        for (act, content) in acts {
            let said = inspected(content);
            match act {
                // Sent in a stream: new, changed, unchanged, or refused after the revocation.
                0 => {
                    let decision = block_on(share.execute(&gacc, vec![said], at(1))).unwrap();
                    let wanted = match there {
                        None => Some((SubmitResult::Created, 1)),
                        Some((.., true)) => None,
                        Some((version, known, _)) if known == content => Some((SubmitResult::Unchanged, version)),
                        Some((version, ..)) => Some((SubmitResult::Amended, version + 1)),
                    };
                    match (&decision.outcome[0], wanted) {
                        (Ok(shared), Some((result, version))) => {
                            prop_assert_eq!((shared.result, shared.inspection.version), (result, version));
                            there = Some((version, content, false));
                            present = Some(shared.inspection.clone());
                        }
                        (Err(violations), None) => prop_assert_eq!(&violations[0].field, "certificate_id"),
                        (got, wanted) => prop_assert!(false, "{:?}, wanted {:?}", got, wanted),
                    }
                    memory.commit(decision.changes);
                }
                // Created by itself: only where there is none.
                1 => {
                    let made = block_on(share.create(&gacc, said, at(1)));
                    prop_assert_eq!(is_twin(&made), there.is_some());
                    if there.is_none() {
                        let decision = made.unwrap();
                            present = Some(decision.outcome);
                            memory.commit(decision.changes);
                            there = Some((1, content, false));
                    }
                }
                // Amended or revoked by name: only what is in force.
                _ => {
                    let Some(known) = present.clone() else { continue };
                    let took = match act {
                        2 => share.amend(&gacc, known, said, None, at(1)),
                        _ => RevokeInspection { rules: &rules }.execute(known, "swapped", None, at(1)),
                    };
                    let Some((version, before, revoked)) = there else { continue };
                    prop_assert_eq!(is_illegal(&took), revoked);
                    let Ok(decision) = took else { continue };
                    there = Some(match act {
                        2 if before == content => (version, before, false),
                        2 => (version + 1, content, false),
                        _ => (version + 1, before, true),
                    });
                    present = Some(decision.outcome);
                    memory.commit(decision.changes);
                }
            }
            if let (Some(known), Some((version, content, revoked))) = (&present, there) {
                let is_revoked = known.state == seamless_consignments::domain::model::InspectionState::Revoked;
                prop_assert_eq!((known.version, is_revoked), (version, revoked));
                prop_assert_eq!(&known.content.inspector, &format!("inspector {content}"));
            }
        }
    }
}

fn criterion_name(criterion: &Criterion) -> String {
    seamless_consignments::domain::records::Record::name(criterion)
}

fn inspected(content: u8) -> InspectionContent {
    let said = serde_json::json!({
        "arrangement": "eu-cn",
        "body": "cn-ciq-shanghai",
        "certificate": "SH-1",
        "exporter": { "name": "Ningbo Example Toys Export" },
        "items": [{ "commodity_code": "950300", "description": "bath ducks" }],
        "outcome": InspectionOutcome::Pass,
        "inspect_time": at(0).to_string(),
        "inspector": format!("inspector {content}"),
        "status": EventStatus::Actual,
    });
    serde_json::from_value(said).unwrap()
}
