//! The rules by themselves, without transport and database: every step against a table written by hand.
#![allow(clippy::unwrap_used, reason = "a rule that cannot be tried fails its test")]

mod certificates;
mod checks;
mod covers;
mod day;
mod declared;
mod descriptions;
mod forecasts;
mod lives;
mod memory;
mod port;
mod reasons;
mod reliability;
mod same;
mod suspensions;

use jiff::{Timestamp, civil::Date};
use proptest::prelude::*;
use seamless_consignments::domain::{
    DomainError,
    model::{
        Approval, ApprovalAction, ApprovalContent, ApprovalState, Control, ControlOutcome, ControlState,
        EventStatus, Probability, Selection, SwitchingState, Tally, Trust, Verdict, listed_states,
    },
    records::Record,
    use_cases::proposals,
};
use uuid::Uuid;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn control(state: ControlState, outcome: Option<ControlOutcome>, overdue: bool) -> Control {
    let goods = serde_json::json!({ "entry_point": "NLRTM", "arrival": "2026-01-19T08:00:00Z" });
    Control {
        id: Uuid::nil(),
        authority: "nl-customs".parse().unwrap(),
        screening: None,
        consignment: serde_json::from_value(goods).unwrap(),
        area: None,
        cover: None,
        drawn: None,
        date: Date::constant(2026, 1, 19),
        selection: Selection::Random,
        probability: 0.1,
        lane_otherwise: None,
        screened: None,
        unread: Vec::new(),
        state,
        outcome,
        tests: Vec::new(),
        findings: String::new(),
        examine_time: NOW,
        due: None,
        overdue,
        follow_up_reference: String::new(),
        notification: String::new(),
        internal_note: String::new(),
        release_reason: String::new(),
        corrections: Vec::new(),
        decide_time: None,
        status: EventStatus::Actual,
        create_time: NOW,
        update_time: NOW,
        revision: 1,
    }
}

fn approval(state: ApprovalState, valid_until: Date) -> Approval {
    Approval {
        id: Uuid::nil(),
        authority: "eu-just".parse().unwrap(),
        body_authority: "cn-gacc".parse().unwrap(),
        content: ApprovalContent {
            body: "cn-ciq-shanghai".parse().unwrap(),
            area: "toys".parse().unwrap(),
            entry_points: Vec::new(),
            evidence: "two laboratories visited".to_owned(),
            check_frequency: 0.1,
            valid_from: Date::constant(2026, 1, 1),
            valid_until,
        },
        state,
        decisions: Vec::new(),
        create_time: NOW,
        update_time: NOW,
        revision: 1,
    }
}

