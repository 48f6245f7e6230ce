//! What import control found, as the examining side records it and the inspecting side hears of it.

use futures::{StreamExt, stream};
use seamless_consignments::domain::model::Selection;
use seamless_proto::seamless::{consignments::v1 as wire, feed::v1::EventStatus};
use tonic::{Code, Response, Status};
use wire::ControlOutcome::{NonCompliant, Safe, Unsafe, Unspecified};

use crate::{
    running::{Partner, Running},
    screened::{Chosen, DRAWN, screened},
    words::{at, control_of, record, request_id, shared_ducks, wrong_fields},
};

async fn get(partner: &mut Partner, name: &str) -> Result<wire::Control, Status> {
    partner
        .controls
        .get_control(wire::GetControlRequest { name: name.to_owned() })
        .await
        .map(Response::into_inner)
}

fn decide(name: &str, outcome: wire::ControlOutcome) -> wire::DecideControlRequest {
    wire::DecideControlRequest {
        name: name.to_owned(),
        outcome: outcome.into(),
        findings: "lead in the yellow paint".to_owned(),
        request_id: request_id(),
        ..Default::default()
    }
}

/// Goods that nothing screened.
fn unscreened() -> wire::Consignment {
    wire::Consignment {
        entry_point: "NLRTM".to_owned(),
        arrival_time: at("2026-01-19T08:00:00Z"),
        commodity_code: "950300".to_owned(),
        ..wire::Consignment::default()
    }
}

