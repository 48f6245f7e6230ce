//! The whole loop: an alert reaches the factory's side, which inspects before export; import control examines what matches
//! the alert all the same, and what the lot draws; what it finds goes back, moves the trust in the inspection body, and
//! with it the approval.

use seamless_proto::seamless::consignments::v1::{self as wire, ControlOutcome, ReasonKind, Selection};
use tokio_stream::StreamExt;
use tonic::{Code, Response};

use super::{
    words::{BOAT, DUCK, alert_on, control_of, day, goods, inspection_of},
    world::{Trader, World},
};
use crate::disclosure::steps::request_id;

const TRUST: &str = "inspectionBodies/cn-ciq-shanghai/trust/eu-just.toys";
const DUCKS_CONTAINER: &str = "CSQU3054383";
const BOATS_CONTAINER: &str = "MWCU6059784";

pub async fn told(world: World) {
    let alert = alerted(&world).await;
    let inspected = share(&world, inspection_of(&world, DUCK, "SH-1", DUCKS_CONTAINER)).await;
    found_unsafe(&world, &alert, &inspected).await;
    trusted_and_no_more(&world).await;
}

/// The alert, in the inbox of the side where the ducks are made.
async fn alerted(world: &World) -> String {
    let [mut nvwa, mut just, mut gacc] = ["nl-nvwa", "eu-just", "cn-gacc"].map(|id| world.notifier(id));
    let name = nvwa.create(alert_on(DUCK, "SR/00001/26", "NL")).await;
    nvwa.submit(&name).await;
    just.answer(&name, Vec::new()).await;
    let inbox = gacc.inbox().await;
    assert_eq!(inbox[0].notification.as_ref().map(|one| one.name.as_str()), Some(name.as_str()));
    name
}

async fn share(world: &World, inspection: wire::Inspection) -> wire::Inspection {
    let request = wire::CreateInspectionRequest {
        inspection: Some(inspection),
        request_id: request_id(),
        validate_only: false,
    };
    let mut gacc = world.trader("cn-gacc");
    gacc.inspections.create_inspection(request).await.unwrap().into_inner()
}

fn in_container(world: &World, product: super::words::Product, container: &str) -> wire::Consignment {
    wire::Consignment { containers: vec![container.to_owned()], ..goods(world, product) }
}

async fn control(partner: &mut Trader, name: &str) -> Result<wire::Control, tonic::Status> {
    let request = wire::GetControlRequest { name: name.to_owned() };
    partner.controls.get_control(request).await.map(Response::into_inner)
}

/// The ducks passed before export and are of the alert: they are examined, and the outcome goes back.
async fn found_unsafe(world: &World, alert: &str, inspected: &wire::Inspection) {
    let [mut customs, mut gacc, mut stranger] =
        ["nl-customs", "cn-gacc", "us-cpsc"].map(|id| world.trader(id));
    let ducks = in_container(world, DUCK, DUCKS_CONTAINER);
    customs.come_to_match(&ducks, &[alert]).await;
    let screening = customs.screen(ducks).await;
    assert_eq!(screening.lane(), wire::Lane::Red);
    assert_eq!(screening.draw.as_ref().unwrap().selection(), Selection::Mandatory);
    let reasons: Vec<(ReasonKind, &str)> =
        screening.reasons.iter().map(|reason| (reason.kind(), reason.subject.as_str())).collect();
    assert!(reasons.contains(&(ReasonKind::AlertMatch, alert)), "{reasons:?}");
    assert!(reasons.contains(&(ReasonKind::InspectedNotReliable, &inspected.name)), "{reasons:?}");
    assert!(screening.reasons.iter().all(|reason| !reason.explanation.is_empty()), "{:?}", screening.reasons);
    let matched = &screening.matched_notifications[0];
    assert!(
        matched.match_probability >= 0.9 && matched.matched_by.contains(&"gtin".to_owned()),
        "{matched:?}"
    );
    let unsafe_probability = screening.unsafe_probability.unwrap();
    assert!(unsafe_probability.mean > 0.8 && unsafe_probability.lower <= unsafe_probability.mean);
    let replay = wire::ReplayScreeningRequest { name: screening.name.clone() };
    assert!(customs.screenings.replay_screening(replay).await.unwrap().into_inner().identical);

    let suspended = wire::RecordControlRequest {
        control: Some(control_of(world, &screening.name, ControlOutcome::Unspecified)),
        request_id: request_id(),
        validate_only: false,
    };
    let suspended = customs.controls.record_control(suspended).await.unwrap().into_inner();
    assert_eq!((suspended.state(), suspended.due_time.is_some()), (wire::ControlState::Suspended, true));
    let decide = wire::DecideControlRequest {
        name: suspended.name.clone(),
        outcome: ControlOutcome::Unsafe.into(),
        request_id: request_id(),
        ..Default::default()
    };
    let decided = customs.controls.decide_control(decide).await.unwrap().into_inner();

    let back = control(&mut gacc, &decided.name).await.unwrap();
    assert_eq!((back.outcome(), back.findings.as_str()), (ControlOutcome::Unsafe, "a small part came off"));
    assert_eq!((&back.inspection, back.inspection_body.as_str()), (&inspected.name, "cn-ciq-shanghai"));
    let withheld =
        (back.screening, back.consignment, back.selection, back.internal_note, back.follow_up_reference);
    assert_eq!(
        withheld,
        (String::new(), None, 0, String::new(), String::new()),
        "import control's own affair"
    );
    let told: Vec<wire::ControlChanged> = gacc.told().await;
    let states: Vec<wire::ControlState> =
        told.iter().map(|told| told.control.as_ref().unwrap().state()).collect();
    assert_eq!(states, [wire::ControlState::Suspended, wire::ControlState::Decided]);
    assert!(told.iter().all(|told| told.control.as_ref().unwrap().internal_note.is_empty()));
    assert_eq!(control(&mut stranger, &decided.name).await.unwrap_err().code(), Code::PermissionDenied);
    // What an alert demanded says nothing of how often the body's passes are wrong.
    let unknown = wire::GetTrustRequest { name: TRUST.to_owned() };
    assert_eq!(customs.trust.get_trust(unknown).await.unwrap_err().code(), Code::PermissionDenied);
}

