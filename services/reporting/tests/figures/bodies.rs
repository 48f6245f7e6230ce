//! Inspection bodies over random histories: pre-inspections, verdicts, approvals; and the same rows in the plainest way.

use proptest::prelude::*;
use seamless_proto::seamless::{
    consignments::v1::{self as wire, ApprovalState, InspectionOutcome, InspectionState, Verdict},
    feed::v1::{Event, EventStatus},
    r#type::v1::CivilDate,
};
use seamless_reporting::domain::{
    facts::Fact,
    model::{EventStatus as Status, ReportTemplate},
    source::Source,
};

use crate::{
    CUT, START, event, hour, known_by, reader_of, report_of_status,
    sheet::Sheet,
    slow_times::{Fraction, Wanted},
};

/// A pre-inspection, and whether it was revoked later.
#[derive(Clone, Debug)]
struct Inspected {
    at: i64,
    body: usize,
    outcome: Option<InspectionOutcome>,
    /// With another outcome, since it was amended.
    amended: Option<InspectionOutcome>,
    is_revoked: bool,
    is_exercise: bool,
}

/// What was said of a body and a product area, over all entry points or at one, from hour to hour.
#[derive(Clone, Debug)]
struct Judged {
    is_of_one_port: bool,
    verdicts: Vec<(i64, Verdict)>,
}

/// An approval, with its decisions.
#[derive(Clone, Debug)]
struct Approved {
    /// In hundredths.
    checked: u8,
    decisions: Vec<(i64, ApprovalState)>,
}

#[derive(Clone, Debug)]
struct World {
    inspected: Vec<Inspected>,
    judged: Vec<Judged>,
    approved: Vec<Approved>,
}

const BODIES: [&str; 3] = ["ccic", "tuv", "sgs"];

fn outcome() -> impl Strategy<Value = InspectionOutcome> {
    use InspectionOutcome::{Conditional, Fail, Pass};
    prop::sample::select(vec![Pass, Conditional, Fail])
}

/// At hours that rise, each once.
fn in_turn<T: Clone + std::fmt::Debug + 'static>(what: Vec<T>) -> impl Strategy<Value = Vec<(i64, T)>> {
    let steps = prop::collection::btree_map(60..200_i64, prop::sample::select(what), 0..5);
    steps.prop_map(|steps| steps.into_iter().collect())
}

fn world() -> impl Strategy<Value = World> {
    let inspected = (60..200_i64, 0..3_usize, prop::option::weighted(0.9, outcome()))
        .prop_flat_map(|one| {
            (Just(one), prop::option::weighted(0.3, outcome()), any::<bool>(), prop::bool::weighted(0.1))
        })
        .prop_map(|((at, body, outcome), amended, is_revoked, is_exercise)| Inspected {
            at,
            body,
            outcome,
            amended,
            is_revoked,
            is_exercise,
        });
    let verdicts = vec![Verdict::NotEnoughEvidence, Verdict::Reliable, Verdict::NotReliable];
    let judged = (any::<bool>(), in_turn(verdicts))
        .prop_map(|(is_of_one_port, verdicts)| Judged { is_of_one_port, verdicts });
    let states = vec![ApprovalState::Granted, ApprovalState::Suspended, ApprovalState::Withdrawn];
    let approved =
        (0..=100_u8, in_turn(states)).prop_map(|(checked, decisions)| Approved { checked, decisions });
    (
        prop::collection::vec(inspected, 0..20),
        prop::collection::vec(judged, 0..6),
        prop::collection::vec(approved, 0..4),
    )
        .prop_map(|(inspected, judged, approved)| World { inspected, judged, approved })
}

fn time(at: i64) -> Option<prost_types::Timestamp> {
    Some(prost_types::Timestamp { seconds: hour(at).as_second(), nanos: 0 })
}

