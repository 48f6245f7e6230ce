//! What is tried at a border to have goods go by the luck or the papers of others, and what it comes to.

use futures::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp, civil::Date};
use seamless_calendar::{Clock, Zones};
use seamless_consignments::domain::ports::PlanReader;
use seamless_proto::seamless::consignments::v1::{self as wire, ReasonKind};

use crate::{
    history::{rotterdam, store},
    running::{Partner, Running},
    words::{declaration, ducks, goods, request_id},
};

fn item(consignment: wire::Consignment) -> wire::ScreenConsignmentsRequest {
    wire::ScreenConsignmentsRequest {
        consignment: Some(consignment),
        request_id: request_id(),
        ..Default::default()
    }
}

/// The decisions on goods that come in one stream, one behind the other.
async fn streamed(customs: &mut Partner, goods: Vec<wire::Consignment>) -> Vec<wire::Screening> {
    let items: Vec<_> = goods.into_iter().map(item).collect();
    let answers = customs.screenings.screen_consignments(stream::iter(items)).await.unwrap().into_inner();
    answers.map(|answer| answer.unwrap().screening.expect("it is decided")).collect().await
}

async fn screened(customs: &mut Partner, goods: wire::Consignment) -> wire::Screening {
    streamed(customs, vec![goods]).await.remove(0)
}

/// The day after tomorrow at Rotterdam with a plan, and the time at which goods arrive then.
async fn day(
    running: &Running,
    customs: &mut Partner,
    days: i64,
    capacity: i32,
) -> (Date, Option<prost_types::Timestamp>) {
    let arrival: Timestamp = running.credentials.clock().now() + SignedDuration::from_hours(24 * days);
    let date = arrival.to_zoned(Zones::bundled().get("Europe/Amsterdam").unwrap()).date();
    let request = wire::SetPlanRequest {
        name: format!("entryPoints/NLRTM/plans/{date}"),
        plan: Some(wire::Plan { capacity, ..wire::Plan::default() }),
        request_id: request_id(),
        ..Default::default()
    };
    customs.targeting.set_plan(request).await.unwrap();
    (date, Some(prost_types::Timestamp { seconds: arrival.as_second(), nanos: 0 }))
}

fn previous(goods: &wire::Consignment) -> Option<wire::PreviousDocument> {
    Some(wire::PreviousDocument {
        reference: goods.movement_reference_number.clone(),
        goods_item_number: goods.goods_item_number,
    })
}

/// A declaration that is split into many on another day: the first takes its place, the others are goods of their own, and all
/// are decided, however they come. One that is handed on from declaration to declaration stays one arrival.
pub async fn split(running: Running) {
    let mut customs = running.partner("nl-customs");
    let (first_day, arrival) = day(&running, &mut customs, 2, 0).await;
    let (second_day, later) = day(&running, &mut customs, 3, 0).await;
    let summary = wire::Consignment { arrival_time: arrival, ..goods() };
    let announced = screened(&mut customs, summary.clone()).await;
    let parts: Vec<wire::Consignment> = (0..3)
        .map(|_| wire::Consignment {
            movement_reference_number: declaration(),
            arrival_time: later,
            previous_document: previous(&summary),
            ..goods()
        })
        .collect();
    let decided = streamed(&mut customs, parts.clone()).await;
    let supersedes: Vec<&str> = decided.iter().map(|one| one.supersedes.as_str()).collect();
    assert_eq!(supersedes, [announced.name.as_str(), "", ""]);
    let database = store(&running);
    for (date, arrivals) in [(first_day, 1), (second_day, 2)] {
        let plan = database.plan_get(&rotterdam(), date).await.unwrap().unwrap();
        assert_eq!(plan.used.arrivals, arrivals, "on {date}");
    }

    let handed_on = wire::Consignment {
        movement_reference_number: declaration(),
        arrival_time: later,
        previous_document: previous(&parts[0]),
        ..goods()
    };
    let last = screened(&mut customs, handed_on).await;
    assert_eq!((&last.supersedes, &last.first), (&decided[0].name, &announced.name));
}

