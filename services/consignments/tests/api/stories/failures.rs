//! Goods that failed their inspection before export are declared so that it does not show: nobody gets rid of a failure.

use jiff::SignedDuration;
use prost_types::Timestamp;
use seamless_calendar::Clock;
use seamless_proto::seamless::consignments::v1::{self as wire, ReasonKind};

use super::{
    attempts::{previous, screened},
    criteria::{activate, tried},
};
use crate::{
    days::{Set, replayed},
    running::{Partner, Running},
    words::{at, day, declaration, ducks, goods, party, request_id},
};

const FAILED: &str = "CSQU3054383";
const CODES: [&str; 2] = ["914403001922038216", "91440300708461136T"];

/// Ducks that failed in their container, by a certificate that was amended since, and that is over.
async fn failed(running: &Running) -> wire::Inspection {
    let mut gacc = running.partner("cn-gacc");
    let mut failed = ducks("SH-1");
    failed.outcome = wire::InspectionOutcome::Fail.into();
    failed.valid_until = day(2026, 1, 31);
    failed.exporter.as_mut().unwrap().unified_social_credit_code = CODES[0].to_owned();
    let create = wire::CreateInspectionRequest {
        inspection: Some(failed.clone()),
        request_id: request_id(),
        validate_only: false,
    };
    let first = gacc.inspections.create_inspection(create).await.unwrap().into_inner();
    failed.inspector = "Wang Wei".to_owned();
    let amend = wire::AmendInspectionRequest {
        name: first.name,
        inspection: Some(failed),
        etag: first.etag,
        request_id: request_id(),
        validate_only: false,
    };
    gacc.inspections.amend_inspection(amend).await.unwrap().into_inner()
}

fn invoking(version: i32) -> Vec<wire::CertificateReference> {
    vec![wire::CertificateReference {
        inspection_body: "cn-ciq-shanghai".to_owned(),
        certificate_id: "SH-1".to_owned(),
        version,
    }]
}

/// Customs releases all that comes in at Rotterdam unless something speaks against it.
async fn release_all(customs: &mut Partner) {
    let criterion = wire::Criterion {
        title: "trusted traders".to_owned(),
        conditions: vec![wire::Condition {
            field: "entry_point".to_owned(),
            operator: wire::Operator::In.into(),
            values: vec!["NLRTM".to_owned()],
        }],
        lane: wire::Lane::Green.into(),
        apply_probability: 1.0,
        end_time: at("2026-12-01T00:00:00Z"),
        ..Default::default()
    };
    let draft = tried(customs, criterion).await;
    activate(customs, &draft).await.unwrap();
}

fn has_failed(screening: &wire::Screening) -> bool {
    screening.reasons.iter().any(|reason| reason.kind() == ReasonKind::InspectedFailed)
}