/// Screens boats that the lot draws all, and records what was found on them.
async fn examine(
    world: &World,
    boats: &wire::Consignment,
    count: usize,
    outcome: ControlOutcome,
) -> Vec<wire::Screening> {
    let mut customs = world.trader("nl-customs");
    let mut screenings = Vec::with_capacity(count);
    let mut boats = boats.clone();
    boats.arrival_time.as_mut().unwrap().seconds += 24 * 3_600;
    for _ in 0..count {
        let screening = customs.screen(boats.clone()).await;
        assert_eq!(screening.draw.as_ref().unwrap().selection(), Selection::Random, "{screening:#?}");
        screenings.push(screening);
    }
    let items: Vec<_> = screenings
        .iter()
        .map(|screening| wire::SubmitControlsRequest {
            control: Some(control_of(world, &screening.name, outcome)),
            request_id: request_id(),
            validate_only: false,
        })
        .collect();
    let answers = customs.controls.submit_controls(tokio_stream::iter(items)).await.unwrap().into_inner();
    let answers: Vec<wire::SubmitControlsResponse> = answers.map(|answer| answer.unwrap()).collect().await;
    assert!(answers.len() == count && answers.iter().all(|answer| answer.control.is_some()), "{answers:#?}");
    screenings
}

/// How much it moved the probability that a reliable body passed the goods.
fn weight_of_inspection(screening: &wire::Screening) -> f64 {
    let reason = screening.reasons.iter().find(|reason| reason.kind() == ReasonKind::InspectedReliable);
    reason.expect("a reliable body passed the goods").weight
}

async fn verdict(world: &World) -> wire::Verdict {
    let request = wire::GetTrustRequest { name: TRUST.to_owned() };
    world.trader("eu-just").trust.get_trust(request).await.unwrap().into_inner().verdict()
}

async fn proposed(world: &World) -> Vec<(wire::ApprovalAction, String)> {
    let mut just = world.trader("eu-just");
    let proposals = just.trust.propose_approvals(wire::ProposeApprovalsRequest {}).await.unwrap();
    let proposals = proposals.into_inner().proposals;
    proposals.into_iter().map(|proposal| (proposal.action(), proposal.approval)).collect()
}

