//! One declaration, many versions: what an importer may try to be rid of the lot, and what it comes to; what an amendment
//! keeps, at one replica and at several; and an officer's word.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::join_all;
use jiff::civil::Date;
use seamless_consignments::domain::model::{DeclarationKey, Plan, Screening, Selection};
use seamless_proto::seamless::{consignments::v1 as wire, feed::v1::EventStatus};
use seamless_targeting::{Candidate, Part, Remaining, Threshold};
use tonic::Code;

use crate::{
    days::{Set, plan_of, replayed, stored},
    history::{lot, rotterdam, store},
    running::{Partner, Running},
    words::{at, control_of, declaration, goods, record, request_id, wrong_fields},
};

const DAY: Date = Date::constant(2026, 1, 5);

fn screen(consignment: wire::Consignment) -> wire::ScreenConsignmentRequest {
    wire::ScreenConsignmentRequest {
        consignment: Some(consignment),
        request_id: request_id(),
        ..Default::default()
    }
}

async fn screened(partner: &mut Partner, consignment: wire::Consignment) -> wire::Screening {
    partner.screenings.screen_consignment(screen(consignment)).await.unwrap().into_inner()
}

async fn shown(partner: &mut Partner, name: &str) -> wire::Screening {
    let request = wire::GetScreeningRequest { name: name.to_owned() };
    partner.screenings.get_screening(request).await.unwrap().into_inner()
}

/// Whether the lot draws a declaration whose turn it is at the moment of this screening, reckoned from nothing but its number
/// and the seed of the day.
fn drawn(plan: &Plan, first: &Screening) -> bool {
    let goods = &first.consignment;
    let authority = "nl-customs".parse().unwrap();
    let key = DeclarationKey::new(&authority, &goods.movement_reference_number, goods.goods_item_number);
    let draw = &first.draw;
    let candidate = Candidate {
        id: *key.lot().as_bytes(),
        probability: first.probability.mean,
        harm: first.facts.harm_weight,
    };
    let remaining = Remaining { targeted: draw.targeted_left, random: draw.random_left };
    let threshold = Threshold { expected_harm: draw.threshold, share_at: draw.share_at };
    let decided =
        seamless_targeting::decide(&plan.seed, remaining, threshold, draw.expected_to_come, &candidate);
    decided.unwrap().part == Part::Random
}

