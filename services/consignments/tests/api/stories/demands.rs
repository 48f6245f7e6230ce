//! What is demanded of goods, what an officer said of them, and days of which nothing is left: nobody is rid of it by a decoy, by
//! declaring again, by coming first or by coming late.

use futures::future::join_all;
use jiff::civil::{Date, date};
use seamless_consignments::domain::{
    model::{Plan, PlanUse, Screening},
    ports::ScreeningReader,
};
use seamless_proto::seamless::consignments::v1::{self as wire, ReasonKind};

use super::{
    attempts::{previous, screened, streamed},
    criteria::{activate, tried},
};
use crate::{
    days::{Set, arrivals, plan_of, replayed},
    history::{planned, rotterdam, store},
    running::{Partner, Running},
    words::{at, declaration, goods, party, request_id},
};

/// Toys of this bill of lading.
pub(super) fn travelling(document: &str) -> wire::Consignment {
    wire::Consignment { transport_documents: vec![document.to_owned()], ..goods() }
}

/// A declaration of the goods of another one.
fn of(before: &wire::Consignment) -> wire::Consignment {
    wire::Consignment {
        movement_reference_number: declaration(),
        previous_document: previous(before),
        seller: None,
        ..before.clone()
    }
}

pub(super) fn lacks_capacity(screening: &wire::Screening) -> bool {
    screening.reasons.iter().any(|reason| reason.kind() == ReasonKind::CapacityExhausted)
}

/// Customs demands that goods of one seller are examined.
pub(super) async fn demand(customs: &mut Partner) {
    let criterion = wire::Criterion {
        title: "balloons of one seller".to_owned(),
        conditions: vec![wire::Condition {
            field: "seller.name".to_owned(),
            operator: wire::Operator::In.into(),
            values: vec!["Balloon World".to_owned()],
        }],
        lane: wire::Lane::Red.into(),
        apply_probability: 1.0,
        end_time: at("2026-12-01T00:00:00Z"),
        ..Default::default()
    };
    let draft = tried(customs, criterion).await;
    activate(customs, &draft).await.unwrap();
}

