//! An officer's word on goods: it holds for them however they are declared, and takes none of what the day has for others.

use jiff::civil::date;
use seamless_proto::seamless::consignments::v1 as wire;

use super::{
    attempts::{previous, screened},
    demands::travelling,
};
use crate::{
    days::{Set, plan_of, replayed},
    running::{Partner, Running},
    words::{declaration, goods, request_id},
};

async fn put(customs: &mut Partner, screening: &wire::Screening, lane: wire::Lane) -> wire::Screening {
    let word = wire::OverrideLaneRequest {
        name: screening.name.clone(),
        lane: lane.into(),
        reason: "the seals are new".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    customs.screenings.override_lane(word).await.unwrap().into_inner()
}

/// With a certificate that nobody knows, so that their documents are checked.
fn doubtful(goods: &wire::Consignment) -> wire::Consignment {
    let invented = wire::CertificateReference {
        inspection_body: "cn-ciq-shanghai".to_owned(),
        certificate_id: "SH-999".to_owned(),
        version: 0,
    };
    wire::Consignment { certificates: vec![invented], ..goods.clone() }
}

/// Amendments of what an officer put to yellow or blue take no check of the day, however many there are.
pub async fn no_check(running: Running) {
    running.set_clock("2026-01-05T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    Set::of(0, 0.5, 1_000).on(&mut customs, "2026-01-05").await;
    for lane in [wire::Lane::Yellow, wire::Lane::Blue] {
        let declared = goods();
        let first = screened(&mut customs, declared.clone()).await;
        assert_eq!(first.lane(), wire::Lane::Green);
        put(&mut customs, &first, lane).await;
        for pieces in 1..6 {
            let again = wire::Consignment { quantity: Some(f64::from(pieces)), ..declared.clone() };
            assert_eq!(screened(&mut customs, again).await.lane(), lane);
        }
    }
    let used = async || plan_of(&running, date(2026, 1, 5)).await.used;
    assert_eq!((used().await.document_checks, used().await.release_checks), (0, 0));

    // Nor do goods of their own that name such a declaration; what is decided takes one, once.
    let summary = travelling("MAEU123456789");
    let announced = screened(&mut customs, summary.clone()).await;
    put(&mut customs, &announced, wire::Lane::Yellow).await;
    let more = wire::Consignment {
        movement_reference_number: declaration(),
        previous_document: previous(&summary),
        quantity: Some(20_000.0),
        ..summary
    };
    let beside = screened(&mut customs, more.clone()).await;
    assert_eq!((beside.lane(), beside.first.as_str()), (wire::Lane::Yellow, ""));
    assert_eq!(used().await.document_checks, 0);
    for _ in 0..3 {
        let decided = screened(&mut customs, doubtful(&more)).await;
        assert_eq!(decided.lane(), wire::Lane::Yellow);
        replayed(&mut customs, &decided.name).await;
    }
    assert_eq!(used().await.document_checks, 1);
}

/// A version that is as strict by itself does not end his word; what he says last does.
pub async fn kept(running: Running) {
    running.set_clock("2026-01-05T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    Set::of(0, 0.5, 1_000).on(&mut customs, "2026-01-05").await;
    let declared = travelling("MAEU123456789");
    let first = screened(&mut customs, declared.clone()).await;
    put(&mut customs, &first, wire::Lane::Yellow).await;
    let strict = screened(&mut customs, doubtful(&declared)).await;
    assert_eq!((strict.lane(), strict.overrides.len()), (wire::Lane::Yellow, 0), "by itself");
    let lax = screened(&mut customs, declared.clone()).await;
    assert_eq!((lax.lane(), lax.overrides.len()), (wire::Lane::Yellow, 1), "{lax:?}");
    assert_eq!(lax.overrides[0].former_lane(), wire::Lane::Green);

    // So it is with goods of their own that name these.
    let more = wire::Consignment {
        movement_reference_number: declaration(),
        previous_document: previous(&declared),
        quantity: Some(20_000.0),
        ..declared.clone()
    };
    let beside = screened(&mut customs, doubtful(&more)).await;
    assert_eq!((beside.first.as_str(), beside.overrides.len()), ("", 0));
    let silent = wire::Consignment { previous_document: None, ..more };
    let amended = screened(&mut customs, silent).await;
    assert_eq!((amended.lane(), &amended.supersedes), (wire::Lane::Yellow, &beside.name), "{amended:?}");

    // What he released is what he saw, and he had the last word.
    let strict_again = screened(&mut customs, doubtful(&declared)).await;
    put(&mut customs, &strict_again, wire::Lane::Green).await;
    let last = screened(&mut customs, declared).await;
    assert_eq!(last.lane(), wire::Lane::Green, "{last:?}");
    for one in [&strict, &lax, &beside, &amended, &strict_again, &last] {
        replayed(&mut customs, &one.name).await;
    }
}