/// Whatever is invoked, left out or declared instead: what failed in the container is known of it.
pub async fn shed(running: Running) {
    running.set_clock("2026-03-01T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    let failed = failed(&running).await;
    Set::default().on(&mut customs, "2026-03-02").await;
    let arrival = Some(Timestamp {
        seconds: (running.credentials.clock().now() + SignedDuration::from_hours(24)).as_second(),
        nanos: 0,
    });
    let arriving = || wire::Consignment {
        arrival_time: arrival,
        movement_reference_number: declaration(),
        containers: vec![FAILED.to_owned()],
        ..goods()
    };
    let of_another = || {
        let exporter = wire::Party {
            unified_social_credit_code: CODES[1].to_owned(),
            ..party("Yiwu Example Trading").unwrap()
        };
        Some(exporter)
    };
    let attempts = [
        ("says nothing of it", arriving()),
        ("invokes it", wire::Consignment { certificates: invoking(0), ..arriving() }),
        ("invokes the version before", wire::Consignment { certificates: invoking(1), ..arriving() }),
        (
            "invokes it for another exporter",
            wire::Consignment { certificates: invoking(2), exporter: of_another(), ..arriving() },
        ),
        ("names another exporter", wire::Consignment { exporter: of_another(), ..arriving() }),
        ("declares other goods", wire::Consignment { commodity_code: "850440".to_owned(), ..arriving() }),
        (
            "declares all otherwise, by the consignment reference",
            wire::Consignment {
                commodity_code: "850440".to_owned(),
                exporter: of_another(),
                containers: Vec::new(),
                unique_consignment_reference: "6cn-sh 1".to_owned(),
                ..arriving()
            },
        ),
    ];
    let mut amended = None;
    for is_released in [false, true] {
        if is_released {
            release_all(&mut customs).await;
        }
        for (what, attempt) in &attempts {
            let declared = wire::Consignment { movement_reference_number: declaration(), ..attempt.clone() };
            let seen = screened(&mut customs, declared.clone()).await;
            let told = format!("whoever {what}: {:?} {:?}", seen.reasons, seen.matched_inspections);
            assert!(has_failed(&seen) && seen.matched_inspections[0].counted, "{told}");
            assert!(seen.unsafe_probability.unwrap().mean >= 0.8, "{told}");
            assert_eq!(seen.lane(), wire::Lane::Yellow, "{told}");
            replayed(&mut customs, &seen.name).await;
            amended = Some(declared);
        }
    }

    // Nor by leaving out afterwards what it was found by.
    let mut again = amended.unwrap();
    (again.containers, again.unique_consignment_reference) = (Vec::new(), String::new());
    for pieces in [11_000.0, 10_000.0] {
        again.quantity = Some(pieces);
        let seen = screened(&mut customs, again.clone()).await;
        assert_ne!(seen.supersedes, "");
        assert!(has_failed(&seen) && seen.lane() == wire::Lane::Yellow, "{:?}", seen.reasons);
        assert!(seen.reasons.iter().all(|reason| !reason.explanation.is_empty()));
        replayed(&mut customs, &seen.name).await;
    }

    // Nor by further declarations that name it: the first takes it up, the next is of goods of its own.
    let summary = wire::Consignment { transport_documents: vec!["MAEU123456789".to_owned()], ..arriving() };
    assert!(has_failed(&screened(&mut customs, summary.clone()).await));
    for _ in 0..2 {
        let imported = wire::Consignment {
            movement_reference_number: declaration(),
            containers: Vec::new(),
            previous_document: previous(&summary),
            ..summary.clone()
        };
        let seen = screened(&mut customs, imported).await;
        assert!(has_failed(&seen) && seen.lane() == wire::Lane::Yellow, "{:?}", seen.reasons);
        replayed(&mut customs, &seen.name).await;
    }

    // A certificate that nothing but its number connects with the goods is another's; it is doubted, and said.
    let named = wire::Consignment {
        certificates: invoking(2),
        exporter: of_another(),
        containers: Vec::new(),
        ..arriving()
    };
    let seen = screened(&mut customs, named).await;
    assert!(!has_failed(&seen) && !seen.matched_inspections[0].counted, "{:?}", seen.reasons);
    assert_eq!(seen.lane(), wire::Lane::Yellow, "its documents are looked at");

    // Half a year later the container is filled anew: with other goods it has nothing to do with what failed.
    running.set_clock("2026-07-15T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    let later = wire::Consignment {
        arrival_time: at("2026-07-16T08:00:00Z"),
        commodity_code: "850440".to_owned(),
        ..arriving()
    };
    Set::default().on(&mut customs, "2026-07-16").await;
    let seen = screened(&mut customs, later).await;
    assert_eq!((has_failed(&seen), seen.lane()), (false, wire::Lane::Green), "{:?}", seen.reasons);

    // What was taken back holds no more.
    let mut gacc = running.partner("cn-gacc");
    let revoke = wire::RevokeInspectionRequest {
        name: failed.name,
        reason: "another container was meant".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    gacc.inspections.revoke_inspection(revoke).await.unwrap();
    let freed = wire::Consignment { arrival_time: at("2026-07-16T08:00:00Z"), ..arriving() };
    assert!(!has_failed(&screened(&mut customs, freed).await));
}
