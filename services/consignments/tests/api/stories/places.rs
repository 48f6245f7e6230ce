//! Places in the plan and parts in the lot: what one day leaves to the next, what a setting changes, and whose a place is.

use jiff::civil::{Date, date};
use seamless_consignments::domain::model::Plan;
use seamless_proto::seamless::consignments::v1::{self as wire, ReasonKind};

use super::{
    attempts::{previous, screened, streamed},
    demands::{demand, lacks_capacity},
};
use crate::{
    days::{Set, plan_of, replayed, stored},
    history::{planned, store},
    running::{Partner, Running},
    words::{at, control_of, declaration, ducks, goods, party, record, request_id},
};

/// Toys that arrive at this time.
fn arriving(time: &str) -> wire::Consignment {
    wire::Consignment { arrival_time: at(time), ..goods() }
}

/// Toys of a seller whose goods are demanded.
fn demanded() -> wire::Consignment {
    wire::Consignment { seller: party("Balloon World"), ..goods() }
}

/// Toys under this document, without a declaration.
fn parcel(document: &str) -> wire::Consignment {
    wire::Consignment {
        movement_reference_number: String::new(),
        transport_documents: vec![document.to_owned()],
        ..goods()
    }
}

/// The day under whose plan goods are, and the probability of their draw.
fn drawn(screening: &wire::Screening) -> (Date, f64) {
    let draw = screening.draw.as_ref().unwrap();
    (draw.plan.rsplit('/').next().unwrap().parse().unwrap(), draw.probability)
}

fn is_red(screening: &wire::Screening) -> bool {
    screening.lane() == wire::Lane::Red
}

async fn tried(customs: &mut Partner, goods: wire::Consignment) -> wire::Screening {
    let trial = wire::ScreenConsignmentRequest {
        consignment: Some(goods),
        request_id: request_id(),
        validate_only: true,
        ..Default::default()
    };
    customs.screenings.screen_consignment(trial).await.unwrap().into_inner()
}