pub async fn draws(running: Running) {
    running.set_clock("2026-01-04T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    Set::of(30, 0.9, 60).on(&mut customs, DAY).await;
    let (mut red, mut spared) = (0, 0);
    for _ in 0..40 {
        let declared = goods();
        // Trials and drills say the same whatever the lot has in store, before and after.
        let mut trials = Vec::new();
        for (validate_only, status) in
            [(true, EventStatus::Actual), (true, EventStatus::Actual), (false, EventStatus::Exercise)]
        {
            let trial = wire::ScreenConsignmentRequest {
                validate_only,
                status: status.into(),
                ..screen(declared.clone())
            };
            trials.push(customs.screenings.screen_consignment(trial).await.unwrap().into_inner());
        }
        let first = screened(&mut customs, declared.clone()).await;
        let after = wire::ScreenConsignmentRequest { validate_only: true, ..screen(declared.clone()) };
        trials.push(customs.screenings.screen_consignment(after).await.unwrap().into_inner());
        let chosen = first.draw.as_ref().unwrap().selection();
        for trial in &trials {
            assert_eq!(trial.draw, None, "nobody reckons the draw from it");
            let is_certain = chosen == wire::Selection::Targeted;
            assert_eq!(trial.takes_part_in_lot, trial.lane() != wire::Lane::Red);
            assert!(trial.lane() != wire::Lane::Red || is_certain, "the lane without the lot");
        }
        // As many request ids as one likes.
        let mut versions = vec![first.clone()];
        for pieces in 1..5 {
            let again = wire::Consignment { quantity: Some(f64::from(pieces)), ..declared.clone() };
            versions.push(screened(&mut customs, again).await);
        }
        for pair in versions.windows(2) {
            assert_eq!(pair[1].supersedes, pair[0].name);
            assert_eq!(pair[1].first, first.name);
            assert_eq!(pair[1].lane() == wire::Lane::Red, first.lane() == wire::Lane::Red, "the draw stays");
            let of = |one: &wire::Screening| {
                let draw = one.draw.clone().unwrap();
                (draw.plan, draw.selection, draw.probability.to_bits())
            };
            assert_eq!(of(&pair[1]), of(&pair[0]));
            replayed(&mut customs, &pair[1].name).await;
        }
        let (plan, first) = (plan_of(&running, DAY).await, stored(&running, &first.name).await);
        if first.draw.selection != Selection::Targeted {
            assert_eq!(drawn(&plan, &first), first.draw.selection == Selection::Random);
        }
        let is_red = first.draw.selection == Selection::Random;
        (red, spared) = (red + u32::from(is_red), spared + u32::from(!is_red));
    }
    assert!(red > 5 && spared > 5, "{red} drawn, {spared} not");
    let plan = plan_of(&running, DAY).await;
    assert_eq!((plan.used.arrivals, plan.used.random), (40, red), "each declaration came once");
}

pub async fn amended(running: Running) {
    running.set_clock("2026-01-05T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    // The first who comes is drawn by the lot, and nobody after him.
    Set::of(1, 1.0, 1).on(&mut customs, DAY).await;
    let travelling = |number: &str| vec![number.to_owned()];
    let entry = wire::Consignment { transport_documents: travelling("MAEU123456789"), ..goods() };
    let summary = screened(&mut customs, entry.clone()).await;
    assert_eq!(summary.draw.as_ref().unwrap().selection(), wire::Selection::Random);
    assert_eq!((summary.lane(), summary.state()), (wire::Lane::Red, wire::ScreeningState::Current));
    let found = customs
        .controls
        .record_control(record(wire::Control {
            examine_time: at("2026-01-05T07:00:00Z"),
            ..control_of(&summary.name, wire::ControlOutcome::Safe)
        }))
        .await
        .unwrap()
        .into_inner();

    // The import declaration comes the day after, in other words: they are the same goods, and red. So they are when it is amended,
    // whatever they are called then.
    running.set_clock("2026-01-06T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    let import = wire::Consignment {
        arrival_time: at("2026-01-06T10:00:00Z"),
        movement_reference_number: declaration(),
        description: "ducks".to_owned(),
        quantity: Some(11_000.0),
        previous_document: Some(wire::PreviousDocument {
            reference: entry.movement_reference_number.clone(),
            goods_item_number: 1,
        }),
        ..entry.clone()
    };
    let declared = screened(&mut customs, import.clone()).await;
    assert_eq!((declared.lane(), &declared.supersedes), (wire::Lane::Red, &summary.name));
    let draw = declared.draw.clone().unwrap();
    assert_eq!(
        (draw.plan.as_str(), draw.selection()),
        ("entryPoints/NLRTM/plans/2026-01-05", wire::Selection::Random)
    );
    let again = wire::Consignment {
        description: "chargers for toys".to_owned(),
        commodity_code: "850440".to_owned(),
        ..import.clone()
    };
    let corrected = screened(&mut customs, again).await;
    assert_eq!(corrected.product_area, "chargers", "what they are is decided anew");
    assert_eq!((corrected.lane(), &corrected.supersedes), (wire::Lane::Red, &declared.name));
    for name in [&summary.name, &declared.name, &corrected.name] {
        assert_eq!(shown(&mut customs, name).await.control, found.name, "found from each");
        replayed(&mut customs, name).await;
    }
    let second = record(control_of(&corrected.name, wire::ControlOutcome::Unsafe));
    let mut second = second;
    second.control.as_mut().unwrap().examine_time = at("2026-01-06T07:00:00Z");
    let twice = customs.controls.record_control(second).await.unwrap_err();
    assert_eq!(twice.code(), Code::AlreadyExists, "goods have one control: {twice:?}");
    let told = shown(&mut customs, &declared.name).await;
    assert_eq!((told.state(), &told.superseded_by), (wire::ScreeningState::Superseded, &corrected.name));

    // Whoever splits the goods of a declaration that was drawn, or names it for others, has all of them red, for one examination.
    let part = wire::Consignment { movement_reference_number: declaration(), ..import.clone() };
    let part = screened(&mut customs, part).await;
    assert_eq!((part.lane(), part.supersedes.as_str()), (wire::Lane::Red, ""));
    assert_eq!(shown(&mut customs, &corrected.name).await.state(), wire::ScreeningState::Current);
    let used = plan_of(&running, DAY).await.used;
    assert_eq!((used.arrivals, used.random, used.targeted + used.mandatory), (1, 1, 0));

    // One that was spared spares a single successor, and no more.
    running.set_clock("2026-01-07T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    let third = Date::constant(2026, 1, 7);
    Set::of(2, 1.0, 1_000_000).on(&mut customs, third).await;
    let come = |previous: &str| wire::Consignment {
        arrival_time: at("2026-01-07T10:00:00Z"),
        movement_reference_number: declaration(),
        previous_document: (!previous.is_empty())
            .then(|| wire::PreviousDocument { reference: previous.to_owned(), goods_item_number: 1 }),
        transport_documents: travelling("ONEY20260107"),
        ..goods()
    };
    let lucky = come("");
    let before = screened(&mut customs, lucky.clone()).await;
    assert_eq!(before.draw.as_ref().unwrap().selection(), wire::Selection::None);
    let heir = screened(&mut customs, come(&lucky.movement_reference_number)).await;
    assert_eq!(heir.supersedes, before.name);
    // The summary is amended once more: it is the last word on the same goods, and is taken up by nobody else.
    screened(&mut customs, wire::Consignment { quantity: Some(3.0), ..lucky.clone() }).await;
    Set::of(2, 1.0, 2).on(&mut customs, third).await;
    let fellow = screened(&mut customs, come(&lucky.movement_reference_number)).await;
    assert_eq!((fellow.first.as_str(), fellow.lane()), ("", wire::Lane::Red), "it has a lot of its own");
    assert_eq!(plan_of(&running, third).await.used.arrivals, 2);

    // What holds of a declaration, and what held of it.
    let mut request = wire::ListScreeningsRequest {
        movement_reference_number: import.movement_reference_number.clone(),
        goods_item_number: 1,
        ..Default::default()
    };
    let list = customs.screenings.list_screenings(request.clone()).await.unwrap().into_inner();
    let names: Vec<&str> = list.screenings.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, [&corrected.name, &declared.name]);
    request.state = wire::ScreeningState::Current.into();
    let list = customs.screenings.list_screenings(request).await.unwrap().into_inner();
    assert_eq!(list.screenings.iter().map(|one| &one.name).collect::<Vec<_>>(), [&corrected.name]);
    let wrong = wire::ListScreeningsRequest { goods_item_number: 1, ..Default::default() };
    let wrong = customs.screenings.list_screenings(wrong).await.unwrap_err();
    assert_eq!(wrong_fields(&wrong), ["movement_reference_number"]);

    let listed = wire::ListSelectionsRequest {
        parent: "entryPoints/NLRTM/plans/2026-01-05".to_owned(),
        ..Default::default()
    };
    let listed = customs.targeting.list_selections(listed).await.unwrap().into_inner().selections;
    let listed: BTreeSet<(String, String)> =
        listed.into_iter().map(|one| (one.screening, one.control)).collect();
    let control = found.name.clone();
    let both = [(corrected.name, control), (part.name, String::new())];
    assert_eq!(listed, BTreeSet::from(both), "what holds, with its control");
    let counted = store(&running)
        .screening_counts(
            &rotterdam(),
            "2026-01-01T00:00:00Z".parse().unwrap(),
            "2026-02-01T00:00:00Z".parse().unwrap(),
        )
        .await
        .unwrap();
    assert_eq!(counted.iter().map(|one| one.count).sum::<u64>(), 3, "three goods arrived");
    let estimates = wire::EstimateHitRatesRequest {
        parent: "entryPoints/NLRTM".to_owned(),
        start_date: crate::words::day(2026, 1, 5),
        end_date: crate::words::day(2026, 1, 7),
        ..Default::default()
    };
    let estimates = customs.targeting.estimate_hit_rates(estimates).await.unwrap().into_inner();
    assert_eq!(estimates.lanes.iter().map(|lane| lane.arrivals).sum::<i64>(), 3);
}

/// Goods of one declaration, in one of the words that it has for them.
#[derive(Clone)]
struct Declared {
    document: String,
    summary: String,
    import: String,
}

pub async fn contested(running: Running) {
    running.set_clock("2026-01-04T08:00:00Z");
    let token = running.credentials.token("nl-customs", &seamless_consignments::api::authorization::SCOPES);
    let replica = running.replica().await;
    let other = Partner::on(running.credentials.channel(&replica, Some(token)));
    let mut customs = running.partner("nl-customs");
    Set::of(24, 0.5, 90).on(&mut customs, DAY).await;
    let declared: Vec<Declared> = (0..30)
        .map(|number| Declared {
            document: format!("MAEU{number:09}"),
            summary: declaration(),
            import: declaration(),
        })
        .collect();
    let replicas = [customs.clone(), other];
    let mut requests: Vec<wire::ScreenConsignmentRequest> = Vec::new();
    for round in 0..12_u64 {
        let mut calls = Vec::new();
        for turn in 0..16_u64 {
            let chance = |purpose: u64| lot(round * 1_000 + turn * 10 + purpose);
            let request = match requests.get((chance(0) * 400.0) as usize) {
                Some(repeated) => repeated.clone(),
                None => {
                    let of = &declared[(chance(1) * declared.len() as f64) as usize];
                    let is_import = chance(2) < 0.5;
                    let previous =
                        wire::PreviousDocument { reference: of.summary.clone(), goods_item_number: 1 };
                    screen(wire::Consignment {
                        movement_reference_number: if is_import { &of.import } else { &of.summary }.clone(),
                        previous_document: is_import.then_some(previous),
                        transport_documents: vec![of.document.clone()],
                        quantity: Some((chance(3) * 1_000.0).floor()),
                        commodity_code: if chance(4) < 0.8 { "950300" } else { "850440" }.to_owned(),
                        ..goods()
                    })
                }
            };
            requests.push(request.clone());
            let mut replica = replicas[usize::from(chance(5) < 0.5)].clone();
            calls.push(async move { replica.screenings.screen_consignment(request).await.unwrap() });
        }
        join_all(calls).await;
    }

    let page = wire::ListScreeningsRequest { page_size: 500, ..Default::default() };
    let all = customs.screenings.list_screenings(page).await.unwrap().into_inner().screenings;
    let distinct: BTreeSet<&str> = requests.iter().map(|one| one.request_id.as_str()).collect();
    assert_eq!(all.len(), distinct.len(), "each request is decided once");
    let by_name: BTreeMap<&str, &wire::Screening> = all.iter().map(|one| (one.name.as_str(), one)).collect();
    let mut goods: BTreeMap<&str, Vec<&wire::Screening>> = BTreeMap::new();
    let mut versions: BTreeSet<(String, &str)> = BTreeSet::new();
    for one in &all {
        let first = if one.first.is_empty() { &one.name } else { &one.first };
        goods.entry(first).or_default().push(one);
        if !one.supersedes.is_empty() {
            assert_eq!(by_name[one.supersedes.as_str()].superseded_by, one.name, "one behind the other");
        }
        let version = stored(&running, &one.name).await.version();
        let number = &one.consignment.as_ref().unwrap().movement_reference_number;
        assert!(versions.insert((number.clone(), if version == 1 { "first" } else { &one.name })));
    }
    let plan = plan_of(&running, DAY).await;
    assert_eq!(plan.used.arrivals, goods.len() as u64, "goods arrive once, however they are declared");
    let mut places: BTreeMap<i32, u32> = BTreeMap::new();
    for (first, of_them) in &goods {
        let holding: Vec<_> = of_them.iter().filter(|one| one.superseded_by.is_empty()).collect();
        let selection = holding[0].draw.as_ref().unwrap().selection;
        let shares = holding.iter().all(|one| one.draw.as_ref().unwrap().selection == selection);
        assert!(holding.len() == 1 || shares && selection > 1, "the last word holds");
        *places.entry(selection).or_default() += 1;
        let origin = stored(&running, first).await;
        let is_drawn = origin.draw.selection == Selection::Random;
        if origin.draw.selection != Selection::Targeted {
            assert_eq!(drawn(&plan, &origin), is_drawn, "by its number and the seed, and nothing else");
        }
        for one in of_them {
            assert!(!is_drawn || one.lane() == wire::Lane::Red, "what was drawn stays red");
            replayed(&mut customs, &one.name).await;
        }
    }
    let used = |selection: wire::Selection| places.get(&selection.into()).copied().unwrap_or_default();
    assert_eq!(plan.used.random, used(wire::Selection::Random));
    assert_eq!(plan.used.targeted, used(wire::Selection::Targeted));
    assert_eq!(plan.used.mandatory, used(wire::Selection::Mandatory));
    assert!(plan.holds_its_use() && plan.used.random > 0);
}

pub async fn overridden(running: Running) {
    running.set_clock("2026-01-05T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    Set::of(0, 0.5, 1).on(&mut customs, DAY).await;
    let declared = goods();
    let screening = screened(&mut customs, declared.clone()).await;
    let former = screening.lane();
    assert_ne!(former, wire::Lane::Red);
    let ask = |lane: wire::Lane, etag: &str| wire::OverrideLaneRequest {
        name: screening.name.clone(),
        lane: lane.into(),
        reason: "the seals are new".to_owned(),
        etag: etag.to_owned(),
        request_id: request_id(),
        validate_only: false,
    };
    let wrong = wire::OverrideLaneRequest { lane: 0, reason: String::new(), ..ask(wire::Lane::Red, "") };
    let wrong = customs.screenings.override_lane(wrong).await.unwrap_err();
    assert_eq!(wrong_fields(&wrong), ["lane", "reason"]);
    let same = customs.screenings.override_lane(ask(former, "")).await.unwrap_err();
    assert_eq!(wrong_fields(&same), ["lane"]);
    for stranger in ["cn-gacc", "nl-nvwa", "eu-just"] {
        let mut stranger = running.partner(stranger);
        let refused = stranger.screenings.override_lane(ask(wire::Lane::Red, "")).await.unwrap_err();
        assert_eq!(refused.code(), Code::PermissionDenied);
    }
    let checked = wire::OverrideLaneRequest { validate_only: true, ..ask(wire::Lane::Red, "") };
    let checked = customs.screenings.override_lane(checked).await.unwrap().into_inner();
    assert_eq!(checked.lane(), wire::Lane::Red);
    assert_eq!(shown(&mut customs, &screening.name).await.lane(), former, "only checked");

    let request = ask(wire::Lane::Red, &screening.etag);
    let made = customs.screenings.override_lane(request.clone()).await.unwrap().into_inner();
    assert_eq!(made, customs.screenings.override_lane(request).await.unwrap().into_inner());
    let word = &made.overrides[0];
    assert_eq!((word.lane(), word.former_lane(), made.lane()), (wire::Lane::Red, former, wire::Lane::Red));
    assert!(word.reason == "the seals are new" && word.principal.contains("nl-customs"), "{word:?}");
    let stale = customs.screenings.override_lane(ask(wire::Lane::Green, &screening.etag)).await.unwrap_err();
    assert_eq!(stale.code(), Code::Aborted);
    replayed(&mut customs, &screening.name).await;
    let told: Vec<wire::LaneOverridden> = customs.told().await;
    let told: Vec<_> = told.into_iter().filter_map(|told| told.screening).collect();
    assert_eq!(told, std::slice::from_ref(&made));
    assert_eq!(running.partner("cn-gacc").told::<wire::LaneOverridden>().await, []);

    // Other words in the declaration do not free the goods of it; and what is examined is an officer's choice.
    let amended = wire::Consignment { description: "ducks".to_owned(), ..declared.clone() };
    let amended = screened(&mut customs, amended).await;
    assert_eq!((amended.lane(), amended.overrides.len()), (wire::Lane::Red, 1));
    replayed(&mut customs, &amended.name).await;
    let late = customs.screenings.override_lane(ask(wire::Lane::Green, "")).await.unwrap_err();
    assert_eq!(late.code(), Code::FailedPrecondition, "it was superseded");
    let examined = wire::Control {
        examine_time: at("2026-01-05T07:00:00Z"),
        ..control_of(&amended.name, wire::ControlOutcome::Unsafe)
    };
    let examined = customs.controls.record_control(record(examined)).await.unwrap().into_inner();
    assert_eq!((examined.selection(), examined.selection_probability), (wire::Selection::Officer, 0.0));

    // What an officer released is what he saw.
    let release = wire::OverrideLaneRequest { name: amended.name.clone(), ..ask(wire::Lane::Green, "") };
    let released = customs.screenings.override_lane(release).await.unwrap().into_inner();
    assert_eq!((released.lane(), released.overrides.len()), (wire::Lane::Green, 2));
    let mut swapped = declared;
    swapped.certificates = vec![wire::CertificateReference {
        inspection_body: "cn-ciq-shanghai".to_owned(),
        certificate_id: "nobody's".to_owned(),
        version: 0,
    }];
    let swapped = screened(&mut customs, swapped).await;
    assert_eq!((swapped.lane(), swapped.overrides.len()), (wire::Lane::Yellow, 0), "decided anew");
}

pub async fn late(running: Running) {
    running.set_clock("2026-01-05T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    screened(&mut customs, goods()).await;
    // The day is over, and everybody may know its seed.
    running.set_clock("2026-01-07T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    let request = wire::GetPlanRequest { name: format!("entryPoints/NLRTM/plans/{DAY}") };
    let plan = customs.targeting.get_plan(request).await.unwrap().into_inner();
    assert_ne!(plan.seed, "");
    let today = Date::constant(2026, 1, 7);
    Set::of(1, 1.0, 1).on(&mut customs, today).await;
    let late = screened(&mut customs, goods()).await;
    assert_eq!(late.draw.unwrap().plan, format!("entryPoints/NLRTM/plans/{today}"));
    assert_eq!(late.lane, wire::Lane::Red as i32, "it has its part in the lot of the day that it comes");
    assert_eq!(plan_of(&running, DAY).await.used.arrivals, 1, "the past stays as it was");

    // Behind all who were expected everybody is examined for certain, until nothing is left; then the next day has its lot.
    Set::of(5, 0.4, 1).on(&mut customs, today).await;
    Set::of(1, 1.0, 1_000).on(&mut customs, today.tomorrow().unwrap()).await;
    let mut lots = Vec::new();
    for _ in 0..5 {
        let draw = screened(&mut customs, goods()).await.draw.unwrap();
        lots.push((draw.plan.trim_start_matches("entryPoints/NLRTM/plans/").to_owned(), draw.probability));
    }
    let (own, next) = (("2026-01-07".to_owned(), 1.0), ("2026-01-08".to_owned(), 0.001));
    assert_eq!(lots, [[own.clone(), own.clone(), own.clone(), own].as_slice(), &[next]].concat());
}
