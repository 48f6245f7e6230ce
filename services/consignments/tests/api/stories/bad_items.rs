//! Wrong items in streams: each is refused with its field and the reason, and the others go on.

use futures::{StreamExt, stream};
use seamless_proto::seamless::consignments::v1 as wire;

use crate::{
    running::Running,
    words::{at, control_of, day, ducks, goods, party, request_id, wrong_fields},
};

/// A field that is wrong, and what its refusal says.
type Wrong = (&'static str, &'static str);

/// Every wrong item is refused for this, and for nothing else.
fn check(refusals: &[Vec<wire::ItemViolation>], wanted: &[Option<Wrong>]) {
    assert_eq!(refusals.len(), wanted.len(), "every item has its answer");
    for (index, (refusal, wanted)) in refusals.iter().zip(wanted).enumerate() {
        let got: Vec<(&str, &str)> =
            refusal.iter().map(|wrong| (wrong.field.as_str(), wrong.description.as_str())).collect();
        match (wanted, got.as_slice()) {
            (None, []) => {}
            (Some((field, reason)), [(got, why)]) if field == got && why.contains(reason) => {}
            _ => panic!("item {index}: wanted {wanted:?}, got {got:?}"),
        }
    }
}

pub async fn inspections(running: Running) {
    let mut items: Vec<(wire::Inspection, Option<Wrong>)> = Vec::new();
    let mut add = |change: fn(&mut wire::Inspection), wrong: Option<Wrong>| {
        let mut inspection = ducks(&format!("SH-{}", items.len()));
        change(&mut inspection);
        items.push((inspection, wrong));
    };
    add(|_| {}, None);
    add(
        |one| one.containers[0].number = "CSQU3054384".to_owned(),
        Some(("containers[0].number", "check digit")),
    );
    add(|one| one.items[0].commodity_code = "95030".to_owned(), Some(("items[0].commodity_code", "95030")));
    add(
        |one| one.items[0].commodity_code = "9503".to_owned(),
        Some(("items[0].commodity_code", "6, 8 or 10 digits")),
    );
    add(|one| one.items[0].quantity = Some(-12.0), Some(("items[0].quantity", "-12")));
    add(|one| one.items[0].quantity = Some(f64::NAN), Some(("items[0].quantity", "NaN")));
    add(|one| one.items[0].gtins[0] = "6291041500214".to_owned(), Some(("items[0].gtins[0]", "check digit")));
    add(|one| one.inspect_time = at("2099-01-01T00:00:00Z"), Some(("inspect_time", "future")));
    add(
        |one| one.items[0].tests[0].test_date = day(2099, 1, 1),
        Some(("items[0].tests[0].test_date", "future")),
    );
    add(|one| one.inspection_body = "nl-lab".to_owned(), Some(("inspection_body", "nl-lab")));
    add(|one| one.arrangement = "eu-ca".to_owned(), Some(("arrangement", "eu-ca")));
    add(
        |one| {
            let exporter = party("Ningbo Example Toys Export").unwrap();
            let code = "914403001922038217".to_owned();
            one.exporter = Some(wire::Party { unified_social_credit_code: code, ..exporter });
        },
        Some(("exporter.unified_social_credit_code", "check")),
    );
    add(|_| {}, None);
    let (sent, wanted): (Vec<_>, Vec<_>) = items.into_iter().unzip();
    let sent = sent.into_iter().map(|inspection| wire::SubmitInspectionsRequest {
        inspection: Some(inspection),
        validate_only: false,
    });
    let mut gacc = running.partner("cn-gacc");
    let sent = stream::iter(sent.collect::<Vec<_>>());
    let answers = gacc.inspections.submit_inspections(sent.clone()).await.unwrap().into_inner();
    let answers: Vec<_> = answers.map(|answer| answer.unwrap().violations).collect().await;
    check(&answers, &wanted);

    // The certificates of one authority's bodies are no other's to issue.
    let mut just = running.partner("eu-just");
    let answers = just.inspections.submit_inspections(sent).await.unwrap().into_inner();
    let answers: Vec<_> = answers.map(|answer| answer.unwrap().violations).collect().await;
    assert!(answers.iter().all(|wrong| !wrong.is_empty()));
    check(&answers[..1], &[Some(("inspection_body", "wants an inspection body of eu-just"))]);
    let list = gacc.inspections.list_inspections(wire::ListInspectionsRequest::default()).await.unwrap();
    let mut stored: Vec<String> =
        list.into_inner().inspections.into_iter().map(|one| one.certificate_id).collect();
    stored.sort();
    assert_eq!(stored, ["SH-0", "SH-12"], "those that are right, and no others");
}