pub async fn life(running: Running) {
    let inspection = shared_ducks(&running, "SH-1").await;
    let screening = screened(&running, DRAWN, Some(&inspection), 1).await.remove(0);
    let mut customs = running.partner("nl-customs");
    let mut gacc = running.partner("cn-gacc");
    let request = record(control_of(&screening, Unspecified));
    let suspended = customs.controls.record_control(request.clone()).await.unwrap().into_inner();
    let again = customs.controls.record_control(request).await.unwrap().into_inner();
    assert_eq!(suspended, again, "the same request gets the same answer");
    assert_eq!(suspended.state(), wire::ControlState::Suspended);
    assert_eq!((suspended.selection(), suspended.selection_probability), (wire::Selection::Random, 0.125));
    assert_eq!((suspended.inspection.as_str(), suspended.product_area.as_str()), (&*inspection.name, "toys"));
    let twin = customs.controls.record_control(record(control_of(&screening, Safe))).await.unwrap_err();
    assert_eq!(twin.code(), Code::AlreadyExists, "a screening has one control");

    let mut request = decide(&suspended.name, Unsafe);
    request.etag = suspended.etag.clone();
    let decided = customs.controls.decide_control(request.clone()).await.unwrap().into_inner();
    assert_eq!((decided.state(), decided.outcome()), (wire::ControlState::Decided, Unsafe));
    request.request_id = request_id();
    let stale = customs.controls.decide_control(request.clone()).await.unwrap_err();
    assert_eq!(stale.code(), Code::Aborted, "stale etag");
    request.etag.clear();
    request.request_id = request_id();
    let late = customs.controls.decide_control(request).await.unwrap_err();
    assert_eq!(late.code(), Code::FailedPrecondition, "decided before");

    let mut correct = wire::CorrectControlRequest {
        name: decided.name.clone(),
        outcome: NonCompliant.into(),
        reason: "the laboratory mixed two samples up".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    let corrected = customs.controls.correct_control(correct.clone()).await.unwrap().into_inner();
    assert_eq!((corrected.state(), corrected.outcome()), (wire::ControlState::Decided, NonCompliant));
    assert_eq!(corrected.corrections[0].outcome(), Unsafe, "what stood is kept");
    correct.request_id = request_id();
    let same = customs.controls.correct_control(correct).await.unwrap_err();
    assert_eq!(wrong_fields(&same), ["outcome"], "nothing to correct");

    let seen = get(&mut gacc, &decided.name).await.unwrap();
    assert_eq!((seen.outcome(), seen.findings.as_str()), (NonCompliant, "lead in the yellow paint"));
    assert_eq!(seen.corrections, corrected.corrections);
    assert_eq!((seen.internal_note.as_str(), seen.screening.as_str(), seen.consignment), ("", "", None));
    let mut contact = running.partner("eu-just");
    let whole = get(&mut contact, &decided.name).await.unwrap();
    assert_eq!(whole.internal_note, "the importer was nervous", "the contact point sees all");
    let told: Vec<wire::ControlChanged> = gacc.told().await;
    let outcomes: Vec<_> = told.iter().map(|told| told.control.as_ref().unwrap().outcome()).collect();
    assert_eq!(outcomes, [Unspecified, Unsafe, NonCompliant]);
    let own = |told: &wire::ControlChanged| {
        let control = told.control.as_ref().unwrap();
        !control.internal_note.is_empty() || control.consignment.is_some()
    };
    assert!(!told.iter().any(own), "what is the examiner's own stays there");
    assert!(customs.told::<wire::ControlChanged>().await.iter().all(own));
}

/// However many features goods have, the same request has the same answer.
pub async fn repeated(running: Running) {
    let mut customs = running.partner("nl-customs");
    let features = (0..9).map(|number| (format!("feature_{number}"), number.to_string())).collect();
    let control = wire::Control {
        consignment: Some(wire::Consignment { features, ..unscreened() }),
        outcome: Safe.into(),
        examine_time: at("2026-01-20T09:00:00Z"),
        ..Default::default()
    };
    let request = record(control);
    let first = customs.controls.record_control(request.clone()).await.unwrap().into_inner();
    let streamed = wire::SubmitControlsRequest {
        control: request.control.clone(),
        request_id: request_id(),
        validate_only: false,
    };
    let mut by_stream = Vec::new();
    for _ in 0..4 {
        let again = customs.controls.record_control(request.clone()).await.unwrap().into_inner();
        assert_eq!(again, first);
        let streamed = stream::iter([streamed.clone()]);
        let mut answers = customs.controls.submit_controls(streamed).await.unwrap().into_inner();
        by_stream.push(answers.next().await.unwrap().unwrap().control.expect("it is recorded"));
    }
    assert!(by_stream.iter().all(|one| *one == by_stream[0]), "{by_stream:?}");
}

pub async fn wrong(running: Running) {
    let mut customs = running.partner("nl-customs");
    let mut refused = async |control: wire::Control| {
        let status = customs.controls.record_control(record(control)).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument);
        wrong_fields(&status)
    };
    let mut goods = unscreened();
    goods.entry_point = "ROTTERDAM".to_owned();
    goods.commodity_code = "95030".to_owned();
    let wrong = wire::Control {
        consignment: Some(goods),
        outcome: 9,
        inspection: "inspections/ducks".to_owned(),
        notification: "the alert".to_owned(),
        tests: vec![wire::TestResult::default()],
        ..Default::default()
    };
    let fields = [
        "control.consignment.entry_point",
        "control.examine_time",
        "control.inspection",
        "control.notification",
        "control.outcome",
        "control.tests[0].standard",
        "control.tests[0].verdict",
    ];
    assert_eq!(refused(wrong).await, fields);

    let unscreened_at =
        |entry_point: &str| wire::Consignment { entry_point: entry_point.to_owned(), ..unscreened() };
    let future = wire::Control {
        consignment: Some(unscreened_at("NLRTM")),
        inspection: "inspections/00000000-0000-4000-8000-000000000000".to_owned(),
        examine_time: at("2999-01-01T00:00:00Z"),
        outcome: Safe.into(),
        ..Default::default()
    };
    assert_eq!(refused(future).await, ["control.examine_time", "control.inspection"]);
    let elsewhere = wire::Control {
        consignment: Some(unscreened_at("BEANR")),
        examine_time: at("2026-01-20T09:00:00Z"),
        ..Default::default()
    };
    assert_eq!(refused(elsewhere).await, ["control.consignment.entry_point"]);
    let unknown = control_of("screenings/00000000-0000-4000-8000-000000000000", Safe);
    assert_eq!(refused(unknown).await, ["control.screening"]);
    assert_eq!(refused(wire::Control::default()).await, ["control.examine_time", "control.screening"]);

    let mut checked = record(wire::Control { consignment: Some(unscreened()), ..control_of("", Safe) });
    checked.validate_only = true;
    customs.controls.record_control(checked).await.unwrap();
    let list = customs.controls.list_controls(wire::ListControlsRequest::default()).await.unwrap();
    assert_eq!(list.into_inner().controls, [], "nothing was left behind");
    assert_eq!(customs.events().await, []);
}

