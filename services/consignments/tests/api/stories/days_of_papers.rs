//! The days of a pre-inspection: it must be in force when the goods arrive, and have been made before.

use seamless_proto::seamless::consignments::v1::{self as wire, CertificateDoubt as Doubt, ReasonKind};

use super::attempts::screened;
use crate::{
    days::{Set, replayed},
    running::{Partner, Running},
    words::{at, day, declaration, ducks, goods, request_id},
};

async fn shared(running: &Running, inspection: wire::Inspection) -> wire::Inspection {
    let request = wire::CreateInspectionRequest {
        inspection: Some(inspection),
        request_id: request_id(),
        validate_only: false,
    };
    let mut gacc = running.partner("cn-gacc");
    gacc.inspections.create_inspection(request).await.unwrap().into_inner()
}

fn invoking(certificate: &str) -> Vec<wire::CertificateReference> {
    vec![wire::CertificateReference {
        inspection_body: "cn-ciq-shanghai".to_owned(),
        certificate_id: certificate.to_owned(),
        version: 0,
    }]
}

/// Whether the one pre-inspection that they match counts, and the lane.
fn counted(screening: &wire::Screening) -> (bool, wire::Lane) {
    assert_eq!(screening.matched_inspections.len(), 1, "{:?}", screening.matched_inspections);
    (screening.matched_inspections[0].counted, screening.lane())
}

async fn last_doubt(customs: &mut Partner) -> Doubt {
    customs.told::<wire::CertificateMisused>().await.last().unwrap().doubt()
}

/// A certificate that ends today covers nothing that arrives later.
pub async fn over_by_then(running: Running) {
    running.set_clock("2026-02-10T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    let mut reusable = ducks("SH-1");
    (reusable.reusable, reusable.valid_until) = (true, day(2026, 2, 20));
    (reusable.containers, reusable.unique_consignment_reference) = (Vec::new(), String::new());
    shared(&running, reusable).await;
    for (arrival, is_covered) in
        [("2026-02-12T08:00:00Z", true), ("2026-02-20T22:00:00Z", true), ("2026-04-08T08:00:00Z", false)]
    {
        Set::default().on(&mut customs, &arrival[..10]).await;
        let announced = wire::Consignment {
            arrival_time: at(arrival),
            gtins: vec!["6291041500213".to_owned()],
            certificates: invoking("SH-1"),
            ..goods()
        };
        let seen = screened(&mut customs, announced).await;
        let lane = if is_covered { wire::Lane::Green } else { wire::Lane::Yellow };
        assert_eq!(counted(&seen), (is_covered, lane), "{arrival}: {:?}", seen.reasons);
    }
    assert_eq!(last_doubt(&mut customs).await, Doubt::Expired);
}

/// Goods that are there are no more inspected before export, whatever is said of their arrival later.
pub async fn made_afterwards(running: Running) {
    running.set_clock("2026-01-05T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    for day in ["2026-01-05", "2026-01-06", "2026-01-20", "2026-01-25"] {
        Set::default().on(&mut customs, day).await;
    }
    let declared = |arrival: &str, document: &str, container: &str| wire::Consignment {
        arrival_time: at(arrival),
        movement_reference_number: declaration(),
        unique_consignment_reference: format!("6CN{document}"),
        containers: vec![container.to_owned()],
        ..goods()
    };
    let there = declared("2026-01-06T06:00:00Z", "SH-2", "CSQU3054383");
    let first = screened(&mut customs, there.clone()).await;
    assert_eq!(first.lane(), wire::Lane::Green);
    let delayed = declared("2026-01-20T06:00:00Z", "SH-3", "MWCU6059784");
    screened(&mut customs, delayed.clone()).await;

    // Two weeks later there are certificates on what was inspected a week ago.
    running.set_clock("2026-01-19T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    for (certificate, container) in [("SH-2", "CSQU3054383"), ("SH-3", "MWCU6059784")] {
        let mut inspected = ducks(certificate);
        inspected.inspect_time = at("2026-01-12T08:00:00Z");
        inspected.containers[0].number = container.to_owned();
        shared(&running, inspected).await;
    }
    let named = wire::Consignment { certificates: invoking("SH-2"), ..there.clone() };
    let seen = screened(&mut customs, named.clone()).await;
    assert_eq!(counted(&seen), (false, wire::Lane::Yellow));
    assert!(seen.reasons.iter().any(|reason| reason.kind() == ReasonKind::CertificateDoubtful
        && reason.explanation.contains("after the goods had arrived")));
    assert_eq!(last_doubt(&mut customs).await, Doubt::AfterArrival);
    // Nor do they arrive later for it, also by two steps; who is only tried is told the same.
    for arrival in ["2026-01-19T07:00:00Z", "2026-01-25T06:00:00Z"] {
        let later = wire::Consignment { arrival_time: at(arrival), ..named.clone() };
        let tried = wire::ScreenConsignmentRequest {
            consignment: Some(later.clone()),
            request_id: request_id(),
            validate_only: true,
            ..Default::default()
        };
        let tried = customs.screenings.screen_consignment(tried).await.unwrap().into_inner();
        assert_eq!(counted(&tried), (false, wire::Lane::Yellow));
        let seen = screened(&mut customs, later).await;
        assert_ne!(seen.supersedes, "");
        assert_eq!(counted(&seen), (false, wire::Lane::Yellow), "{arrival}: {:?}", seen.reasons);
        assert_eq!(last_doubt(&mut customs).await, Doubt::AfterArrival);
        replayed(&mut customs, &seen.name).await;
    }

    // Whoever is late, and says so while the goods are on their way, is covered.
    let late = wire::Consignment {
        arrival_time: at("2026-01-25T06:00:00Z"),
        certificates: invoking("SH-3"),
        ..delayed
    };
    assert_eq!(counted(&screened(&mut customs, late).await), (true, wire::Lane::Green));
}