/// An item without what a decision cannot be without is refused, and for that alone.
pub async fn arrivals(running: Running) {
    let at_all = |change: fn(&mut wire::Consignment)| {
        let mut consignment = goods();
        change(&mut consignment);
        // Wrong too, and no reason to refuse it.
        consignment.quantity = Some(-1.0);
        consignment
    };
    let items: Vec<(wire::Consignment, Option<Wrong>)> = vec![
        (at_all(|_| {}), None),
        (at_all(|one| one.entry_point.clear()), Some(("consignment.entry_point", "is required"))),
        (
            at_all(|one| one.entry_point = "ROTTERDAM".to_owned()),
            Some(("consignment.entry_point", "ROTTERDAM")),
        ),
        (at_all(|one| one.entry_point = "CNSHA".to_owned()), Some(("consignment.entry_point", "nl-customs"))),
        (at_all(|one| one.arrival_time = None), Some(("consignment.arrival_time", "is required"))),
        (
            at_all(|one| {
                one.arrival_time = Some(prost_types::Timestamp { seconds: 1_790_000_000, nanos: -1 });
            }),
            Some(("consignment.arrival_time", "wants 0 to 999999999 nanoseconds")),
        ),
        (
            at_all(|one| one.arrival_time = at("2099-01-01T00:00:00Z")),
            Some(("consignment.arrival_time", "60 days ahead")),
        ),
        (
            at_all(|one| one.arrival_time = at("0001-01-01T00:00:00Z")),
            Some(("consignment.arrival_time", "3660 days ago")),
        ),
    ];
    let (sent, wanted): (Vec<_>, Vec<_>) = items.into_iter().unzip();
    let answers = screened(&running, sent).await;
    let refusals: Vec<_> = answers.iter().map(|answer| answer.violations.clone()).collect();
    check(&refusals, &wanted);
    for (answer, wanted) in answers.iter().zip(&wanted) {
        assert_eq!(answer.screening.is_some(), wanted.is_none(), "right goods are decided on");
    }
    let mut customs = running.partner("nl-customs");
    let refused = |request_id: &str, consignment| wire::ScreenConsignmentRequest {
        consignment,
        request_id: request_id.to_owned(),
        ..Default::default()
    };
    for (request, field) in
        [(refused("not a uuid", Some(goods())), "request_id"), (refused(&request_id(), None), "consignment")]
    {
        let refusal = customs.screenings.screen_consignment(request).await.unwrap_err();
        assert_eq!(wrong_fields(&refusal), [field]);
    }
}

/// Sends goods through a stream.
async fn screened(running: &Running, goods: Vec<wire::Consignment>) -> Vec<wire::ScreenConsignmentsResponse> {
    let requests: Vec<_> = goods
        .into_iter()
        .map(|consignment| wire::ScreenConsignmentsRequest {
            consignment: Some(consignment),
            request_id: request_id(),
            ..Default::default()
        })
        .collect();
    let mut customs = running.partner("nl-customs");
    let answers = customs.screenings.screen_consignments(stream::iter(requests)).await.unwrap();
    answers.into_inner().map(|answer| answer.unwrap()).collect().await
}