pub async fn strangers(running: Running) {
    let inspection = shared_ducks(&running, "SH-3").await;
    let names = screened(&running, DRAWN, Some(&inspection), 2).await;
    let mut customs = running.partner("nl-customs");
    let made = customs.controls.record_control(record(control_of(&names[0], Unspecified))).await.unwrap();
    let made = made.into_inner();
    for stranger in ["us-cpsc", "ca-hc", "nl-nvwa"] {
        let mut stranger = running.partner(stranger);
        assert_eq!(get(&mut stranger, &made.name).await.unwrap_err().code(), Code::PermissionDenied);
        let list = stranger.controls.list_controls(wire::ListControlsRequest::default()).await.unwrap();
        assert_eq!(list.into_inner().controls, []);
        assert_eq!(stranger.told::<wire::ControlChanged>().await, []);
    }
    for reader in ["cn-gacc", "eu-just"] {
        let mut reader = running.partner(reader);
        let refused = reader.controls.decide_control(decide(&made.name, Safe)).await.unwrap_err();
        assert_eq!(refused.code(), Code::PermissionDenied, "who reads does not write");
    }
    let mut nvwa = running.partner("nl-nvwa");
    let refused = nvwa.controls.record_control(record(control_of(&names[1], Safe))).await.unwrap_err();
    assert_eq!(wrong_fields(&refused), ["control.screening"], "it does not examine there");
    let mut gacc = running.partner("cn-gacc");
    let refused = gacc.controls.record_control(record(control_of(&names[1], Safe))).await.unwrap_err();
    assert_eq!(wrong_fields(&refused), ["control.screening"]);
    assert_eq!(get(&mut gacc, "controls/ducks").await.unwrap_err().code(), Code::InvalidArgument);
}

pub async fn streamed(running: Running) {
    let inspection = shared_ducks(&running, "SH-4").await;
    let names = screened(&running, DRAWN, Some(&inspection), 3).await;
    let mut customs = running.partner("nl-customs");
    let item = |control| wire::SubmitControlsRequest {
        control: Some(control),
        request_id: request_id(),
        validate_only: false,
    };
    let mut wrong = control_of(&names[1], Safe);
    wrong.examine_time = at("2999-01-01T00:00:00Z");
    let mut checked = item(control_of(&names[1], Safe));
    checked.validate_only = true;
    let first = item(control_of(&names[0], Safe));
    let reused = wire::SubmitControlsRequest { request_id: first.request_id.clone(), ..item(wrong.clone()) };
    let items = vec![
        first.clone(),
        item(wrong),
        item(control_of(&names[0], Unsafe)),
        checked,
        first,
        reused,
        wire::SubmitControlsRequest { request_id: "1".to_owned(), ..item(control_of(&names[1], Safe)) },
        item(wire::Control { consignment: Some(unscreened()), ..control_of("", Unsafe) }),
        item(control_of(&names[2], NonCompliant)),
    ];
    let count = items.len();
    let answers = customs.controls.submit_controls(stream::iter(items)).await.unwrap().into_inner();
    let answers: Vec<wire::SubmitControlsResponse> = answers.map(|answer| answer.unwrap()).collect().await;
    let fields: Vec<&str> = answers
        .iter()
        .map(|answer| answer.violations.first().map_or("", |wrong| wrong.field.as_str()))
        .collect();
    assert_eq!(fields, ["", "examine_time", "screening", "", "", "request_id", "request_id", "", ""]);
    assert!(answers.iter().all(|answer| answer.control.is_some() == answer.violations.is_empty()));
    assert_eq!(
        answers.iter().map(|answer| answer.index as usize).collect::<Vec<_>>(),
        Vec::from_iter(0..count)
    );
    assert_eq!(answers[4].control, answers[0].control, "the same item again gets the first answer");
    let unscreened = answers[7].control.as_ref().unwrap();
    assert_eq!((unscreened.selection(), unscreened.selection_probability), (wire::Selection::Officer, 0.0));
    let list = customs.controls.list_controls(wire::ListControlsRequest::default()).await.unwrap();
    let stored: Vec<String> = list.into_inner().controls.into_iter().map(|control| control.name).collect();
    let named = |at: usize| answers[at].control.as_ref().unwrap().name.clone();
    assert_eq!(stored, [named(8), named(7), named(0)], "what was refused or checked is not stored");
}

