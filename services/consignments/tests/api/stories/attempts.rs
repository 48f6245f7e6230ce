//! What is tried at a border to have goods go by the luck or the papers of others, and what it comes to.

use futures::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp, civil::Date};
use seamless_calendar::{Clock, Zones};
use seamless_proto::seamless::consignments::v1::{self as wire, ReasonKind};

use crate::{
    days::{Set, arrivals, plan_of},
    running::{Partner, Running},
    words::{declaration, ducks, goods, party, request_id, shared_ducks},
};

fn item(consignment: wire::Consignment) -> wire::ScreenConsignmentsRequest {
    wire::ScreenConsignmentsRequest {
        consignment: Some(consignment),
        request_id: request_id(),
        ..Default::default()
    }
}

/// The decisions on goods that come in one stream, one behind the other.
pub(super) async fn streamed(customs: &mut Partner, goods: Vec<wire::Consignment>) -> Vec<wire::Screening> {
    let items: Vec<_> = goods.into_iter().map(item).collect();
    let answers = customs.screenings.screen_consignments(stream::iter(items)).await.unwrap().into_inner();
    answers.map(|answer| answer.unwrap().screening.expect("it is decided")).collect().await
}

pub(super) async fn screened(customs: &mut Partner, goods: wire::Consignment) -> wire::Screening {
    streamed(customs, vec![goods]).await.remove(0)
}

/// A day at Rotterdam with a plan, and the time at which goods arrive then.
async fn day(
    running: &Running,
    customs: &mut Partner,
    days: i64,
    capacity: i32,
) -> (Date, Option<prost_types::Timestamp>) {
    let arrival: Timestamp = running.credentials.clock().now() + SignedDuration::from_hours(24 * days);
    let date = arrival.to_zoned(Zones::bundled().get("Europe/Amsterdam").unwrap()).date();
    Set { capacity, ..Set::default() }.on(customs, date).await;
    (date, Some(prost_types::Timestamp { seconds: arrival.as_second(), nanos: 0 }))
}

pub(super) fn previous(goods: &wire::Consignment) -> Option<wire::PreviousDocument> {
    Some(wire::PreviousDocument {
        reference: goods.movement_reference_number.clone(),
        goods_item_number: goods.goods_item_number,
    })
}

/// Goods that travel under a bill of lading of their own.
fn travelling(document: &str, arrival: Option<prost_types::Timestamp>) -> wire::Consignment {
    wire::Consignment { arrival_time: arrival, transport_documents: vec![document.to_owned()], ..goods() }
}

/// The same goods under another declaration, which names this one.
fn handed_on(before: &wire::Consignment) -> wire::Consignment {
    wire::Consignment {
        movement_reference_number: declaration(),
        previous_document: previous(before),
        ..before.clone()
    }
}

/// A declaration that is split into many on another day: the first takes its place, the others are goods of their own, and all
/// are decided, however they come. It is handed on twice, for temporary storage and for import; then they are goods of their own.
pub async fn split(running: Running) {
    let mut customs = running.partner("nl-customs");
    let (first_day, arrival) = day(&running, &mut customs, 2, 0).await;
    let (second_day, later) = day(&running, &mut customs, 3, 0).await;
    let summary = travelling("MAEU123456789", arrival);
    let announced = screened(&mut customs, summary.clone()).await;
    let part = |_| wire::Consignment { arrival_time: later, ..handed_on(&summary) };
    let parts: Vec<wire::Consignment> = (0..3).map(part).collect();
    let decided = streamed(&mut customs, parts.clone()).await;
    let supersedes: Vec<&str> = decided.iter().map(|one| one.supersedes.as_str()).collect();
    assert_eq!(supersedes, [announced.name.as_str(), "", ""]);
    let arrivals = async |date| arrivals(&running, date).await;
    assert_eq!((arrivals(first_day).await, arrivals(second_day).await), (1, 2));

    let import = handed_on(&parts[0]);
    let last = screened(&mut customs, import.clone()).await;
    assert_eq!((&last.supersedes, &last.first), (&decided[0].name, &announced.name));
    let once_more = screened(&mut customs, handed_on(&import)).await;
    assert_eq!((once_more.supersedes.as_str(), once_more.first.as_str()), ("", ""), "a third time");
    assert_eq!((arrivals(first_day).await, arrivals(second_day).await), (1, 3));
}