/// The first declaration that names an earlier one takes its place; an officer's word and a demand hold for all that name it.
pub async fn decoys(running: Running) {
    running.set_clock("2026-01-05T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    Set::of(0, 0.5, 1_000).on(&mut customs, "2026-01-05").await;
    let feared = travelling("MAEU123456789");
    let announced = screened(&mut customs, feared.clone()).await;
    let word = wire::OverrideLaneRequest {
        name: announced.name.clone(),
        lane: wire::Lane::Red.into(),
        reason: "the seals are new".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    customs.screenings.override_lane(word).await.unwrap();
    let decoy = screened(&mut customs, of(&feared)).await;
    assert_eq!((decoy.lane(), &decoy.supersedes), (wire::Lane::Red, &announced.name));
    let more = wire::Consignment { quantity: Some(20_000.0), ..of(&feared) };
    for real in [of(&feared), more] {
        let real = screened(&mut customs, real).await;
        assert_eq!((real.lane(), real.overrides.len()), (wire::Lane::Red, 1), "{real:?}");
        assert_eq!((real.supersedes.as_str(), real.first.as_str()), ("", ""), "goods of their own");
        replayed(&mut customs, &real.name).await;
    }
    assert_eq!(arrivals(&running, date(2026, 1, 5)).await, 3);

    demand(&mut customs).await;
    let demanded = wire::Consignment { seller: party("Balloon World"), ..travelling("ONEY987654321") };
    let announced = screened(&mut customs, demanded.clone()).await;
    assert!(lacks_capacity(&announced) && announced.lane() == wire::Lane::Yellow, "{announced:?}");
    for (number, supersedes) in [(0, announced.name.as_str()), (1, ""), (2, "")] {
        let one = screened(&mut customs, of(&demanded)).await;
        assert_eq!((one.lane(), one.supersedes.as_str()), (wire::Lane::Yellow, supersedes));
        assert!(lacks_capacity(&one), "number {number}: {:?}", one.reasons);
        replayed(&mut customs, &one.name).await;
    }
    assert_eq!(arrivals(&running, date(2026, 1, 5)).await, 6);
}

/// Whoever names an earlier declaration in a later version only, or before it was screened, is not rid of what holds of its goods.
pub async fn named_late(running: Running) {
    running.set_clock("2026-01-05T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    Set::of(1, 1.0, 1).on(&mut customs, "2026-01-05").await;
    let summary = travelling("MAEU123456789");
    let drawn = screened(&mut customs, summary.clone()).await;
    assert_eq!(drawn.draw.as_ref().unwrap().selection(), wire::Selection::Random);
    Set::of(1, 1.0, 1_000_000).on(&mut customs, "2026-01-05").await;
    let named = of(&summary);
    let silent = wire::Consignment { previous_document: None, ..named.clone() };
    let first = screened(&mut customs, silent).await;
    assert_eq!((first.lane(), first.supersedes.as_str()), (wire::Lane::Green, ""));
    let held = screened(&mut customs, named.clone()).await;
    assert_eq!((held.lane(), &held.supersedes), (wire::Lane::Yellow, &first.name));
    assert!(lacks_capacity(&held), "{held:?}");
    Set::of(4, 0.5, 1_000_000).on(&mut customs, "2026-01-05").await;
    let placed = screened(&mut customs, named).await;
    assert_eq!(placed.draw.as_ref().unwrap().selection(), wire::Selection::Mandatory, "{placed:?}");

    let announced_late = travelling("ONEY987654321");
    let import = of(&announced_late);
    let first = screened(&mut customs, import.clone()).await;
    let announced = screened(&mut customs, announced_late).await;
    let word = wire::OverrideLaneRequest {
        name: announced.name,
        lane: wire::Lane::Yellow.into(),
        reason: "the seals are new".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    customs.screenings.override_lane(word).await.unwrap();
    let worded = screened(&mut customs, import).await;
    assert_eq!((worded.lane(), worded.overrides.len()), (wire::Lane::Yellow, 1), "{worded:?}");
    assert_eq!(worded.supersedes, first.name);

    // More goods under the same documents, too.
    let parcel = wire::Consignment { movement_reference_number: String::new(), ..summary.clone() };
    let few = wire::Consignment { quantity: Some(10.0), gross_mass_kg: Some(1.0), ..parcel.clone() };
    assert_ne!(screened(&mut customs, few).await.lane(), wire::Lane::Red);
    let many =
        wire::Consignment { quantity: Some(20_000.0), previous_document: previous(&summary), ..parcel };
    let many = screened(&mut customs, many).await;
    assert_eq!((many.lane(), &many.first), (wire::Lane::Red, &drawn.name), "they share its place");
    for one in [&held, &placed, &worded, &many] {
        replayed(&mut customs, &one.name).await;
    }
}

/// What should have been examined when there was no capacity is examined when it is declared again and there is some.
pub async fn made_up_for(running: Running) {
    running.set_clock("2026-01-05T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    Set::of(0, 0.5, 1_000).on(&mut customs, "2026-01-05").await;
    screened(&mut customs, goods()).await;
    demand(&mut customs).await;
    let declared: Vec<_> =
        (0..2).map(|_| wire::Consignment { seller: party("Balloon World"), ..goods() }).collect();
    let before = streamed(&mut customs, declared.clone()).await;
    assert!(before.iter().all(lacks_capacity));
    // On the day itself, under another name, once there is some.
    let third = wire::Consignment { seller: party("Balloon World"), ..goods() };
    assert!(lacks_capacity(&screened(&mut customs, third.clone()).await));
    Set::of(2, 0.5, 1_000).on(&mut customs, "2026-01-05").await;
    let third = wire::Consignment { seller: None, description: "ducks".to_owned(), ..third };
    let third = screened(&mut customs, third).await;
    assert_eq!(third.draw.as_ref().unwrap().selection(), wire::Selection::Mandatory, "{third:?}");

    running.set_clock("2026-01-06T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    Set::of(2, 0.5, 1_000).on(&mut customs, "2026-01-06").await;
    // Whatever they are called by then; as long as there is capacity.
    let again: Vec<_> = declared
        .iter()
        .map(|one| wire::Consignment { seller: None, description: "ducks".to_owned(), ..one.clone() })
        .collect();
    let trial = wire::ScreenConsignmentRequest {
        consignment: Some(again[0].clone()),
        request_id: request_id(),
        validate_only: true,
        ..Default::default()
    };
    let trial = customs.screenings.screen_consignment(trial).await.unwrap().into_inner();
    assert_eq!(trial.lane(), wire::Lane::Red);
    assert_eq!(arrivals(&running, date(2026, 1, 6)).await, 0, "a trial takes nothing");
    let made_up = streamed(&mut customs, again.clone()).await;
    let plans: Vec<(String, wire::Selection)> = made_up
        .iter()
        .map(|one| one.draw.as_ref().unwrap())
        .map(|draw| (draw.plan.clone(), draw.selection()))
        .collect();
    let plan = |day: u32| format!("entryPoints/NLRTM/plans/2026-01-0{day}");
    assert_eq!(plans, [(plan(6), wire::Selection::Mandatory), (plan(5), wire::Selection::None)]);
    assert_eq!((made_up[0].lane(), made_up[1].lane()), (wire::Lane::Red, wire::Lane::Yellow));
    assert!(lacks_capacity(&made_up[1]));
    // It keeps its place, and the arrival is that of the first day.
    let kept = screened(&mut customs, again[0].clone()).await;
    assert_eq!(kept.draw.as_ref().unwrap().plan, plan(6));
    let used =
        [plan_of(&running, date(2026, 1, 5)).await.used, plan_of(&running, date(2026, 1, 6)).await.used];
    assert_eq!(used.map(|used| (used.arrivals, used.mandatory)), [(4, 1), (0, 1)]);

    running.set_clock("2026-01-07T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    Set::of(2, 0.5, 1_000).on(&mut customs, "2026-01-07").await;
    let last = screened(&mut customs, again[1].clone()).await;
    assert_eq!((last.lane(), last.draw.as_ref().unwrap().plan.clone()), (wire::Lane::Red, plan(7)));
    for (day, chosen) in [(5, vec![&third.name]), (6, vec![&kept.name]), (7, vec![&last.name])] {
        let request = wire::ListSelectionsRequest { parent: plan(day), ..Default::default() };
        let listed = customs.targeting.list_selections(request).await.unwrap().into_inner().selections;
        assert_eq!(listed.iter().map(|one| &one.screening).collect::<Vec<_>>(), chosen);
    }
    for one in made_up.iter().chain([&kept, &last]) {
        replayed(&mut customs, &one.name).await;
    }
}

/// When all have come who were expected and nothing is left of a day, whoever comes is drawn under the next that has something left:
/// there is no hour at which goods go by for certain, and a trial does not tell. So it is at any number of replicas.
pub async fn late_comers(running: Running) {
    running.set_clock("2026-01-05T08:00:00Z");
    let token = running.credentials.token("nl-customs", &seamless_consignments::api::authorization::SCOPES);
    let replica = running.replica().await;
    let other = Partner::on(running.credentials.channel(&replica, Some(token)));
    let mut customs = running.partner("nl-customs");
    Set::of(2, 0.5, 2).on(&mut customs, "2026-01-05").await;
    Set::of(0, 1.0, 50).on(&mut customs, "2026-01-06").await;
    Set::of(6, 0.5, 40).on(&mut customs, "2026-01-07").await;
    Set::of(40, 0.5, 400).on(&mut customs, "2026-01-08").await;
    let first = streamed(&mut customs, vec![goods(), goods()]).await;
    assert!(first.iter().all(|one| one.lane() == wire::Lane::Red), "{first:?}");
    for _ in 0..2 {
        let trial = wire::ScreenConsignmentRequest {
            consignment: Some(goods()),
            request_id: request_id(),
            validate_only: true,
            ..Default::default()
        };
        let trial = customs.screenings.screen_consignment(trial).await.unwrap().into_inner();
        assert_eq!((&trial.draw, trial.takes_part_in_lot), (&None, true));
        assert_ne!(trial.lane(), wire::Lane::Red);
    }

    let declared: Vec<wire::Consignment> = (0..120).map(|_| goods()).collect();
    let calls = declared.iter().enumerate().map(|(number, goods)| {
        let mut partner = if number % 2 == 0 { customs.clone() } else { other.clone() };
        let goods = goods.clone();
        async move { screened(&mut partner, goods).await }
    });
    let late = join_all(calls).await;
    let mut on = [0_u64; 2];
    // By lot, and for what they are.
    let mut chosen = [(0_u32, 0_u32); 2];
    for one in &late {
        let draw = one.draw.as_ref().unwrap();
        assert!(draw.probability > 0.0, "each has a chance: {draw:?}");
        let day = usize::from(draw.plan.ends_with("2026-01-08"));
        assert!(day == 1 || draw.plan.ends_with("2026-01-07"), "the sixth has nothing to give");
        on[day] += 1;
        let count = |selection| u32::from(draw.selection() == selection);
        chosen[day].0 += count(wire::Selection::Random);
        chosen[day].1 += count(wire::Selection::Targeted);
    }
    let (own, none) =
        (plan_of(&running, date(2026, 1, 5)).await.used, plan_of(&running, date(2026, 1, 6)).await.used);
    assert_eq!((own.arrivals, own.carried_on, own.came()), (2, 120, 122));
    assert_eq!(none, PlanUse::default());
    for (place, date) in [date(2026, 1, 7), date(2026, 1, 8)].into_iter().enumerate() {
        let plan = plan_of(&running, date).await;
        assert_eq!((plan.used.arrivals, plan.used.carried_in, plan.used.came()), (on[place], on[place], 0));
        assert_eq!((plan.used.random, plan.used.targeted), chosen[place]);
        assert!(plan.holds_its_use());
        assert!(plan.random_left() >= plan.random_capacity() / 2, "half is left for those of the day");
    }
    for one in late.iter().step_by(17) {
        replayed(&mut customs, &one.name).await;
    }
    // An amendment stays where its goods were drawn.
    let amended = wire::Consignment { description: "ducks".to_owned(), ..declared[0].clone() };
    let amended = screened(&mut customs, amended).await;
    let plans = [&amended, &late[0]].map(|one| one.draw.as_ref().unwrap().plan.clone());
    assert_eq!(plans[0], plans[1]);
}

/// Goods that are announced for days to come: the first of a day is not all that is expected of it, whatever is known of the day
/// before.
pub async fn announced(running: Running) {
    running.set_clock("2026-01-05T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    let over = Plan {
        entry_point: rotterdam(),
        date: Date::constant(2026, 1, 4),
        capacity: 40,
        random_floor: 0.1,
        expected_arrivals: 100,
        seed: [7; 32],
        setting: 0,
        update_time: "2026-01-04T00:00:00Z".parse().unwrap(),
        used: PlanUse { arrivals: 900, ..PlanUse::default() },
        revision: 1,
    };
    planned(&store(&running), over).await;
    for day in [6, 8, 7, 9] {
        let time = at(&format!("2026-01-0{day}T10:00:00Z"));
        let announced: Vec<_> = (0..3).map(|_| wire::Consignment { arrival_time: time, ..goods() }).collect();
        let decided = streamed(&mut customs, announced).await;
        for one in &decided {
            let id = one.name.trim_start_matches("screenings/").parse().unwrap();
            let stored: Screening = store(&running).screening_get(id).await.unwrap().unwrap();
            assert!(stored.draw.expected_to_come > 890.0, "{:?}", stored.draw);
            assert_eq!(stored.draw.date.day(), day);
        }
        assert_eq!(plan_of(&running, date(2026, 1, day)).await.expected_arrivals, 900);
    }

    // When the day begins it is expected to be as the one before it was, whatever was announced; unless somebody said otherwise.
    streamed(&mut customs, (0..5).map(|_| goods()).collect()).await;
    Set::of(4, 0.5, 77).on(&mut customs, "2026-01-07").await;
    running.set_clock("2026-01-06T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    let name = "entryPoints/NLRTM/plans/2026-01-06".to_owned();
    let shown = customs.targeting.get_plan(wire::GetPlanRequest { name }).await.unwrap().into_inner();
    assert_eq!(shown.expected_arrivals, Some(5));
    let list = wire::ListPlansRequest { parent: "entryPoints/NLRTM".to_owned(), ..Default::default() };
    let listed = customs.targeting.list_plans(list).await.unwrap().into_inner().plans;
    assert!(listed.contains(&shown), "{listed:?}");
    for (day, expected, to_come) in [(6, 5, 2.0), (7, 77, 74.0), (8, 5, 2.0)] {
        let time = at(&format!("2026-01-0{day}T10:00:00Z"));
        let one = screened(&mut customs, wire::Consignment { arrival_time: time, ..goods() }).await;
        let id = one.name.trim_start_matches("screenings/").parse().unwrap();
        let stored: Screening = store(&running).screening_get(id).await.unwrap().unwrap();
        assert_eq!((stored.draw.expected_to_come, stored.draw.date.day()), (to_come, day));
        assert_eq!(plan_of(&running, date(2026, 1, day)).await.expected_arrivals, expected);
    }
}