/// What the lot finds on boats that the body passed earns it an approval, and costs it.
async fn trusted_and_no_more(world: &World) {
    let [mut customs, mut just, mut gacc] = ["nl-customs", "eu-just", "cn-gacc"].map(|id| world.trader(id));
    let (arrival, first_day) = day(world, 2);
    // The boats come a day after the ducks: as many examinations as arrivals, and all of them by lot.
    let set = wire::SetPlanRequest {
        name: format!("entryPoints/NLRTM/plans/{arrival}"),
        plan: Some(wire::Plan {
            capacity: 160,
            random_floor: Some(1.0),
            expected_arrivals: Some(160),
            ..Default::default()
        }),
        request_id: request_id(),
        ..Default::default()
    };
    customs.targeting.set_plan(set).await.unwrap();
    let passed = share(world, inspection_of(world, BOAT, "SH-2", BOATS_CONTAINER)).await;

    let boats = in_container(world, BOAT, BOATS_CONTAINER);
    let first = examine(world, &boats, 20, ControlOutcome::Safe).await;
    assert_eq!(first[0].matched_inspections[0].verdict(), wire::Verdict::NotEnoughEvidence);
    assert_eq!((verdict(world).await, proposed(world).await), (wire::Verdict::NotEnoughEvidence, Vec::new()));
    examine(world, &boats, 50, ControlOutcome::Safe).await;
    assert_eq!(verdict(world).await, wire::Verdict::Reliable);
    assert_eq!(proposed(world).await, [(wire::ApprovalAction::Grant, String::new())]);

    let grant = wire::GrantApprovalRequest {
        approval: Some(wire::Approval {
            inspection_body: "cn-ciq-shanghai".to_owned(),
            product_area: "toys".to_owned(),
            evidence: "two laboratories visited".to_owned(),
            check_frequency: 0.1,
            valid_from: first_day,
            valid_until: day(world, 300).1,
            ..Default::default()
        }),
        reason: "seventy boats, none unsafe".to_owned(),
        request_id: request_id(),
        validate_only: false,
    };
    let approval = just.trust.grant_approval(grant).await.unwrap().into_inner();
    assert_eq!(proposed(world).await, []);
    // Nobody knows how many of the boats that nobody checked are unsafe: so much better than them these cannot be called.
    let reliable = examine(world, &boats, 1, ControlOutcome::Safe).await.remove(0);
    assert_eq!(reliable.matched_inspections[0].inspection, passed.name);
    assert_eq!(weight_of_inspection(&reliable), 0.0);
    examine(world, &goods(world, BOAT), 12, ControlOutcome::Unsafe).await;
    examine(world, &goods(world, BOAT), 18, ControlOutcome::Safe).await;
    assert_eq!(verdict(world).await, wire::Verdict::ReliableAndUseful);
    let useful = examine(world, &boats, 14, ControlOutcome::Unsafe).await.remove(0);
    assert_eq!(useful.matched_inspections[0].verdict(), wire::Verdict::ReliableAndUseful);
    assert!(weight_of_inspection(&useful) < -1.0, "{:?}", useful.reasons);
    let mean = |screening: &wire::Screening| screening.unsafe_probability.unwrap().mean;
    assert!(mean(&useful) < mean(&reliable) / 2.0, "what is known to be better is feared less");

    assert_eq!(verdict(world).await, wire::Verdict::NotReliable);
    assert_eq!(proposed(world).await, [(wire::ApprovalAction::Suspend, approval.name.clone())]);
    let suspend = wire::SuspendApprovalRequest {
        name: approval.name.clone(),
        reason: "fourteen unsafe boats".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    just.trust.suspend_approval(suspend).await.unwrap();
    let seen = wire::GetApprovalRequest { name: approval.name };
    let seen = gacc.trust.get_approval(seen).await.unwrap().into_inner();
    let decisions: Vec<_> = seen.decisions.iter().map(|one| (one.state(), one.verdict())).collect();
    let decided = [
        (wire::ApprovalState::Granted, wire::Verdict::Reliable),
        (wire::ApprovalState::Suspended, wire::Verdict::NotReliable),
    ];
    assert_eq!(decisions, decided, "the body's own authority reads why");
    let told: Vec<wire::TrustChanged> = gacc.told().await;
    let of_all = told.iter().filter_map(|told| told.change.as_ref()?.trust.as_ref());
    let mut verdicts: Vec<wire::Verdict> =
        of_all.filter(|trust| trust.name == TRUST).map(|trust| trust.verdict()).collect();
    verdicts.dedup();
    assert!(
        verdicts.starts_with(&[wire::Verdict::NotEnoughEvidence, wire::Verdict::Reliable]),
        "{verdicts:?}"
    );
    assert!(verdicts.ends_with(&[wire::Verdict::NotReliable]), "{verdicts:?}");
}