fn trust(verdict: Verdict) -> Trust {
    let rate = Probability { mean: 0.02, lower: 0.01, upper: 0.04, observations: 60.0 };
    Trust {
        side: "eu-just".parse().unwrap(),
        body: "cn-ciq-shanghai".parse().unwrap(),
        body_authority: "cn-gacc".parse().unwrap(),
        area: "toys".parse().unwrap(),
        entry_point: None,
        verdict,
        false_pass: rate,
        passed: Tally { examined: 60, found_unsafe: 1 },
        unchecked: rate,
        not_checked: Tally { examined: 60, found_unsafe: 1 },
        reliable_probability: 0.96,
        useful_probability: 0.4,
        more_examinations: None,
        switching: SwitchingState::Normal,
        rule: "the rule".to_owned(),
        update_time: NOW,
        revision: 1,
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    Decide(ControlOutcome),
    Release,
    Correct(ControlOutcome),
}

fn outcomes() -> impl Strategy<Value = ControlOutcome> {
    prop_oneof![Just(ControlOutcome::Safe), Just(ControlOutcome::NonCompliant), Just(ControlOutcome::Unsafe)]
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![outcomes().prop_map(Step::Decide), Just(Step::Release), outcomes().prop_map(Step::Correct)]
}

fn actions() -> impl Strategy<Value = ApprovalAction> {
    prop_oneof![
        Just(ApprovalAction::Grant),
        Just(ApprovalAction::Suspend),
        Just(ApprovalAction::Reinstate),
        Just(ApprovalAction::Withdraw)
    ]
}

proptest! {
    #[test]
    fn a_control_goes_the_ways_of_the_table_and_no_others(taken in proptest::collection::vec(steps(), 0..8)) {
        let mut control = control(ControlState::Suspended, None, false);
        let (mut state, mut outcome, mut former) = ("suspended", None, Vec::new());
        for step in taken {
            let before = control.clone();
            let went = match step {
                Step::Decide(found) => control.decide(found, Vec::new(), String::new(), NOW),
                Step::Release => control.release("the clock ran out".to_owned(), NOW),
                Step::Correct(found) => control.correct(found, "mixed up".to_owned(), NOW),
            };
            let wanted = match (state, step) {
                ("suspended", Step::Decide(found)) => Some(("decided", Some(found))),
                ("suspended", Step::Release) => Some(("released", None)),
                ("decided", Step::Correct(found)) if outcome != Some(found) => {
                    former.extend(outcome);
                    Some(("decided", Some(found)))
                }
                _ => None,
            };
            prop_assert_eq!(went.is_ok(), wanted.is_some(), "{:?} while {}", step, state);
            match wanted {
                Some(wanted) => (state, outcome) = wanted,
                None => prop_assert_eq!(&control, &before, "a refusal changes nothing"),
            }
            let name = <&str>::from(control.state).to_lowercase();
            prop_assert_eq!((name.as_str(), control.outcome), (state, outcome));
            prop_assert_eq!(control.corrections.iter().map(|one| one.outcome).collect::<Vec<_>>(), former.clone());
        }
    }

    #[test]
    fn an_approval_goes_the_ways_of_the_table_and_no_others(taken in proptest::collection::vec(actions(), 0..12)) {
        let mut approval = approval(ApprovalState::Granted, Date::constant(2027, 1, 1));
        let mut state = "granted";
        let mut decided = 0;
        for action in taken {
            let before = approval.clone();
            let went = approval.decide(action, "agreed".to_owned(), Verdict::Reliable, NOW);
            let name = <&str>::from(action).to_lowercase();
            let wanted = match (state, name.as_str()) {
                ("granted", "suspend") => Some("suspended"),
                ("suspended", "reinstate") => Some("granted"),
                ("granted" | "suspended", "withdraw") => Some("withdrawn"),
                _ => None,
            };
            match wanted {
                Some(next) => {
                    prop_assert!(went.is_ok());
                    state = next;
                    decided += 1;
                }
                None => {
                    let is_illegal = matches!(went, Err(DomainError::IllegalTransition { .. }));
                    prop_assert!(is_illegal);
                    prop_assert_eq!(&approval, &before, "a refusal changes nothing");
                }
            }
            prop_assert_eq!(<&str>::from(approval.state).to_lowercase(), state);
            prop_assert_eq!((approval.decisions.len(), approval.revision), (decided, 1 + decided as i64));
        }
    }
}

/// Every control is found by exactly the wishes that it meets.
#[test]
fn a_list_of_controls_has_those_that_were_asked_for() {
    use ControlOutcome::{NonCompliant, Safe, Unsafe};
    use ControlState::{Decided, Released, Suspended};
    let controls: Vec<Control> = [
        (Suspended, None),
        (Released, None),
        (Decided, Some(Safe)),
        (Decided, Some(NonCompliant)),
        (Decided, Some(Unsafe)),
    ]
    .into_iter()
    .flat_map(|(state, outcome)| [true, false].map(|overdue| control(state, outcome, overdue)))
    .collect();
    let wishes: [&[ControlState]; 4] = [&[], &[Suspended], &[Decided], &[Suspended, Released]];
    for states in wishes {
        for outcome in [None, Some(Safe), Some(NonCompliant), Some(Unsafe)] {
            for overdue_only in [true, false] {
                let numbers = listed_states(states, outcome, overdue_only);
                for control in &controls {
                    let wanted = (states.is_empty() || states.contains(&control.state))
                        && (outcome.is_none() || outcome == control.outcome)
                        && (!overdue_only || control.overdue);
                    let found = numbers.is_empty() || numbers.contains(&control.place().state);
                    assert_eq!(found, wanted, "{states:?} {outcome:?} {overdue_only}: {control:?}");
                }
            }
        }
    }
}

#[test]
fn what_is_proposed_follows_the_verdict_and_the_validity() {
    use ApprovalAction::{Grant, Reinstate, Suspend, Withdraw};
    use ApprovalState::{Granted, Suspended};
    use Verdict::{NotEnoughEvidence, NotReliable, Reliable, ReliableAndUseful};
    let (today, past, future) =
        (Date::constant(2026, 6, 1), Date::constant(2026, 5, 31), Date::constant(2026, 6, 1));
    type Standing = Option<(ApprovalState, Date)>;
    let table: [(Standing, Option<Verdict>, &[ApprovalAction]); 17] = [
        (None, None, &[]),
        (None, Some(NotEnoughEvidence), &[]),
        (None, Some(NotReliable), &[]),
        (None, Some(Reliable), &[Grant]),
        (None, Some(ReliableAndUseful), &[Grant]),
        (Some((Granted, future)), None, &[]),
        (Some((Granted, future)), Some(NotEnoughEvidence), &[]),
        (Some((Granted, future)), Some(NotReliable), &[Suspend]),
        (Some((Granted, future)), Some(Reliable), &[]),
        (Some((Granted, past)), Some(NotReliable), &[Withdraw]),
        (Some((Granted, past)), Some(Reliable), &[Withdraw, Grant]),
        (Some((Granted, past)), None, &[Withdraw]),
        (Some((Suspended, future)), Some(NotEnoughEvidence), &[]),
        (Some((Suspended, future)), Some(NotReliable), &[Withdraw]),
        (Some((Suspended, future)), Some(ReliableAndUseful), &[Reinstate]),
        (Some((Suspended, past)), Some(Reliable), &[Withdraw, Grant]),
        (Some((Suspended, past)), None, &[Withdraw]),
    ];
    for (present, verdict, wanted) in table {
        let approvals = present.map(|(state, until)| approval(state, until));
        let found =
            proposals(verdict.map(trust).into_iter().collect(), approvals.into_iter().collect(), today);
        let actions: Vec<ApprovalAction> = found.iter().map(|proposal| proposal.action).collect();
        assert_eq!(actions, wanted, "{present:?} {verdict:?}");
    }
    let at_one_port = Trust { entry_point: Some("NLRTM".parse().unwrap()), ..trust(Reliable) };
    assert_eq!(proposals(vec![at_one_port], Vec::new(), today), [], "one entry point is not all");
}