/// Whatever else is wrong, goods get a decision, as if that had been left out; it is told beside the decision, and kept with it.
pub async fn unread(running: Running) {
    let mut items: Vec<(wire::Consignment, Option<Wrong>)> = vec![(goods(), None)];
    for country in ["XK", "EU", "QQ", "ZZ"] {
        let mut consignment = goods();
        consignment.country_of_origin = country.to_owned();
        items.push((consignment, Some(("consignment.country_of_origin", country))));
    }
    let mut add = |change: fn(&mut wire::Consignment), wrong: Option<Wrong>| {
        let mut consignment = goods();
        change(&mut consignment);
        items.push((consignment, wrong));
    };
    add(
        |one| one.country_of_dispatch = "XS".to_owned(),
        Some(("consignment.country_of_dispatch", "read as RS")),
    );
    add(
        |one| {
            let exporter = one.exporter.get_or_insert_default();
            exporter.country_code = "XI".to_owned();
        },
        Some(("consignment.exporter.country_code", "read as GB")),
    );
    add(
        |one| one.commodity_code = "99309900".to_owned(),
        Some(("consignment.commodity_code", "chapter is \"99\"")),
    );
    add(|one| one.commodity_code = "95030".to_owned(), Some(("consignment.commodity_code", "95030")));
    add(
        |one| one.commodity_code = "95".to_owned(),
        Some(("consignment.commodity_code", "6, 8 or 10 digits")),
    );
    add(
        |one| one.containers = vec!["CSQU3054383".to_owned(), "MWCU6059785".to_owned()],
        Some(("consignment.containers[1]", "check digit")),
    );
    add(|one| one.quantity = Some(-1.0), Some(("consignment.quantity", "-1")));
    add(|one| one.value_eur = Some(f64::INFINITY), Some(("consignment.value_eur", "inf")));
    add(|one| one.brand = "Ac\u{200b}me".to_owned(), Some(("consignment.brand", "U+200B, at character 3")));
    add(|one| one.description = "d".repeat(1_001), Some(("consignment.description", "1001 characters")));
    add(
        |one| one.listing_url = "https://me:secret@example.org/x".to_owned(),
        Some(("consignment.listing_url", "without user and password")),
    );
    add(
        |one| one.movement_reference_number = "26NL".to_owned(),
        Some(("consignment.movement_reference_number", "expected 18")),
    );
    add(
        |one| one.movement_reference_number = "26NL000396123456J4".to_owned(),
        Some(("consignment.movement_reference_number", "check digit is 4, expected 3")),
    );
    add(|one| one.goods_item_number = -1, Some(("consignment.goods_item_number", "-1")));
    add(|one| one.transport_mode = 77, Some(("consignment.transport_mode", "77")));
    add(|one| one.gtins = vec!["12345678".to_owned()], Some(("consignment.gtins[0]", "check digit")));
    add(
        |one| one.lots = (0..51).map(|lot| lot.to_string()).collect(),
        Some(("consignment.lots", "at most 50")),
    );
    add(|one| one.port_of_loading = "SHANGHAI".to_owned(), Some(("consignment.port_of_loading", "SHANGHAI")));
    add(
        |one| {
            one.certificates = vec![wire::CertificateReference {
                inspection_body: "cn-ciq-shanghai".to_owned(),
                ..Default::default()
            }];
        },
        Some(("consignment.certificates[0].certificate_id", "is required")),
    );
    add(
        |one| {
            one.features.insert("Tax Rate".to_owned(), "4".to_owned());
        },
        Some(("consignment.features", "Tax Rate")),
    );
    // A certificate of a body that issued none such is no mistake of the item: it is doubted.
    add(
        |one| {
            one.certificates = vec![wire::CertificateReference {
                inspection_body: "cn-ciq-shenzhen".to_owned(),
                certificate_id: "SH-1".to_owned(),
                version: 0,
            }];
        },
        None,
    );
    let (sent, wanted): (Vec<_>, Vec<_>) = items.into_iter().unzip();
    crate::words::shared_ducks(&running, "SH-1").await;
    let answers = screened(&running, sent).await;
    assert!(answers.iter().all(|answer| answer.violations.is_empty()), "none is refused");
    let decided: Vec<_> = answers.into_iter().map(|answer| answer.screening.unwrap()).collect();
    check(&decided.iter().map(|one| one.unread.clone()).collect::<Vec<_>>(), &wanted);
    let other_body = decided.last().unwrap();
    assert_eq!(other_body.matched_inspections, [], "what Shanghai issued is none of Shenzhen's");
    assert!(other_body.reasons.iter().any(|reason| reason.kind() == wire::ReasonKind::CertificateDoubtful
        && reason.subject == "cn-ciq-shenzhen/SH-1"));

    // It is kept with the decision, which is made again without it; of a text what can be read is kept.
    let mut customs = running.partner("nl-customs");
    for (one, wrong) in decided.iter().zip(&wanted).filter(|(_, wrong)| wrong.is_some()) {
        let name = one.name.clone();
        let stored = customs.screenings.get_screening(wire::GetScreeningRequest { name: name.clone() }).await;
        let stored = stored.unwrap().into_inner();
        assert_eq!(stored.unread, one.unread);
        let goods = stored.consignment.unwrap();
        match wrong {
            Some(("consignment.brand", _)) => assert_eq!(goods.brand, "Acme"),
            Some(("consignment.description", _)) => assert_eq!(goods.description.len(), 1_000),
            Some(("consignment.country_of_origin", _)) => assert_eq!(goods.country_of_origin, ""),
            Some(("consignment.country_of_dispatch", _)) => assert_eq!(goods.country_of_dispatch, "RS"),
            Some(("consignment.movement_reference_number", _)) => {
                assert!(goods.movement_reference_number.starts_with("26NL"), "for people to see");
            }
            _ => {}
        }
        let replay = customs.screenings.replay_screening(wire::ReplayScreeningRequest { name }).await;
        assert!(replay.unwrap().into_inner().identical);
    }
}