pub async fn listed(running: Running) {
    let (ducks, boats) = (shared_ducks(&running, "SH-5").await, shared_ducks(&running, "SH-6").await);
    let mut customs = running.partner("nl-customs");
    let drill = Chosen { status: seamless_consignments::domain::model::EventStatus::Exercise, ..DRAWN };
    let targeted = Chosen { selection: Selection::Targeted, ..DRAWN };
    let mut made = Vec::new();
    for (chosen, cover, outcome) in [
        (DRAWN, Some(&ducks), Safe),
        (targeted, Some(&ducks), Unsafe),
        (DRAWN, Some(&boats), Unspecified),
        (DRAWN, None, Unsafe),
        (drill, None, Safe),
    ] {
        let name = screened(&running, chosen, cover, 1).await.remove(0);
        let control = customs.controls.record_control(record(control_of(&name, outcome))).await.unwrap();
        made.push(control.into_inner());
    }
    assert_eq!(made[4].status(), EventStatus::Exercise);
    let found = async |mut who: Partner, request: wire::ListControlsRequest| -> Vec<usize> {
        let mut found = Vec::new();
        let mut request = wire::ListControlsRequest { page_size: 2, ..request };
        loop {
            let page = who.controls.list_controls(request.clone()).await.unwrap().into_inner();
            let place =
                |control: &wire::Control| made.iter().position(|one| one.name == control.name).unwrap();
            found.extend(page.controls.iter().map(place));
            request.page_token = page.next_page_token;
            if request.page_token.is_empty() {
                return found;
            }
        }
    };
    let all = wire::ListControlsRequest::default;
    assert_eq!(found(customs.clone(), all()).await, [4, 3, 2, 1, 0], "the last recorded first");
    assert_eq!(found(running.partner("eu-just"), all()).await, [4, 3, 2, 1, 0]);
    let gacc = running.partner("cn-gacc");
    assert_eq!(found(gacc.clone(), all()).await, [2, 1, 0], "those of its own inspections");
    let of_ducks = wire::ListControlsRequest { inspection: ducks.name.clone(), ..all() };
    assert_eq!(found(gacc, of_ducks).await, [1, 0]);
    let dangerous = wire::ListControlsRequest { outcome: Unsafe.into(), ..all() };
    assert_eq!(found(customs.clone(), dangerous).await, [3, 1]);
    let open = wire::ListControlsRequest { states: vec![wire::ControlState::Suspended.into()], ..all() };
    assert_eq!(found(customs.clone(), open.clone()).await, [2]);
    let neither = wire::ListControlsRequest { outcome: Safe.into(), ..open };
    assert_eq!(found(customs.clone(), neither).await, [] as [usize; 0]);
}
