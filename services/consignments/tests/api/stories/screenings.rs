//! Arriving goods, as they are decided: with what was inspected, within the day's capacity, by criteria, and once.

use std::collections::HashMap;

use futures::{StreamExt, future::join_all, stream};
use prost::{Message, Name};
use seamless_proto::seamless::{consignments::v1 as wire, feed::v1::EventStatus};
use tonic::Code;
use tonic_types::StatusExt;

use crate::{
    running::{Partner, Running},
    words::{at, declaration, ducks, goods, request_id, wrong_fields},
};

fn screen(consignment: wire::Consignment) -> wire::ScreenConsignmentRequest {
    wire::ScreenConsignmentRequest {
        consignment: Some(consignment),
        request_id: request_id(),
        ..Default::default()
    }
}

async fn screened(partner: &mut Partner, consignment: wire::Consignment) -> wire::Screening {
    partner.screenings.screen_consignment(screen(consignment)).await.unwrap().into_inner()
}

fn kinds(screening: &wire::Screening) -> Vec<wire::ReasonKind> {
    screening.reasons.iter().map(wire::ScreeningReason::kind).collect()
}

/// The decisions on a stream of goods.
async fn streamed(
    partner: &mut Partner,
    requests: Vec<wire::ScreenConsignmentsRequest>,
) -> Vec<wire::ScreenConsignmentsResponse> {
    let answers = partner.screenings.screen_consignments(stream::iter(requests)).await.unwrap().into_inner();
    answers.map(|answer| answer.unwrap()).collect().await
}

fn item(consignment: wire::Consignment) -> wire::ScreenConsignmentsRequest {
    wire::ScreenConsignmentsRequest {
        consignment: Some(consignment),
        request_id: request_id(),
        ..Default::default()
    }
}