pub async fn controls(running: Running) {
    let running = running.with(&[("arrivals.days_early", "365")]).await;
    let unscreened = |change: fn(&mut wire::Consignment)| {
        let mut consignment = goods();
        change(&mut consignment);
        wire::Control { consignment: Some(consignment), ..control_of("", wire::ControlOutcome::Safe) }
    };
    let tested = |test: wire::TestResult| wire::Control { tests: vec![test], ..unscreened(|_| {}) };
    let test = wire::TestResult {
        standard: "EN 71-1".to_owned(),
        verdict: wire::TestVerdict::Fail.into(),
        ..Default::default()
    };
    let items: Vec<(wire::Control, Option<Wrong>)> = vec![
        (unscreened(|_| {}), None),
        (
            unscreened(|one| one.entry_point = "ROTTERDAM".to_owned()),
            Some(("consignment.entry_point", "ROTTERDAM")),
        ),
        (unscreened(|one| one.arrival_time = None), Some(("consignment.arrival_time", "is required"))),
        (
            wire::Control { examine_time: at("2099-01-01T00:00:00Z"), ..unscreened(|_| {}) },
            Some(("examine_time", "future")),
        ),
        (
            wire::Control { examine_time: at("2020-01-01T00:00:00Z"), ..unscreened(|_| {}) },
            Some(("examine_time", "365 days before the goods arrive")),
        ),
        (
            unscreened(|one| one.arrival_time = at("1999-01-01T00:00:00Z")),
            Some(("consignment.arrival_time", "3660 days ago")),
        ),
        (
            tested(wire::TestResult { test_date: day(2099, 1, 1), ..test.clone() }),
            Some(("tests[0].test_date", "future")),
        ),
        (
            tested(wire::TestResult { value: Some(3.0), ..test.clone() }),
            Some(("tests[0].unit", "is required with a value")),
        ),
        (
            tested(wire::TestResult { uncertainty: Some(-0.1), ..test.clone() }),
            Some(("tests[0].uncertainty", "-0.1")),
        ),
        (tested(wire::TestResult { test_date: day(2026, 1, 1), ..test }), None),
    ];
    let (sent, wanted): (Vec<_>, Vec<_>) = items.into_iter().unzip();
    let sent = sent.into_iter().map(|control| wire::SubmitControlsRequest {
        control: Some(control),
        request_id: request_id(),
        validate_only: false,
    });
    let mut customs = running.partner("nl-customs");
    let answers = customs.controls.submit_controls(stream::iter(sent.collect::<Vec<_>>())).await.unwrap();
    let answers: Vec<wire::SubmitControlsResponse> =
        answers.into_inner().map(|answer| answer.unwrap()).collect().await;
    let refusals: Vec<_> = answers.iter().map(|answer| answer.violations.clone()).collect();
    check(&refusals, &wanted);
    let list = customs.controls.list_controls(wire::ListControlsRequest::default()).await.unwrap();
    assert_eq!(list.into_inner().controls.len(), 2, "those that are right, and no others");

    // What a decision says of its tests is held to the same.
    let suspended = wire::Control { outcome: 0, ..unscreened(|_| {}) };
    let suspended = customs.controls.record_control(crate::words::record(suspended)).await.unwrap();
    let decide = wire::DecideControlRequest {
        name: suspended.into_inner().name,
        outcome: wire::ControlOutcome::Unsafe.into(),
        tests: vec![wire::TestResult {
            standard: "EN 71-1".to_owned(),
            verdict: wire::TestVerdict::Fail.into(),
            test_date: day(2099, 1, 1),
            ..Default::default()
        }],
        request_id: request_id(),
        ..Default::default()
    };
    let refused = customs.controls.decide_control(decide).await.unwrap_err();
    assert_eq!(wrong_fields(&refused), ["tests[0].test_date"]);
}

