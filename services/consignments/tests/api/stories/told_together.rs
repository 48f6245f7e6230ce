//! Requests that are wrong in several ways.

use futures::{StreamExt, stream};
use seamless_proto::seamless::consignments::v1 as wire;

use crate::{
    running::{Partner, Running},
    words::{at, control_of, day, ducks, goods, record, request_id, wrong_fields},
};

/// Whoever sends something that is wrong in several ways is told all of them, and needs not find out one by one.
pub async fn at_once(running: Running) {
    let (mut gacc, mut customs) = (running.partner("cn-gacc"), running.partner("nl-customs"));
    let inspection = wire::Inspection {
        arrangement: String::new(),
        inspect_time: None,
        certificate_id: String::new(),
        valid_until: day(2027, 2, 30),
        port_of_loading: "SHANGHAI".to_owned(),
        documents: vec![wire::InspectionDocument {
            title: "report".to_owned(),
            sha256: "none".to_owned(),
            ..wire::InspectionDocument::default()
        }],
        reuse: Some(wire::ReuseTerms { quantity_unit: "BX".to_owned(), ..wire::ReuseTerms::default() }),
        ..ducks("SH-1")
    };
    let create = wire::CreateInspectionRequest {
        inspection: Some(inspection.clone()),
        request_id: request_id(),
        validate_only: false,
    };
    let of_the_inspection = [
        "inspection.arrangement",
        "inspection.certificate_id",
        "inspection.documents[0].sha256",
        "inspection.inspect_time",
        "inspection.port_of_loading",
        "inspection.reuse",
        "inspection.reuse.quantity_unit",
        "inspection.valid_until",
    ];
    let refusal = gacc.inspections.create_inspection(create).await.unwrap_err();
    assert_eq!(wrong_fields(&refusal), of_the_inspection);
    let amend = wire::AmendInspectionRequest {
        name: "inspections/1".to_owned(),
        etag: "none".to_owned(),
        inspection: Some(inspection),
        request_id: request_id(),
        ..wire::AmendInspectionRequest::default()
    };
    let refusal = gacc.inspections.amend_inspection(amend).await.unwrap_err();
    assert_eq!(wrong_fields(&refusal), [&["etag"][..], &of_the_inspection, &["name"]].concat());

    // Goods of another entry point that arrive in another century, asked for under no request id.
    let elsewhere = wire::Consignment {
        entry_point: "CNSHA".to_owned(),
        arrival_time: at("2099-01-01T00:00:00Z"),
        ..goods()
    };
    let wanted = ["consignment.arrival_time", "consignment.entry_point", "request_id", "status"];
    let (consignment, request_id_of_none, status) = (Some(elsewhere), "none".to_owned(), 77);
    let single = wire::ScreenConsignmentRequest {
        consignment: consignment.clone(),
        request_id: request_id_of_none.clone(),
        status,
        ..wire::ScreenConsignmentRequest::default()
    };
    let refusal = customs.screenings.screen_consignment(single).await.unwrap_err();
    assert_eq!(wrong_fields(&refusal), wanted);
    let item = wire::ScreenConsignmentsRequest {
        consignment,
        request_id: request_id_of_none,
        status,
        ..wire::ScreenConsignmentsRequest::default()
    };
    let mut answers =
        customs.screenings.screen_consignments(stream::iter([item])).await.unwrap().into_inner();
    let mut told: Vec<String> =
        answers.next().await.unwrap().unwrap().violations.into_iter().map(|wrong| wrong.field).collect();
    told.sort();
    assert_eq!(told, wanted);

    // A control of goods without entry point, arrival or time, of which what else is wrong refuses none; and one of a screening that is
    // none.
    let unscreened = wire::Control {
        consignment: Some(wire::Consignment {
            entry_point: String::new(),
            arrival_time: None,
            quantity: Some(-1.0),
            listing_url: "ftp://example.org".to_owned(),
            ..goods()
        }),
        examine_time: None,
        ..control_of("", wire::ControlOutcome::Safe)
    };
    let none = uuid::Uuid::new_v4();
    let of_nothing = wire::Control {
        inspection: format!("inspections/{none}"),
        examine_time: at("2099-01-01T00:00:00Z"),
        ..control_of(&format!("screenings/{none}"), wire::ControlOutcome::Safe)
    };
    assert_eq!(
        refused(&mut customs, unscreened).await,
        ["control.consignment.arrival_time", "control.consignment.entry_point", "control.examine_time",]
    );
    assert_eq!(
        refused(&mut customs, of_nothing).await,
        ["control.examine_time", "control.inspection", "control.screening"]
    );

    // An officer's word without name, lane and reason.
    let word = wire::OverrideLaneRequest {
        name: "screenings/1".to_owned(),
        request_id: request_id(),
        ..wire::OverrideLaneRequest::default()
    };
    let refusal = customs.screenings.override_lane(word).await.unwrap_err();
    assert_eq!(wrong_fields(&refusal), ["lane", "name", "reason"]);
    let release = wire::ReleaseControlRequest {
        name: "controls/1".to_owned(),
        etag: "none".to_owned(),
        request_id: request_id(),
        ..wire::ReleaseControlRequest::default()
    };
    let refusal = customs.controls.release_control(release).await.unwrap_err();
    assert_eq!(wrong_fields(&refusal), ["etag", "name", "reason"]);
    let set = wire::SetPlanRequest {
        name: "entryPoints/NLRTM".to_owned(),
        etag: "none".to_owned(),
        plan: Some(wire::Plan { capacity: -1, ..wire::Plan::default() }),
        request_id: request_id(),
        ..wire::SetPlanRequest::default()
    };
    let refusal = customs.targeting.set_plan(set).await.unwrap_err();
    assert_eq!(wrong_fields(&refusal), ["etag", "name", "plan.capacity"]);
}

/// The fields for which a control is refused.
async fn refused(customs: &mut Partner, control: wire::Control) -> Vec<String> {
    wrong_fields(&customs.controls.record_control(record(control)).await.unwrap_err())
}
