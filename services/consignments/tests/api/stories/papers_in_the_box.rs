//! What lies in the box when goods are examined: a pre-inspection that the officer names and no screening matched is held
//! against the goods. A paper that was lent says nothing of the body whose it is.

use prost_types::Timestamp;
use seamless_calendar::Clock;
use seamless_proto::seamless::consignments::v1 as wire;

use super::{attempts::screened, trust::trust};
use crate::{
    days::Set,
    running::{Partner, Running},
    words::{at, control_of, declaration, ducks, goods, party, record, request_id, shared_ducks},
};

const SHANGHAI: &str = "inspectionBodies/cn-ciq-shanghai/trust/eu-just.toys";

/// Records what was found now on these goods, with the pre-inspection that lies in the box.
async fn examined(
    running: &Running,
    customs: &mut Partner,
    control: wire::Control,
    paper: &wire::Inspection,
) -> wire::Control {
    let now = running.credentials.clock().now();
    let control = wire::Control {
        inspection: paper.name.clone(),
        examine_time: Some(Timestamp { seconds: now.as_second(), nanos: 0 }),
        ..control
    };
    customs.controls.record_control(record(control)).await.unwrap().into_inner()
}

/// The goods of `ducks("SH-1")` as they are declared by whoever does not know that they were inspected.
fn honest() -> wire::Consignment {
    wire::Consignment {
        movement_reference_number: declaration(),
        unique_consignment_reference: "6CNSH-1".to_owned(),
        containers: vec!["CSQU3054383".to_owned()],
        ..goods()
    }
}

pub async fn lent(running: Running) {
    running.set_clock("2026-01-05T12:00:00Z");
    let mut customs = running.partner("nl-customs");
    Set::of(40, 1.0, 40).on(&mut customs, "2026-01-05").await;
    // Screened before the pre-inspection was shared: nothing matches yet.
    let own = honest();
    let mut lent = Vec::new();
    let mut add = |why: &'static str, change: fn(&mut wire::Consignment)| {
        let mut one = honest();
        change(&mut one);
        lent.push((why, one));
    };
    add("another exporter", |one| one.exporter = party("Yiwu Example Trading"));
    add("another container", |one| one.containers = vec!["MSKU0000011".to_owned()]);
    add("nothing of where they travel", |one| {
        (one.containers, one.unique_consignment_reference) = (Vec::new(), String::new());
    });
    add("other goods", |one| one.commodity_code = "950590".to_owned());
    add("ten times as many", |one| one.quantity = Some(120_000.0));
    add("no quantity", |one| one.quantity = None);
    add("arrived before they were inspected", |one| one.arrival_time = at("2026-01-02T07:00:00Z"));
    let mut drawn = Vec::new();
    for (why, goods) in &lent {
        drawn.push((*why, goods.clone(), screened(&mut customs, goods.clone()).await));
    }
    let drawn_own = screened(&mut customs, own.clone()).await;
    let paper = shared_ducks(&running, "SH-1").await;
    for (why, goods, screening) in drawn {
        assert_eq!(screening.draw.as_ref().unwrap().selection(), wire::Selection::Random, "{why}");
        let control = control_of(&screening.name, wire::ControlOutcome::Unsafe);
        let found = examined(&running, &mut customs, control, &paper).await;
        assert_eq!((&found.inspection, found.inspection_passed), (&paper.name, false), "{why}");
        // So it is with goods that nothing screened.
        let unscreened =
            wire::Control { consignment: Some(goods), ..control_of("", wire::ControlOutcome::Unsafe) };
        let found = examined(&running, &mut customs, unscreened, &paper).await;
        assert!(!found.inspection_passed, "{why}");
    }
    assert!(trust(&mut customs, SHANGHAI).await.is_err(), "of the body nothing is known");

    // The goods that it is for are those that it passed; the others count as goods that nobody checked.
    let control = control_of(&drawn_own.name, wire::ControlOutcome::Safe);
    let found = examined(&running, &mut customs, control, &paper).await;
    assert!(found.inspection_passed);
    let known = trust(&mut customs, SHANGHAI).await.unwrap();
    let tally = |tally: Option<wire::Tally>| tally.map(|tally| (tally.examined, tally.found_unsafe));
    assert_eq!(tally(known.passed), Some((1, 0)));
    let unchecked = lent.len() as i64;
    assert_eq!(tally(known.not_checked), Some((unchecked, unchecked)));
    let unscreened = wire::Control { consignment: Some(own), ..control_of("", wire::ControlOutcome::Safe) };
    assert!(examined(&running, &mut customs, unscreened, &paper).await.inspection_passed);

    // A match that is not told, since five others are, is doubted all the same.
    let mut gacc = running.partner("cn-gacc");
    let mut papers = Vec::new();
    for number in 10..17 {
        let mut other = ducks(&format!("SH-{number}"));
        other.containers[0].number = "MSKU0000011".to_owned();
        let create = wire::CreateInspectionRequest {
            inspection: Some(other),
            request_id: request_id(),
            validate_only: false,
        };
        papers.push(gacc.inspections.create_inspection(create).await.unwrap().into_inner());
    }
    let mut in_one = honest();
    in_one.containers = vec!["MSKU0000011".to_owned()];
    in_one.exporter = party("Yiwu Example Trading");
    let screening = screened(&mut customs, in_one).await;
    let told: Vec<&str> = screening.matched_inspections.iter().map(|one| one.inspection.as_str()).collect();
    assert_eq!(told.len(), 5);
    let behind = papers.iter().find(|one| !told.contains(&one.name.as_str())).unwrap();
    let control = control_of(&screening.name, wire::ControlOutcome::Unsafe);
    assert!(!examined(&running, &mut customs, control, behind).await.inspection_passed);
}