/// What was found of goods that nothing screened is kept, whatever else is wrong with their declaration: it is told beside the control,
/// to the examining side alone.
pub async fn controls_unread(running: Running) {
    let mut customs = running.partner("nl-customs");
    let wrong = wire::Consignment {
        country_of_origin: "XK".to_owned(),
        country_of_dispatch: "XI".to_owned(),
        commodity_code: "99309900".to_owned(),
        movement_reference_number: "26NL000396123456J4".to_owned(),
        containers: vec!["CSQU3054384".to_owned()],
        quantity: Some(-1.0),
        ..goods()
    };
    let fields = [
        "consignment.country_of_dispatch",
        "consignment.movement_reference_number",
        "consignment.containers[0]",
        "consignment.country_of_origin",
        "consignment.commodity_code",
        "consignment.quantity",
    ];
    let control =
        wire::Control { consignment: Some(wrong.clone()), ..control_of("", wire::ControlOutcome::Unsafe) };
    let made = customs.controls.record_control(crate::words::record(control.clone())).await.unwrap();
    let made = made.into_inner();
    let unread = |control: &wire::Control| -> Vec<String> {
        assert!(control.unread.iter().all(|one| !one.description.is_empty()));
        control.unread.iter().map(|one| one.field.clone()).collect()
    };
    assert_eq!(unread(&made), fields);
    let read = made.consignment.as_ref().unwrap();
    assert_eq!((read.country_of_origin.as_str(), read.country_of_dispatch.as_str()), ("", "GB"));
    let stored = wire::GetControlRequest { name: made.name.clone() };
    assert_eq!(customs.controls.get_control(stored).await.unwrap().into_inner(), made);
    let told: Vec<wire::ControlChanged> = customs.told().await;
    assert_eq!(unread(told[0].control.as_ref().unwrap()), fields);

    // So in a stream; and of screened goods it is what their screening could not read.
    let item = wire::SubmitControlsRequest {
        control: Some(control.clone()),
        request_id: request_id(),
        validate_only: false,
    };
    let answers = customs.controls.submit_controls(stream::iter([item])).await.unwrap().into_inner();
    let answers: Vec<_> = answers.map(|answer| answer.unwrap()).collect().await;
    assert_eq!(unread(answers[0].control.as_ref().unwrap()), fields);
    let screening = screened(&running, vec![wrong]).await.remove(0).screening.unwrap();
    let of_screened = control_of(&screening.name, wire::ControlOutcome::Safe);
    let of_screened = customs.controls.record_control(crate::words::record(of_screened)).await.unwrap();
    assert_eq!(unread(&of_screened.into_inner()), fields);

    // Where and when they were must be right, and is told by its path in the request.
    let mut nowhere = control;
    nowhere.consignment.as_mut().unwrap().entry_point = "ROTTERDAM".to_owned();
    let refused = customs.controls.record_control(crate::words::record(nowhere)).await.unwrap_err();
    assert_eq!(wrong_fields(&refused), ["control.consignment.entry_point"]);
}