/// One lucky draw and one certificate serve one consignment: along a chain of declarations, and for whoever names one of it.
pub async fn chained(running: Running) {
    let mut customs = running.partner("nl-customs");
    let (date, arrival) = day(&running, &mut customs, 2, 0).await;
    shared_ducks(&running, "SH-1").await;
    let summary = wire::Consignment {
        containers: vec!["CSQU3054383".to_owned()],
        certificates: vec![wire::CertificateReference {
            inspection_body: "cn-ciq-shanghai".to_owned(),
            certificate_id: "SH-1".to_owned(),
            version: 0,
        }],
        ..travelling("MAEU123456789", arrival)
    };
    let mut goods = summary.clone();
    let mut chain = Vec::new();
    for _ in 0..21 {
        chain.push(screened(&mut customs, goods.clone()).await);
        goods = handed_on(&goods);
    }
    let kept = chain.iter().filter(|one| one.first == chain[0].name).count();
    assert_eq!(kept, 2, "temporary storage and import");
    let covered = chain.iter().filter(|one| one.matched_inspections[0].counted).count();
    assert_eq!(covered, 3, "all others are found out");
    let firsts = chain.iter().filter(|one| one.first.is_empty()).count();
    assert_eq!(firsts, 7, "every third is goods of its own");
    let plan = async || plan_of(&running, date).await;
    assert_eq!(plan().await.used.arrivals, 7);

    // Others may name a declaration, and are goods of their own: more of them, another exporter, other goods, and what nothing
    // shows to be the same.
    let is_own = async |change: &dyn Fn(&mut wire::Consignment)| {
        let before = travelling("ONEY987654321", arrival);
        let mut customs = customs.clone();
        screened(&mut customs, before.clone()).await;
        let mut other = handed_on(&before);
        change(&mut other);
        let other = screened(&mut customs, other).await;
        (other.first.as_str(), other.supersedes.as_str()) == ("", "")
    };
    assert!(!is_own(&|_| {}).await);
    assert!(!is_own(&|one| one.quantity = Some(11_999.0)).await);
    assert!(!is_own(&|one| one.exporter = party("NINGBO EXAMPLE TOYS EXPORT CO., LTD.")).await);
    assert!(is_own(&|one| one.quantity = Some(12_001.0)).await);
    assert!(is_own(&|one| one.gross_mass_kg = Some(1_000.0)).await);
    assert!(is_own(&|one| one.exporter = party("Yiwu Example Trading")).await);
    assert!(is_own(&|one| one.commodity_code = "850440".to_owned()).await);
    assert!(is_own(&|one| one.transport_documents = vec!["ONEY111111111".to_owned()]).await);
    assert!(is_own(&|one| one.transport_documents.clear()).await);
    assert_eq!(plan().await.used.arrivals, 7 + 9 + 6);
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
    let wrong = ["26NL000396123456J4", "26NL0003961234567J", "PENDING-2026"];
    for number in ["-", "N/A", "UNKNOWN", "00000000000000", "XXXXXXXX"].into_iter().chain(wrong) {
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
    let moved =
        wire::Consignment { previous_document: previous(&before), ..shipped("MSKU1234565", "MAEU123456789") };
    assert_eq!(
        screened(&mut customs, moved).await.supersedes,
        "",
        "its transport document, another container"
    );
    let same =
        wire::Consignment { previous_document: previous(&before), ..shipped("CSQU3054383", "MAEU123456789") };
    assert_eq!(screened(&mut customs, same).await.supersedes, known.name, "both");
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
    let nothing = screened(&mut customs, certified(&["NIL".to_owned()], 0.0)).await;
    let found = nothing.reasons.iter().find(|reason| reason.kind() == ReasonKind::CertificateMismatch);
    let mut parts = found.unwrap().findings.iter().map(wire::CertificateFinding::part);
    assert!(parts.any(|part| part == wire::CertificatePart::Quantity), "{nothing:?}");
    assert!(!is_overdrawn(&screened(&mut customs, certified(&["NIL".to_owned()], 12_000.0)).await));

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

/// A reusable certificate is not lent by listing its product beside another one, nor by leaving out what the goods are.
pub async fn listed_beside(running: Running) {
    let (mut customs, mut gacc) = (running.partner("nl-customs"), running.partner("cn-gacc"));
    let (_, arrival) = day(&running, &mut customs, 2, 0).await;
    let mut share = async |certificate: &str, item: wire::InspectedItem| {
        let inspection = wire::Inspection { reusable: true, items: vec![item], ..ducks(certificate) };
        let request = wire::CreateInspectionRequest {
            inspection: Some(inspection),
            request_id: request_id(),
            validate_only: false,
        };
        gacc.inspections.create_inspection(request).await.unwrap();
    };
    let duck = ducks("NAMED").items[0].clone();
    share("NAMED", duck.clone()).await;
    share("HEADING", wire::InspectedItem { models: Vec::new(), gtins: Vec::new(), lots: Vec::new(), ..duck })
        .await;
    let mut is_counted = async |certificate: &str, change: &dyn Fn(&mut wire::Consignment)| {
        let mut one = wire::Consignment {
            arrival_time: arrival,
            certificates: vec![wire::CertificateReference {
                inspection_body: "cn-ciq-shanghai".to_owned(),
                certificate_id: certificate.to_owned(),
                version: 0,
            }],
            ..goods()
        };
        change(&mut one);
        let decided = screened(&mut customs, one).await;
        let found = decided.reasons.iter().find(|reason| reason.kind() == ReasonKind::CertificateDoubtful);
        assert_eq!(found.is_none(), decided.lane() == wire::Lane::Green, "{decided:?}");
        decided.matched_inspections.iter().any(|one| one.counted)
    };
    let (own, other) = ("6291041500213", "4006381333931");
    let of = |gtins: &[&str], models: &[&str]| {
        let [gtins, models] =
            [gtins, models].map(|all| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>());
        move |one: &mut wire::Consignment| (one.gtins, one.models) = (gtins.clone(), models.clone())
    };
    assert!(is_counted("NAMED", &of(&[own], &[])).await);
    assert!(!is_counted("NAMED", &of(&[own, other], &[])).await);
    assert!(is_counted("NAMED", &of(&[], &["d 100"])).await);
    assert!(is_counted("NAMED", &of(&[], &["D-100", "-"])).await, "a dash names no model");
    assert!(!is_counted("NAMED", &of(&[], &["D-100", "X-9"])).await);
    assert!(is_counted("HEADING", &|_| {}).await);
    for code in ["", "990500"] {
        assert!(
            !is_counted("HEADING", &|one| one.commodity_code = code.to_owned()).await,
            "{code}: it may be anything"
        );
    }
}