fn events(world: &World) -> Vec<Event> {
    let mut events = Vec::new();
    for (index, one) in world.inspected.iter().enumerate() {
        let status = if one.is_exercise { EventStatus::Exercise } else { EventStatus::Actual };
        let mut inspection = wire::Inspection {
            name: format!("inspections/{index}"),
            originator: "cn-gacc".to_owned(),
            state: InspectionState::Active.into(),
            inspection_body: BODIES[one.body].to_owned(),
            inspect_time: time(one.at),
            outcome: one.outcome.map_or(0, Into::into),
            ..Default::default()
        };
        let told = |inspection: &wire::Inspection| {
            let inspection = Some(inspection.clone());
            event(0, one.at + 1, status, &wire::InspectionChanged { inspection })
        };
        events.push(told(&inspection));
        if let Some(outcome) = one.amended {
            inspection.outcome = outcome.into();
            events.push(told(&inspection));
        }
        if one.is_revoked {
            inspection.state = InspectionState::Revoked.into();
            events.push(told(&inspection));
        }
    }
    for (index, one) in world.judged.iter().enumerate() {
        for (at, verdict) in &one.verdicts {
            let trust = wire::Trust {
                name: format!("inspectionBodies/ccic/trust/eu-just.{index}"),
                inspection_body: "ccic".to_owned(),
                product_area: format!("area {index}"),
                entry_point: if one.is_of_one_port { "NLRTM".to_owned() } else { String::new() },
                verdict: (*verdict).into(),
                ..Default::default()
            };
            let change =
                wire::TrustChange { trust: Some(trust), change_time: time(*at), ..Default::default() };
            events.push(event(0, *at, EventStatus::Actual, &wire::TrustChanged { change: Some(change) }));
        }
    }
    for (index, one) in world.approved.iter().enumerate() {
        let mut approval = wire::Approval {
            name: format!("approvals/{index}"),
            inspection_body: "tuv".to_owned(),
            product_area: "toys".to_owned(),
            check_frequency: f64::from(one.checked) / 100.0,
            valid_from: Some(CivilDate { year: 2027, month: 1, day: 1 }),
            valid_until: Some(CivilDate { year: 2028, month: 1, day: 1 }),
            ..Default::default()
        };
        for (at, state) in &one.decisions {
            let (state, decide_time) = ((*state).into(), time(*at));
            approval.decisions.push(wire::ApprovalDecision { state, decide_time, ..Default::default() });
            let told = wire::ApprovalChanged { approval: Some(approval.clone()) };
            events.push(event(0, *at, EventStatus::Actual, &told));
        }
    }
    events
}

fn facts(world: &World) -> Vec<Fact> {
    known_by(&reader_of(Source::Consignments, "eu-just"), &events(world))
}

fn is_of_period(at: i64) -> bool {
    (START..CUT).contains(&at)
}

/// All that the section on bodies should say; nothing was examined.
fn slow(world: &World) -> Sheet {
    let mut sheet = Sheet::default();
    let shared: Vec<&Inspected> =
        world.inspected.iter().filter(|one| !one.is_exercise && is_of_period(one.at)).collect();
    sheet.count("shared", shared.len());
    sheet.count("revoked", shared.iter().filter(|one| one.is_revoked).count());
    let outcome = |one: &&Inspected| {
        let outcome = one.amended.or(one.outcome);
        outcome
            .map_or("", |outcome| outcome.as_str_name().trim_start_matches("INSPECTION_OUTCOME_"))
            .to_owned()
    };
    sheet.shares("by_outcome", shared.iter().map(outcome), shared.len());
    sheet.shares("by_body", shared.iter().map(|one| BODIES[one.body].to_owned()), shared.len());
    let known = world.judged.iter().filter(|one| !one.is_of_one_port);
    let known: Vec<String> = known
        .filter_map(|one| {
            let (_, verdict) = one.verdicts.iter().rfind(|(at, _)| *at < CUT)?;
            Some(verdict.as_str_name().trim_start_matches("VERDICT_").to_owned())
        })
        .collect();
    let cases = known.len();
    sheet.shares("verdicts", known.into_iter(), cases);
    for (index, one) in world.approved.iter().enumerate() {
        let Some((_, state)) = one.decisions.iter().rfind(|(at, _)| *at < CUT) else { continue };
        let state = state.as_str_name().trim_start_matches("APPROVAL_STATE_").to_owned();
        let decided = one.decisions.iter().filter(|(at, _)| is_of_period(*at)).count() as u64;
        let checked = Fraction::of(one.checked.into(), 100);
        let values = vec![Wanted::Word(state), Wanted::Share(checked), Wanted::Count(decided)];
        sheet.row("approvals", &format!("approvals/{index}"), values);
    }
    sheet
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_is_told_of_bodies_equals_a_slow_calculation(world in world()) {
        let told = |facts| report_of_status(ReportTemplate::ImportControl, "eu-just", "cn-gacc", facts, Status::Actual);
        let said = told(facts(&world));
        slow(&world).is_said_beside(&said, "bodies", &["reliability", "switching", "misused", "misused_by_body"]);
    }
}