/// What stands for no number makes no declaration; and nobody takes up a declaration of goods that are others.
pub async fn borrowed(running: Running) {
    let mut customs = running.partner("nl-customs");
    let (_, arrival) = day(&running, &mut customs, 2, 0).await;
    let named = |number: &str| wire::Consignment {
        movement_reference_number: number.to_owned(),
        arrival_time: arrival,
        ..goods()
    };
    for number in ["-", "N/A", "UNKNOWN", "00000000000000", "XXXXXXXX"] {
        let both = streamed(&mut customs, vec![named(number), named(number)]).await;
        assert_eq!((both[1].supersedes.as_str(), both[1].first.as_str()), ("", ""), "{number}");
    }
    let shipped = |container: &str, document: &str| wire::Consignment {
        containers: vec![container.to_owned()],
        transport_documents: vec![document.to_owned()],
        ..named(&declaration())
    };
    let before = shipped("CSQU3054383", "MAEU123456789");
    let known = screened(&mut customs, before.clone()).await;
    let others =
        wire::Consignment { previous_document: previous(&before), ..shipped("MSKU1234565", "MAEU987654321") };
    assert_eq!(screened(&mut customs, others).await.supersedes, "", "other containers, another document");
    let same =
        wire::Consignment { previous_document: previous(&before), ..shipped("MSKU1234565", "MAEU123456789") };
    assert_eq!(screened(&mut customs, same).await.supersedes, known.name, "its transport document");
}

/// A quantity of nothing states none; what was taken of one product is no room in another; and many small certificates cover
/// together what they were issued for.
pub async fn stretched(running: Running) {
    let (mut customs, mut gacc) = (running.partner("nl-customs"), running.partner("cn-gacc"));
    let (_, arrival) = day(&running, &mut customs, 2, 0).await;
    let mut share = async |inspection: wire::Inspection| {
        let request = wire::CreateInspectionRequest {
            inspection: Some(inspection),
            request_id: request_id(),
            validate_only: false,
        };
        gacc.inspections.create_inspection(request).await.unwrap()
    };
    let certified = |certificates: &[String], quantity: f64| wire::Consignment {
        arrival_time: arrival,
        containers: vec!["CSQU3054383".to_owned()],
        quantity: Some(quantity),
        certificates: certificates
            .iter()
            .map(|certificate| wire::CertificateReference {
                inspection_body: "cn-ciq-shanghai".to_owned(),
                certificate_id: certificate.clone(),
                version: 0,
            })
            .collect(),
        ..goods()
    };
    let is_overdrawn = |screening: &wire::Screening| {
        screening.reasons.iter().any(|reason| reason.kind() == ReasonKind::CertificateOverdrawn)
    };

    share(ducks("NIL")).await;
    for (number, is_first) in [(1, true), (2, false)] {
        let nothing = certified(&["NIL".to_owned()], 0.0);
        let screening = screened(&mut customs, nothing).await;
        assert_eq!(is_overdrawn(&screening), !is_first, "number {number}: {screening:?}");
    }

    let mut two = ducks("TWO");
    two.unique_consignment_reference.clear();
    let duck = two.items[0].clone();
    let boat = wire::InspectedItem {
        description: "toy boats".to_owned(),
        models: vec!["B-1".to_owned()],
        gtins: Vec::new(),
        lots: Vec::new(),
        quantity: Some(7.0),
        ..duck.clone()
    };
    two.items = vec![
        wire::InspectedItem { gtins: Vec::new(), lots: Vec::new(), quantity: Some(100.0), ..duck },
        boat,
    ];
    share(two).await;
    let of_model = |number: &str, model: &str, quantity: f64| wire::Consignment {
        movement_reference_number: number.to_owned(),
        models: vec![model.to_owned()],
        ..certified(&["TWO".to_owned()], quantity)
    };
    let number = declaration();
    let ducks_first = screened(&mut customs, of_model(&number, "D-100", 100.0)).await;
    assert!(!is_overdrawn(&ducks_first), "{ducks_first:?}");
    let boats = screened(&mut customs, of_model(&number, "B-1", 107.0)).await;
    assert!(is_overdrawn(&boats), "{boats:?}");

    let names: Vec<String> = (0..6).map(|number| format!("SIX-{number}")).collect();
    for name in &names {
        let mut small = ducks(name);
        small.unique_consignment_reference.clear();
        small.items[0].quantity = Some(100.0);
        share(small).await;
    }
    let together = screened(&mut customs, certified(&names, 600.0)).await;
    assert!(!is_overdrawn(&together), "{together:?}");
    let more = screened(&mut customs, certified(&names, 1.0)).await;
    assert!(is_overdrawn(&more), "all is used: {more:?}");
}