pub async fn inspected(running: Running) {
    let mut gacc = running.partner("cn-gacc");
    let mut customs = running.partner("nl-customs");
    let share = |inspection| wire::CreateInspectionRequest {
        inspection: Some(inspection),
        request_id: request_id(),
        validate_only: false,
    };
    let passed = gacc.inspections.create_inspection(share(ducks("SH-1"))).await.unwrap().into_inner();

    let unknown = screened(&mut customs, goods()).await;
    assert!(kinds(&unknown).contains(&wire::ReasonKind::NotChecked));
    assert_eq!(unknown.product_area, "toys");
    let unsafe_probability = unknown.unsafe_probability.unwrap();
    assert!(unsafe_probability.lower < unsafe_probability.mean);
    assert!(unsafe_probability.mean < unsafe_probability.upper);

    let mut covered = wire::Consignment { quantity: Some(6_000.0), ..goods() };
    covered.containers = vec!["CSQU3054383".to_owned()];
    let seen = screened(&mut customs, covered.clone()).await;
    assert!(kinds(&seen).contains(&wire::ReasonKind::InspectedNotReliable), "nobody knows the body yet");
    let matched = &seen.matched_inspections[0];
    assert_eq!(
        (matched.inspection.as_str(), matched.matched_by.as_str()),
        (passed.name.as_str(), "container")
    );
    assert!(matched.counted);

    // Some of the pieces that are left of the certificate.
    let mut invoked = wire::Consignment { quantity: Some(4_000.0), ..goods() };
    let certificate = |id: &str, version| wire::CertificateReference {
        inspection_body: "cn-ciq-shanghai".to_owned(),
        certificate_id: id.to_owned(),
        version,
    };
    invoked.certificates = vec![certificate("SH-1", 0), certificate("SH-9", 0)];
    invoked.unique_consignment_reference = "6CNSH-1".to_owned();
    let doubted = screened(&mut customs, invoked.clone()).await;
    assert!(kinds(&doubted).contains(&wire::ReasonKind::CertificateDoubtful), "SH-9 is unknown");
    assert!(doubted.matched_inspections[0].counted, "SH-1 counts");
    assert_ne!(doubted.lane(), wire::Lane::Green, "its documents are looked at");
    invoked.commodity_code = "850440".to_owned();
    invoked.certificates.truncate(1);
    let other_goods = screened(&mut customs, invoked).await;
    assert!(!other_goods.matched_inspections[0].counted, "a certificate on toys says nothing of chargers");

    let mut failed = ducks("SH-2");
    failed.outcome = wire::InspectionOutcome::Fail.into();
    failed.containers[0].number = "MWCU6059784".to_owned();
    gacc.inspections.create_inspection(share(failed)).await.unwrap();
    let mut arrives = goods();
    arrives.containers = vec!["MWCU6059784".to_owned()];
    let feared = screened(&mut customs, arrives).await;
    assert!(kinds(&feared).contains(&wire::ReasonKind::InspectedFailed));
    assert!(feared.unsafe_probability.unwrap().mean >= 0.8);

    let revoke = wire::RevokeInspectionRequest {
        name: passed.name.clone(),
        reason: "swapped sample".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    gacc.inspections.revoke_inspection(revoke).await.unwrap();
    let after = wire::Consignment { movement_reference_number: declaration(), ..covered };
    let after = screened(&mut customs, after).await;
    assert_eq!(after.matched_inspections, [], "what was revoked covers nothing");
    let name = wire::GetScreeningRequest { name: seen.name.clone() };
    let stored = customs.screenings.get_screening(name).await.unwrap().into_inner();
    assert_eq!(stored, seen, "a decision stays as it was made");
}

/// An operator has the feed tell decisions to act on, all, or none; drills are told as drills.
pub async fn told(mut running: Running) {
    let mut known = Vec::new();
    for told in ["none", "checks", "all"] {
        running = running.with(&[("screening.told", told)]).await;
        let mut customs = running.partner("nl-customs");
        for status in [EventStatus::Actual, EventStatus::Exercise] {
            let mut request = screen(goods());
            request.status = status.into();
            let screening = customs.screenings.screen_consignment(request).await.unwrap().into_inner();
            if told == "all" || (told == "checks" && screening.lane() != wire::Lane::Green) {
                known.push((screening, status));
            }
        }
        let events = customs.events().await.into_iter();
        let events = events.filter(|event| event.r#type == wire::ConsignmentScreened::full_name());
        let told: Vec<(wire::Screening, EventStatus)> = events
            .map(|event| {
                let status = event.status();
                let told = wire::ConsignmentScreened::decode(event.data.unwrap().value.as_slice()).unwrap();
                (told.screening.unwrap(), status)
            })
            .collect();
        assert_eq!(told, known);
    }
    assert!(known.len() >= 2, "{known:?}");
}

pub async fn repeated(running: Running) {
    running.set_clock("2026-01-05T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    let request = screen(goods());
    let copies = (0..16).map(|_| {
        let (mut client, request) = (customs.screenings.clone(), request.clone());
        async move { client.screen_consignment(request).await.unwrap().into_inner() }
    });
    let answers = join_all(copies).await;
    assert!(answers.iter().all(|answer| *answer == answers[0]), "sixteen copies, one decision");
    let again = customs.screenings.screen_consignment(request.clone()).await.unwrap().into_inner();
    assert_eq!(again, answers[0]);
    let mut other = request.clone();
    other.consignment.as_mut().unwrap().quantity = Some(1.0);
    let reused = customs.screenings.screen_consignment(other).await.unwrap_err();
    assert_eq!(reused.get_details_error_info().unwrap().reason, "REQUEST_ID_REUSED");

    let mut requests: Vec<_> = (0..300).map(|_| item(goods())).collect();
    requests[7].consignment.as_mut().unwrap().containers = vec!["CSQU3054384".to_owned()];
    requests[8].consignment.as_mut().unwrap().quantity = Some(-1.0);
    requests[9].consignment.as_mut().unwrap().commodity_code = "95030".to_owned();
    requests[10].consignment.as_mut().unwrap().entry_point = "BEANR".to_owned();
    requests[11] = requests[12].clone();
    let answers = streamed(&mut customs, requests.clone()).await;
    assert_eq!(answers.len(), 300);
    assert!(answers.iter().zip(0..).all(|(answer, index)| answer.index == index), "in the order sent");
    let wrong: HashMap<i64, &str> = answers
        .iter()
        .filter(|answer| !answer.violations.is_empty())
        .map(|answer| (answer.index, answer.violations[0].field.as_str()))
        .collect();
    assert_eq!(wrong, HashMap::from([(10, "consignment.entry_point")]));
    let unread = [7, 8, 9].map(|index: usize| {
        let [unread] = &answers[index].screening.as_ref().unwrap().unread[..] else {
            panic!("one of {index}")
        };
        unread.field.as_str()
    });
    let fields = ["consignment.containers[0]", "consignment.quantity", "consignment.commodity_code"];
    assert_eq!(unread, fields, "decided as if it had been left out");
    assert_eq!(answers[11].screening.as_ref().unwrap().name, answers[12].screening.as_ref().unwrap().name);
    assert!(answers[12].repeated_request);

    let second = streamed(&mut customs, requests).await;
    for (first, second) in answers.iter().zip(&second).filter(|(first, _)| first.screening.is_some()) {
        assert_eq!(first.screening, second.screening, "a stream that is sent again gets the first answers");
        assert!(second.repeated_request);
    }
    let plan = plan_of(&mut customs, "2026-01-05").await;
    assert_eq!(plan.arrivals, 299, "each request is decided once: 1 unary, 300 streamed, 1 wrong, 1 twice");
}

/// One id and two kinds of goods: whichever was decided first keeps the id, whatever else asks with it at the same moment.
pub async fn reused(running: Running) {
    running.set_clock("2026-01-05T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    let refused = "REQUEST_ID_REUSED";
    let mut decided_of_ids = 0;
    for _ in 0..20 {
        let one = screen(goods());
        let mut other = one.clone();
        other.consignment.as_mut().unwrap().quantity = Some(1.0);
        let calls = [&one, &other, &one, &other].map(|request| {
            let (mut client, request) = (customs.screenings.clone(), request.clone());
            async move { client.screen_consignment(request).await }
        });
        let answers: Vec<_> = join_all(calls).await;
        let (of_one, of_other): (Vec<_>, Vec<_>) =
            answers.into_iter().enumerate().partition(|(at, _)| at % 2 == 0);
        let is_one = of_one[0].1.is_ok();
        let (first, reused) = if is_one { (of_one, of_other) } else { (of_other, of_one) };
        let decisions: Vec<_> = first.into_iter().map(|(_, answer)| answer.unwrap().into_inner()).collect();
        assert_eq!(decisions[0], decisions[1]);
        for (_, answer) in reused {
            let status = answer.expect_err("other goods have the id");
            assert_eq!(status.get_details_error_info().unwrap().reason, refused, "{status:?}");
        }
        decided_of_ids += 1;

        // Later, one behind the other: neither order keeps the rightful one from its answer, nor breaks the stream.
        let (rightful, wrong) = if is_one { (&one, &other) } else { (&other, &one) };
        let again =
            [wrong, rightful, wrong, rightful, rightful].map(|request| wire::ScreenConsignmentsRequest {
                consignment: request.consignment.clone(),
                request_id: request.request_id.clone(),
                ..Default::default()
            });
        let answers = streamed(&mut customs, again.to_vec()).await;
        for (answer, is_rightful) in answers.iter().zip([false, true, false, true, true]) {
            match &answer.screening {
                Some(screening) => {
                    assert!(is_rightful && answer.repeated_request);
                    assert_eq!(screening.name, decisions[0].name);
                }
                None => {
                    assert!(!is_rightful);
                    assert_eq!(answer.violations[0].field, "request_id");
                }
            }
        }
        assert_eq!(answers.len(), 5);
    }
    let plan = plan_of(&mut customs, "2026-01-05").await;
    assert_eq!(plan.arrivals, decided_of_ids, "each id is decided once");
}

async fn plan_of(customs: &mut Partner, date: &str) -> wire::Plan {
    let request = wire::GetPlanRequest { name: format!("entryPoints/NLRTM/plans/{date}") };
    customs.targeting.get_plan(request).await.unwrap().into_inner()
}

pub async fn capacity(running: Running) {
    // The day of the goods has not begun: what its lots are drawn from is still a secret.
    running.set_clock("2026-01-04T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    let plan = wire::Plan { capacity: 40, expected_arrivals: Some(3_000), ..wire::Plan::default() };
    let set = wire::SetPlanRequest {
        name: "entryPoints/NLRTM/plans/2026-01-05".to_owned(),
        plan: Some(plan),
        request_id: request_id(),
        ..Default::default()
    };
    customs.targeting.set_plan(set).await.unwrap();
    let requests: Vec<_> = (0..3_000).map(|_| item(goods())).collect();
    let answers = streamed(&mut customs, requests).await;
    let examined =
        answers.iter().filter(|answer| answer.screening.as_ref().unwrap().lane() == wire::Lane::Red).count();
    let plan = plan_of(&mut customs, "2026-01-05").await;
    assert_eq!(plan.arrivals, 3_000);
    assert!(examined <= 40, "never more than the capacity: {examined}");
    assert_eq!(plan.random_used + plan.targeted_used, i32::try_from(examined).unwrap());
    assert!(plan.random_used >= 4, "the floor of a tenth is kept for the lot: {}", plan.random_used);
    assert!(plan.seed.is_empty(), "nobody foresees a draw");
    for answer in answers.iter().step_by(97) {
        let stored = answer.screening.as_ref().unwrap();
        let replay = wire::ReplayScreeningRequest { name: stored.name.clone() };
        let replayed = customs.screenings.replay_screening(replay).await.unwrap().into_inner();
        assert!(replayed.identical, "{replayed:#?}");
    }
    let drill = wire::ScreenConsignmentRequest {
        status: seamless_proto::seamless::feed::v1::EventStatus::Exercise.into(),
        ..screen(goods())
    };
    customs.screenings.screen_consignment(drill).await.unwrap();
    let checked = wire::ScreenConsignmentRequest { validate_only: true, ..screen(goods()) };
    let answer = customs.screenings.screen_consignment(checked).await.unwrap().into_inner();
    let missing = wire::GetScreeningRequest { name: answer.name };
    assert_eq!(customs.screenings.get_screening(missing).await.unwrap_err().code(), Code::PermissionDenied);
    assert_eq!(
        plan_of(&mut customs, "2026-01-05").await.arrivals,
        3_000,
        "drills and checks use nothing of a day"
    );
}

pub async fn criteria(running: Running) {
    let mut customs = running.partner("nl-customs");
    let fragile = wire::Criterion {
        title: "balloons of one seller".to_owned(),
        conditions: vec![
            wire::Condition {
                field: "commodity_code".to_owned(),
                operator: wire::Operator::StartsWith.into(),
                values: vec!["9503".to_owned()],
            },
            wire::Condition {
                field: "seller.name".to_owned(),
                operator: wire::Operator::In.into(),
                values: vec!["Balloon World".to_owned()],
            },
            wire::Condition {
                field: "quantity".to_owned(),
                operator: wire::Operator::GreaterThan.into(),
                values: vec!["10".to_owned()],
            },
        ],
        lane: wire::Lane::Red.into(),
        apply_probability: 1.0,
        end_time: at("2027-03-01T00:00:00Z"),
        ..Default::default()
    };
    let create = |criterion: wire::Criterion| wire::CreateCriterionRequest {
        criterion: Some(criterion),
        request_id: request_id(),
        validate_only: false,
    };
    let mut wrong = fragile.clone();
    wrong.apply_probability = 0.0;
    wrong.conditions[0].field = "colour".to_owned();
    wrong.conditions[2].values = vec!["many".to_owned()];
    let refused = customs.screenings.create_criterion(create(wrong)).await.unwrap_err();
    assert_eq!(
        wrong_fields(&refused),
        ["criterion.apply_probability", "criterion.conditions[0].field", "criterion.conditions[2].values"]
    );
    let draft = customs.screenings.create_criterion(create(fragile)).await.unwrap().into_inner();
    let mut balloons = goods();
    balloons.seller = crate::words::party("balloon world ");
    balloons.quantity = Some(11.0);
    let before = screened(&mut customs, balloons.clone()).await;
    assert!(!kinds(&before).contains(&wire::ReasonKind::Criterion), "a draft has no effect");
    screened(&mut customs, goods()).await;

    let activate = |name: &str| wire::ActivateCriterionRequest {
        name: name.to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    let untried = customs.screenings.activate_criterion(activate(&draft.name)).await.unwrap_err();
    assert_eq!(untried.code(), Code::FailedPrecondition, "it is tried on the past first");
    let run = wire::DryRunCriterionRequest {
        name: draft.name.clone(),
        request_id: request_id(),
        ..Default::default()
    };
    let run = customs.screenings.dry_run_criterion(run).await.unwrap().into_inner().dry_run.unwrap();
    assert_eq!((run.screened, run.hits), (2, 1));
    let active = customs.screenings.activate_criterion(activate(&draft.name)).await.unwrap().into_inner();
    assert_eq!(active.state(), wire::CriterionState::Active);
    let again = customs.screenings.activate_criterion(activate(&draft.name)).await.unwrap_err();
    assert_eq!(again.code(), Code::FailedPrecondition);

    let examined = seamless_testkit::eventually(
        "the criterion is applied",
        std::time::Duration::from_secs(5),
        async || {
            let decided = screened(&mut customs.clone(), balloons.clone()).await;
            if kinds(&decided).contains(&wire::ReasonKind::Criterion) { Ok(decided) } else { Err(decided) }
        },
    )
    .await;
    assert_eq!(examined.lane(), wire::Lane::Red);
    assert_eq!(examined.draw.unwrap().selection(), wire::Selection::Mandatory);
    let told: Vec<wire::CriterionChanged> = running.partner("eu-just").told().await;
    let became: Vec<(wire::CriterionState, wire::CriterionState)> =
        told.iter().map(|told| (told.previous_state(), told.criterion.as_ref().unwrap().state())).collect();
    use wire::CriterionState::{Active, Draft, Unspecified};
    assert_eq!(became, [(Unspecified, Draft), (Draft, Draft), (Draft, Active)], "written, tried, in force");
    assert_eq!(told[2].criterion, Some(active));
    let mut stranger = running.partner("cn-gacc");
    assert_eq!(stranger.told::<wire::CriterionChanged>().await, []);
    let name = wire::GetCriterionRequest { name: draft.name };
    assert_eq!(stranger.screenings.get_criterion(name).await.unwrap_err().code(), Code::PermissionDenied);
}

pub async fn strangers(running: Running) {
    let mut customs = running.partner("nl-customs");
    let made = screened(&mut customs, goods()).await;
    let name = || wire::GetScreeningRequest { name: made.name.clone() };
    let mut contact_point = running.partner("eu-just");
    contact_point.screenings.get_screening(name()).await.expect("the contact point sees it");
    for stranger in ["cn-gacc", "nl-nvwa", "us-cpsc"] {
        let mut stranger = running.partner(stranger);
        assert_eq!(
            stranger.screenings.get_screening(name()).await.unwrap_err().code(),
            Code::PermissionDenied
        );
        let list = stranger.screenings.list_screenings(wire::ListScreeningsRequest::default()).await.unwrap();
        assert_eq!(list.into_inner().screenings, []);
        let refused = stranger.screenings.screen_consignment(screen(goods())).await.unwrap_err();
        assert_eq!(wrong_fields(&refused), ["consignment.entry_point"], "another's entry point");
    }
    let list = wire::ListScreeningsRequest { page_size: 1, ..Default::default() };
    let page = customs.screenings.list_screenings(list).await.unwrap().into_inner();
    assert_eq!(page.screenings, [made]);
}