/// What is set for a day holds for the next who asks: also for amendments and trials, which take nothing of it, and for later days
/// that nothing was taken of so far.
pub async fn set_anew(running: Running) {
    running.set_clock("2026-01-05T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    Set::of(0, 0.5, 1_000).on(&mut customs, "2026-01-05").await;
    screened(&mut customs, goods()).await;
    demand(&mut customs).await;
    let declared = demanded();
    assert!(lacks_capacity(&screened(&mut customs, declared.clone()).await));
    Set::of(8, 0.5, 1_000).on(&mut customs, "2026-01-05").await;
    assert!(is_red(&tried(&mut customs, demanded()).await));
    Set::of(4, 0.5, 1_000).on(&mut customs, "2026-01-05").await;
    let amended = screened(&mut customs, declared).await;
    assert_eq!(amended.draw.as_ref().unwrap().selection(), wire::Selection::Mandatory, "{amended:?}");
    assert_eq!(plan_of(&running, date(2026, 1, 5)).await.used.mandatory, 1);

    Set::of(1, 1.0, 1).on(&mut customs, "2026-01-06").await;
    Set::of(0, 1.0, 50).on(&mut customs, "2026-01-07").await;
    Set::of(40, 1.0, 400).on(&mut customs, "2026-01-08").await;
    let of_the_sixth = || arriving("2026-01-06T10:00:00Z");
    assert!(is_red(&screened(&mut customs, of_the_sixth()).await));
    assert_eq!(drawn(&screened(&mut customs, of_the_sixth()).await), (date(2026, 1, 8), 0.1));
    Set::of(20, 1.0, 50).on(&mut customs, "2026-01-07").await;
    assert_eq!(drawn(&screened(&mut customs, of_the_sixth()).await), (date(2026, 1, 7), 0.4));
}

/// Many cheap declarations at the end of a full day are drawn under the days behind it, and leave each of them half of its lot: those
/// who come on it have a chance, every one.
pub async fn bought_out(running: Running) {
    running.set_clock("2026-01-05T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    Set::of(1, 1.0, 1).on(&mut customs, "2026-01-05").await;
    Set::of(16, 0.5, 100).on(&mut customs, "2026-01-06").await;
    let mut late = streamed(&mut customs, (0..400).map(|_| goods()).collect()).await;
    assert!(is_red(&late.remove(0)));
    assert!(late.iter().all(|one| drawn(one).1 > 0.0));
    let (sixth, seventh) = (date(2026, 1, 6), date(2026, 1, 7));
    let plan = plan_of(&running, sixth).await;
    assert_eq!((plan.used.random, plan.random_left()), (4, 4), "{:?}", plan.used);
    assert_eq!(plan.targeted_left(), 8, "what is set apart by nothing has its part in the lot alone");
    assert!(late.iter().any(|one| drawn(one).0 == seventh), "the rest is for those of the sixth");

    // Those who come on the day, fewer than were expected: as long as its lot has something left, and when it is gone.
    running.set_clock("2026-01-06T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    let own = |count| (0..count).map(|_| arriving("2026-01-06T10:00:00Z")).collect();
    let before = streamed(&mut customs, own(40)).await;
    assert!(before.iter().all(|one| drawn(one).1 > 0.0));
    let given = plan_of(&running, sixth).await.used;
    let all = given.random + given.targeted;
    let floor = f64::from(given.random) / f64::from(all);
    Set::of(all.try_into().unwrap(), floor, 100).on(&mut customs, "2026-01-06").await;
    let plan = plan_of(&running, sixth).await;
    assert_eq!((plan.random_left(), plan.targeted_left(), plan.used.came()), (0, 0, 40));
    let after = streamed(&mut customs, own(55)).await;
    for one in &after {
        assert!(drawn(one).0 > sixth && drawn(one).1 > 0.0, "{:?}", one.draw);
    }
    let plan = plan_of(&running, sixth).await;
    assert_eq!((plan.used.came(), plan.used.carried_on), (95, 55));
    assert!(plan.holds_its_use());
    for one in late.iter().chain(&before).chain(&after).step_by(61) {
        replayed(&mut customs, &one.name).await;
    }
}

/// Goods that are demanded and come late leave a later day half of its places for alerts and criteria, too.
pub async fn demanded_late(running: Running) {
    running.set_clock("2026-01-05T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    Set::of(1, 1.0, 1).on(&mut customs, "2026-01-05").await;
    Set::of(16, 0.5, 100).on(&mut customs, "2026-01-06").await;
    assert!(is_red(&screened(&mut customs, goods()).await));
    demand(&mut customs).await;
    let late = streamed(&mut customs, (0..30).map(|_| demanded()).collect()).await;
    let sixth = date(2026, 1, 6);
    let plan = plan_of(&running, sixth).await;
    assert_eq!((plan.used.mandatory, plan.targeted_left()), (4, 4), "{:?}", plan.used);
    let on_the_sixth = |one: &&wire::Screening| drawn(one).0 == sixth;
    assert!(late.iter().filter(on_the_sixth).all(|one| is_red(one) || lacks_capacity(one)));
    running.set_clock("2026-01-06T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    let of_the_sixth = || wire::Consignment { arrival_time: at("2026-01-06T10:00:00Z"), ..demanded() };
    let own = streamed(&mut customs, (0..4).map(|_| of_the_sixth()).collect()).await;
    let by_demand = |one: &wire::Screening| {
        one.draw.as_ref().is_some_and(|draw| draw.selection() == wire::Selection::Mandatory)
    };
    assert!(own.iter().all(by_demand), "what is demanded of those of the day is examined: {own:?}");
    for one in late.iter().chain(&own).step_by(5) {
        replayed(&mut customs, &one.name).await;
    }
}

/// What another replica wrote of a day that nobody has set tells how far it is used, and not how many are expected: that replica may
/// have known less.
pub async fn told_by_others(running: Running) {
    running.set_clock("2026-01-05T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    let declared = goods();
    screened(&mut customs, declared.clone()).await;
    let fifth = date(2026, 1, 5);
    let plan = plan_of(&running, fifth).await;
    assert_eq!((plan.setting, plan.expected_arrivals), (0, 2_000));
    let told = Plan { expected_arrivals: 2, revision: plan.revision + 1, ..plan };
    planned(&store(&running), told).await;
    let amended = screened(&mut customs, declared).await;
    assert!(stored(&running, &amended.name).await.draw.expected_to_come > 1_990.0);
    let next = screened(&mut customs, goods()).await;
    assert!(stored(&running, &next.name).await.draw.expected_to_come > 1_990.0);
}

/// A day that is over gives no places any more: what comes to be demanded then has one of today, or none.
pub async fn over(running: Running) {
    running.set_clock("2026-01-05T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    Set::of(20, 0.1, 100_000).on(&mut customs, "2026-01-05").await;
    let declared = goods();
    assert!(!is_red(&screened(&mut customs, declared.clone()).await));
    demand(&mut customs).await;
    running.set_clock("2026-01-06T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    Set::of(1, 1.0, 1_000_000).on(&mut customs, "2026-01-06").await;
    let amended = wire::Consignment { seller: party("Balloon World"), ..declared };
    let held = screened(&mut customs, amended.clone()).await;
    assert!(lacks_capacity(&held) && held.lane() == wire::Lane::Yellow, "{held:?}");
    assert_eq!(drawn(&held).0, date(2026, 1, 5));
    Set::of(2, 0.5, 1_000_000).on(&mut customs, "2026-01-06").await;
    let placed = screened(&mut customs, amended).await;
    assert_eq!((drawn(&placed).0, is_red(&placed)), (date(2026, 1, 6), true));
    let used =
        [plan_of(&running, date(2026, 1, 5)).await.used, plan_of(&running, date(2026, 1, 6)).await.used];
    assert_eq!(used.map(|used| (used.arrivals, used.mandatory + used.targeted)), [(1, 0), (0, 1)]);
    for one in [&held, &placed] {
        replayed(&mut customs, &one.name).await;
    }
}

/// What has a place by its transport documents keeps it, whatever it is called under them; a demand and an officer's word hold too. And
/// nobody is rid of the place of a declaration by parcels that name its number as their document.
pub async fn reworded(running: Running) {
    running.set_clock("2026-01-05T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    Set::of(1, 1.0, 1).on(&mut customs, "2026-01-05").await;
    let first = parcel("HAWB0000001");
    assert!(is_red(&screened(&mut customs, first.clone()).await));
    Set::of(1, 1.0, 1_000_000).on(&mut customs, "2026-01-05").await;
    let others = wire::Consignment { exporter: party("Yiwu Example Trading"), ..first.clone() };
    let chargers = wire::Consignment { commodity_code: "850440".to_owned(), ..first };
    for reworded in [others, chargers] {
        let reworded = screened(&mut customs, reworded).await;
        assert_eq!((is_red(&reworded), reworded.supersedes.as_str()), (true, ""), "{reworded:?}");
        replayed(&mut customs, &reworded.name).await;
    }
    let used = plan_of(&running, date(2026, 1, 5)).await.used;
    assert_eq!((used.arrivals, used.random), (1, 1), "they share it");

    let spared = parcel("HAWB0000002");
    let spared_first = screened(&mut customs, spared.clone()).await;
    assert!(!is_red(&spared_first));
    let word = wire::OverrideLaneRequest {
        name: spared_first.name,
        lane: wire::Lane::Red.into(),
        reason: "the seals are new".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    customs.screenings.override_lane(word).await.unwrap();
    let other = wire::Consignment { exporter: party("Yiwu Example Trading"), ..spared };
    let other = screened(&mut customs, other).await;
    assert_eq!((is_red(&other), other.overrides.len(), other.first.as_str()), (true, 1, ""));

    demand(&mut customs).await;
    let wanted = wire::Consignment { seller: party("Balloon World"), ..parcel("HAWB0000003") };
    assert!(lacks_capacity(&screened(&mut customs, wanted.clone()).await));
    let other = wire::Consignment { seller: None, exporter: party("Yiwu Example Trading"), ..wanted };
    assert!(lacks_capacity(&screened(&mut customs, other).await));

    let day = "2026-01-06T10:00:00Z";
    Set::of(1, 1.0, 1).on(&mut customs, "2026-01-06").await;
    let placed = arriving(day);
    let first = screened(&mut customs, placed.clone()).await;
    assert!(is_red(&first));
    Set::of(1, 1.0, 1_000_000).on(&mut customs, "2026-01-06").await;
    let (year, rest) = placed.movement_reference_number.split_at(4);
    for spelled in [placed.movement_reference_number.clone(), format!("{year}-{rest}")] {
        let names_it = wire::Consignment { arrival_time: at(day), ..parcel(&spelled) };
        let beside = screened(&mut customs, names_it).await;
        assert_eq!((beside.first.as_str(), stored(&running, &beside.name).await.declaration()), ("", None));
    }
    let amended = screened(&mut customs, placed).await;
    assert_eq!((is_red(&amended), &amended.supersedes), (true, &first.name));
}

/// How much there is is not stretched: not under the same number of pieces, and not by a tenth each time.
pub async fn grown(running: Running) {
    running.set_clock("2026-01-05T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    Set::of(0, 1.0, 1_000).on(&mut customs, "2026-01-05").await;
    let first = wire::Consignment { quantity: Some(1.0), gross_mass_kg: Some(5.0), ..parcel("HAWB0000001") };
    screened(&mut customs, first.clone()).await;
    let heavy = wire::Consignment { gross_mass_kg: Some(20_000.0), ..first };
    let heavy = screened(&mut customs, heavy).await;
    assert_eq!((heavy.supersedes.as_str(), heavy.first.as_str()), ("", ""), "one piece, of twenty tonnes");

    let of =
        |mass: f64| wire::Consignment { quantity: None, gross_mass_kg: Some(mass), ..parcel("HAWB0000002") };
    let mut links = Vec::new();
    for mass in [100.0, 109.0, 104.0, 110.0, 118.0, 129.0, 131.0] {
        let one = screened(&mut customs, of(mass)).await;
        links.push(!one.supersedes.is_empty());
        replayed(&mut customs, &one.name).await;
    }
    // The mass of goods of their own is theirs.
    assert_eq!(links, [false, true, true, true, false, true, false]);

    // Nor by stating first the one, then the other, and then neither as it was.
    let of = |quantity: Option<f64>, mass: Option<f64>| wire::Consignment {
        quantity,
        gross_mass_kg: mass,
        ..parcel("HAWB0000003")
    };
    let mut links = Vec::new();
    for (quantity, mass) in [
        (Some(100.0), None),
        (Some(100.0), Some(5_000.0)),
        (None, Some(5_000.0)),
        (Some(90.0), Some(5_000.0)),
        (Some(100.0), Some(5_000.0)),
        (Some(1_000_000.0), Some(5_000.0)),
    ] {
        let one = screened(&mut customs, of(quantity, mass)).await;
        links.push(!one.supersedes.is_empty());
        replayed(&mut customs, &one.name).await;
    }
    assert_eq!(links, [false, true, true, true, true, false]);
}

/// Goods that share a place have a control each. That of the goods that were chosen counts for the plan; what is found in the others
/// goes back to whoever inspected them, and is in no rate, since nobody drew them.
pub async fn shared(running: Running) {
    running.set_clock("2026-01-05T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    Set::of(1, 1.0, 1).on(&mut customs, "2026-01-05").await;
    let whole = wire::Consignment { transport_documents: vec!["MAEU123456789".to_owned()], ..goods() };
    let holder = screened(&mut customs, whole.clone()).await;
    let import = || wire::Consignment {
        movement_reference_number: declaration(),
        previous_document: previous(&whole),
        ..whole.clone()
    };
    let heir = screened(&mut customs, import()).await;
    let part = import();
    let beside = screened(&mut customs, part.clone()).await;
    assert_eq!((is_red(&beside), beside.supersedes.as_str(), &beside.first), (true, "", &holder.name));
    let corrected = wire::Consignment { description: "ducks".to_owned(), ..part };
    let corrected = screened(&mut customs, corrected).await;
    assert_eq!((&corrected.supersedes, &corrected.first), (&beside.name, &holder.name));

    let mut examined = Vec::new();
    for (name, outcome) in
        [(&heir.name, wire::ControlOutcome::Safe), (&corrected.name, wire::ControlOutcome::Unsafe)]
    {
        let control = wire::Control { examine_time: at("2026-01-05T07:00:00Z"), ..control_of(name, outcome) };
        examined.push(customs.controls.record_control(record(control)).await.unwrap().into_inner());
    }
    let selected = [&examined[0], &examined[1]].map(|one| (one.selection(), one.selection_probability));
    assert_eq!(selected, [(wire::Selection::Random, 1.0), (wire::Selection::Officer, 0.0)]);
    for (goods, control) in [(&holder, 0), (&heir, 0), (&beside, 1), (&corrected, 1)] {
        let request = wire::GetScreeningRequest { name: goods.name.clone() };
        let shown = customs.screenings.get_screening(request).await.unwrap().into_inner();
        assert_eq!(shown.control, examined[control].name);
        replayed(&mut customs, &goods.name).await;
    }
    let again = wire::Control {
        examine_time: at("2026-01-05T07:00:00Z"),
        ..control_of(&beside.name, wire::ControlOutcome::Safe)
    };
    let again = customs.controls.record_control(record(again)).await.unwrap_err();
    assert_eq!(again.code(), tonic::Code::AlreadyExists, "goods have one control: {again:?}");
    let used = plan_of(&running, date(2026, 1, 5)).await.used;
    assert_eq!((used.arrivals, used.random), (1, 1), "one place, and one arrival");
    let listed = wire::ListSelectionsRequest {
        parent: "entryPoints/NLRTM/plans/2026-01-05".to_owned(),
        ..Default::default()
    };
    let listed = customs.targeting.list_selections(listed).await.unwrap().into_inner().selections;
    let mut listed: Vec<_> = listed.into_iter().map(|one| (one.screening, one.control)).collect();
    listed.sort();
    let mut wanted = vec![(heir.name, examined[0].name.clone()), (corrected.name, examined[1].name.clone())];
    wanted.sort();
    assert_eq!(listed, wanted);
}

/// Hundreds of goods that name one earlier declaration under one certificate, in one stream: all are decided, and soon.
pub async fn many_name_one(running: Running) {
    running.set_clock("2026-01-05T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    Set::of(0, 1.0, 10_000).on(&mut customs, "2026-01-05").await;
    let mut inspected = ducks("SH-1");
    inspected.unique_consignment_reference.clear();
    let request = wire::CreateInspectionRequest {
        inspection: Some(inspected),
        request_id: request_id(),
        validate_only: false,
    };
    running.partner("cn-gacc").inspections.create_inspection(request).await.unwrap();
    let summary = goods();
    let one = wire::Consignment {
        containers: vec!["CSQU3054383".to_owned()],
        quantity: Some(40.0),
        certificates: vec![wire::CertificateReference {
            inspection_body: "cn-ciq-shanghai".to_owned(),
            certificate_id: "SH-1".to_owned(),
            version: 0,
        }],
        previous_document: previous(&summary),
        ..parcel("MAEU123456789")
    };
    let mut all = vec![wire::Consignment { previous_document: None, ..one.clone() }];
    all[0].movement_reference_number = summary.movement_reference_number;
    all.extend((0..350).map(|_| one.clone()));
    // And as many under declarations of their own, which all look for the one that they name.
    let others =
        (0..350).map(|_| wire::Consignment { movement_reference_number: declaration(), ..one.clone() });
    all.extend(others);
    let started = std::time::Instant::now();
    let decided = streamed(&mut customs, all).await;
    assert_eq!(decided.len(), 701);
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
    // The same goods under the same document are one, however often they are declared; the others are goods of their own, of which the
    // certificate covers 299.
    let is_overdrawn = |one: &wire::Screening| {
        one.reasons.iter().any(|reason| reason.kind() == ReasonKind::CertificateOverdrawn)
    };
    let overdrawn = decided.iter().filter(|one| is_overdrawn(one)).count();
    let arrivals = plan_of(&running, date(2026, 1, 5)).await.used.arrivals;
    assert_eq!((overdrawn, arrivals), (51, 351));
    assert!(!decided[..351].iter().any(is_overdrawn));
}
