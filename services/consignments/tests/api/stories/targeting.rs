//! Plans, what they chose, and what their examinations say.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use jiff::{SignedDuration, civil::Date};
use seamless_calendar::{Clock, Zones};
use seamless_consignments::domain::{
    ChangeSet, DomainError,
    model::{EventStatus, Examination, Lane, Plan, PlanUse, Screening, Selection},
    ports::PlanReader,
};
use seamless_proto::seamless::{consignments::v1 as wire, r#type::v1::CivilDate};
use seamless_testkit::eventually;
use tonic::{Code, Status};

use crate::{
    history::{examined, lot, outcome, planned, rotterdam, screened, screening, store},
    running::{Partner, Running},
    words::{day, request_id, wrong_fields},
};

fn name_of(date: Date) -> String {
    format!("entryPoints/NLRTM/plans/{date}")
}

fn set(date: Date, capacity: i32, etag: &str) -> wire::SetPlanRequest {
    wire::SetPlanRequest {
        name: name_of(date),
        plan: Some(wire::Plan { capacity, ..wire::Plan::default() }),
        etag: etag.to_owned(),
        request_id: request_id(),
        validate_only: false,
    }
}

async fn get(partner: &mut Partner, date: Date) -> Result<wire::Plan, Status> {
    let request = wire::GetPlanRequest { name: name_of(date) };
    partner.targeting.get_plan(request).await.map(tonic::Response::into_inner)
}

pub async fn plans(running: Running) {
    let clock = running.credentials.clock();
    let amsterdam = Zones::bundled().get("Europe/Amsterdam").unwrap();
    let today = clock.now().to_zoned(amsterdam.clone()).date().tomorrow().unwrap();
    // Noon, so that the day does not end while the story is told.
    let noon = today.at(12, 0, 0, 0).to_zoned(amsterdam).unwrap().timestamp();
    clock.advance(noon.duration_since(clock.now()));
    let mut customs = running.partner("nl-customs");
    let (tomorrow, after) = (today.tomorrow().unwrap(), today.tomorrow().unwrap().tomorrow().unwrap());

    let places =
        customs.targeting.list_entry_points(wire::ListEntryPointsRequest {}).await.unwrap().into_inner();
    assert_eq!(places.entry_points[0].name, "entryPoints/NLRTM");
    let areas = customs.targeting.list_product_areas(wire::ListProductAreasRequest {}).await.unwrap();
    let ids: Vec<String> = areas.into_inner().product_areas.into_iter().map(|area| area.id).collect();
    assert_eq!(ids, ["chargers", "lighting-chains", "toys"]);

    let default = get(&mut customs, tomorrow).await.unwrap();
    assert_eq!(
        (default.capacity, default.random_floor, default.expected_arrivals),
        (40, Some(0.1), Some(2000))
    );
    let request = set(tomorrow, 60, &default.etag);
    let dry = wire::SetPlanRequest { validate_only: true, request_id: request_id(), ..request.clone() };
    assert_eq!(customs.targeting.set_plan(dry).await.unwrap().into_inner().capacity, 60);
    assert_eq!(get(&mut customs, tomorrow).await.unwrap().capacity, 40, "only checked");
    let made = customs.targeting.set_plan(request.clone()).await.unwrap().into_inner();
    assert_eq!((made.capacity, made.random_floor, made.expected_arrivals), (60, Some(0.1), Some(2000)));
    let again = customs.targeting.set_plan(request).await.unwrap().into_inner();
    assert_eq!(made, again, "the same request gets the same answer");
    let stale = customs.targeting.set_plan(set(tomorrow, 70, &default.etag)).await.unwrap_err();
    assert_eq!(stale.code(), Code::Aborted);
    assert_eq!(get(&mut customs, tomorrow).await.unwrap(), made);

    let late = customs.targeting.set_plan(set(today.yesterday().unwrap(), 10, "")).await.unwrap_err();
    assert_eq!(wrong_fields(&late), ["name"]);
    let mut wrong = set(tomorrow, -1, "");
    let plan = wrong.plan.as_mut().unwrap();
    (plan.random_floor, plan.expected_arrivals) = (Some(f64::NAN), Some(0));
    let wrong = customs.targeting.set_plan(wrong).await.unwrap_err();
    assert_eq!(wrong_fields(&wrong), ["plan.capacity", "plan.expected_arrivals", "plan.random_floor"]);

    for stranger in ["cn-gacc", "nl-nvwa"] {
        let mut stranger = running.partner(stranger);
        assert_eq!(get(&mut stranger, tomorrow).await.unwrap_err().code(), Code::PermissionDenied);
        let refused = stranger.targeting.set_plan(set(tomorrow, 1, "")).await.unwrap_err();
        assert_eq!(refused.code(), Code::PermissionDenied);
    }
    assert_eq!(get(&mut running.partner("eu-just"), tomorrow).await.unwrap(), made, "its contact point");

    let database = store(&running);
    customs.targeting.set_plan(set(today, 30, "")).await.unwrap();
    let present = database.plan_get(&rotterdam(), today).await.unwrap().unwrap();
    let used = PlanUse { arrivals: 1, ..PlanUse::default() };
    planned(&database, Plan { used, revision: 2, ..present }).await;
    let mut arrived = screening(today, Selection::Targeted, 1.0, 0.5, Lane::Red);
    arrived.time = clock.now();
    screened(&database, &[arrived]).await;
    assert_eq!(get(&mut customs, today).await.unwrap().threshold, 0.4, "of the last screening");

    // A day's goods arrive; drawing changes no setting.
    let stored = database.plan_get(&rotterdam(), tomorrow).await.unwrap().unwrap();
    let seed = hex::encode(stored.seed);
    let used = PlanUse {
        arrivals: 50,
        random: 3,
        targeted: 5,
        mandatory: 2,
        document_checks: 4,
        release_checks: 1,
        ..PlanUse::default()
    };
    planned(&database, Plan { used, revision: 2, ..stored }).await;
    let spent = get(&mut customs, tomorrow).await.unwrap();
    assert_eq!((spent.arrivals, spent.random_used, spent.mandatory_used), (50, 3, 2));
    assert_eq!((spent.document_checks, spent.document_checks_used), (Some(100), 4), "as configured");
    assert_eq!((spent.release_checks, spent.release_checks_used), (Some(100), 1));
    assert_eq!(spent.etag, made.etag);
    let expected = get(&mut customs, after).await.unwrap().expected_arrivals;
    assert_eq!(expected, Some(2_000), "what is known of a day that is not over tells nothing");
    let less = customs.targeting.set_plan(set(tomorrow, 9, "")).await.unwrap_err();
    assert_eq!(wrong_fields(&less), ["plan.capacity"]);
    let other = customs.targeting.set_plan(set(tomorrow, 10, "")).await.unwrap_err();
    assert_eq!(wrong_fields(&other), ["plan.random_floor"], "one of ten for the lot, and three are drawn");
    let mut enough = set(tomorrow, 10, &made.etag);
    enough.plan.as_mut().unwrap().random_floor = Some(0.3);
    let enough = customs.targeting.set_plan(enough).await.unwrap().into_inner();
    assert_eq!((enough.capacity, enough.arrivals, enough.seed.as_str()), (10, 50, ""));

    customs.targeting.set_plan(set(after, 5, "")).await.unwrap();
    clock.advance(SignedDuration::from_hours(48));
    assert_eq!(get(&mut customs, tomorrow).await.unwrap().seed, seed, "the day is over");
    let expected = get(&mut customs, after.tomorrow().unwrap()).await.unwrap().expected_arrivals;
    assert_eq!(expected, Some(50), "as the last day that is over");
    assert_eq!(get(&mut customs, after).await.unwrap().seed, "", "the day is not over");
    let mut request =
        wire::ListPlansRequest { parent: "entryPoints/NLRTM".to_owned(), page_size: 1, ..Default::default() };
    let first = customs.targeting.list_plans(request.clone()).await.unwrap().into_inner();
    request.page_token = first.next_page_token;
    let second = customs.targeting.list_plans(request.clone()).await.unwrap().into_inner();
    let names: Vec<String> = first.plans.into_iter().chain(second.plans).map(|plan| plan.name).collect();
    assert_eq!(names, [name_of(after), name_of(tomorrow)]);
    request.page_token = second.next_page_token;
    let last = customs.targeting.list_plans(request).await.unwrap().into_inner();
    assert_eq!((last.plans[0].name.as_str(), last.next_page_token.as_str()), (name_of(today).as_str(), ""));
    let told = eventually("both days that are over are told", Duration::from_secs(20), async || {
        let told: Vec<wire::PlanClosed> = customs.clone().told().await;
        if told.len() == 2 { Ok(told) } else { Err(told) }
    })
    .await;
    let plans: Vec<wire::Plan> = told.iter().map(|told| told.plan.clone().unwrap()).collect();
    assert_eq!((plans[0].name.as_str(), plans[0].threshold), (name_of(today).as_str(), 0.4));
    let whole = get(&mut customs, tomorrow).await.unwrap();
    let whole = wire::Plan { document_checks: None, release_checks: None, ..whole };
    assert_eq!((&plans[1].seed, &plans[1]), (&seed, &whole), "with the seed, and what is left unsaid of it");
    let chosen = wire::SelectionCount {
        selection: wire::Selection::Targeted.into(),
        selected: 1,
        examined: 0,
        not_examined: 1,
    };
    assert_eq!((&told[0].selections, &told[1].selections), (&vec![chosen], &Vec::new()));
    assert_eq!(running.partner("cn-gacc").told::<wire::PlanClosed>().await, []);
    running.stop().await;
}

pub async fn busy(running: Running) {
    let mut customs = running.partner("nl-customs");
    let date: Date = "2999-01-01".parse().unwrap();
    customs.targeting.set_plan(set(date, 1, "")).await.unwrap();
    let is_over = Arc::new(AtomicBool::new(false));
    let until = is_over.clone();
    let database = store(&running);
    let drawing = tokio::spawn(async move {
        let mut drawn = 0;
        while !until.load(Ordering::Relaxed) {
            let plan = database.plan_get(&rotterdam(), date).await.unwrap().unwrap();
            let used = PlanUse { arrivals: plan.used.arrivals + 1, ..plan.used };
            let changes = ChangeSet {
                plans: vec![Plan { used, revision: plan.revision + 1, ..plan }],
                ..ChangeSet::default()
            };
            match database.commit(changes, Vec::new(), None).await {
                Ok(()) => drawn += 1,
                Err(error) => assert!(matches!(error, DomainError::Conflict), "{error}"),
            }
        }
        drawn
    });
    for capacity in 2..40 {
        let made = customs.targeting.set_plan(set(date, capacity, "")).await.unwrap().into_inner();
        assert_eq!(made.capacity, capacity);
    }
    eventually("something was drawn", Duration::from_secs(20), async || {
        get(&mut customs, date).await.is_ok_and(|plan| plan.arrivals > 0)
    })
    .await;
    is_over.store(true, Ordering::Relaxed);
    let drawn = drawing.await.unwrap();
    let plan = get(&mut customs, date).await.unwrap();
    assert_eq!((plan.capacity, plan.arrivals, plan.etag.as_str()), (39, drawn, "\"39\""), "nothing is lost");
    running.stop().await;
}

pub async fn selections(running: Running) {
    let mut customs = running.partner("nl-customs");
    let database = store(&running);
    let date: Date = "2026-11-03".parse().unwrap();
    let mut screenings = Vec::new();
    for number in 0..40_u32 {
        let selection = [Selection::None, Selection::Random, Selection::Targeted, Selection::Mandatory]
            [usize::try_from(number % 4).unwrap()];
        // A third has no finite decimal form, and five of each stand at the same harm.
        let harm = f64::from(number / 20) / 3.0 + 0.1;
        screenings.push(screening(date, selection, 0.5, harm, Lane::Yellow));
    }
    screened(&database, &screenings).await;
    screened(&database, &[screening(date.tomorrow().unwrap(), Selection::Targeted, 1.0, 0.9, Lane::Red)])
        .await;
    let examination = Examination {
        screening: Some(screenings[7].id),
        ..outcome(1, "2026-11-03T15:00:00Z".parse().unwrap())
    };
    examined(&database, vec![examination.clone()]).await;

    let mut request =
        wire::ListSelectionsRequest { parent: name_of(date), page_size: 7, ..Default::default() };
    let mut listed = Vec::new();
    loop {
        let page = customs.targeting.list_selections(request.clone()).await.unwrap().into_inner();
        listed.extend(page.selections);
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    let mut expected: Vec<&Screening> =
        screenings.iter().filter(|one| one.draw.selection != Selection::None).collect();
    expected.sort_by(|one, other| {
        let key =
            |one: &Screening| (one.draw.selection == Selection::Mandatory, one.draw.expected_harm, one.id);
        key(other).partial_cmp(&key(one)).unwrap()
    });
    let expected: Vec<String> = expected.into_iter().map(Screening::name).collect();
    let names: Vec<String> = listed.iter().map(|one| one.screening.clone()).collect();
    assert_eq!(names, expected);
    for one in &listed {
        let control = if one.screening == screenings[7].name() { examination.control.as_str() } else { "" };
        assert_eq!(one.control, control);
    }
    let mut stranger = running.partner("cn-gacc");
    request.page_token = String::new();
    let refused = stranger.targeting.list_selections(request).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
    running.stop().await;
}

pub async fn estimates(running: Running) {
    let mut customs = running.partner("nl-customs");
    let database = store(&running);
    let first: Date = "2026-11-02".parse().unwrap();
    let mut arrived = Vec::new();
    for number in 0..3_060_u64 {
        let lane = [Lane::Green, Lane::Yellow, Lane::Red][usize::try_from(number % 3).unwrap()];
        // Of some nothing was left to be examined with: they had no chance.
        let chance = if number.is_multiple_of(300) { 0.0 } else { 0.1 };
        let mut one = screening(first, Selection::None, chance, 0.1, lane);
        if number >= 3_000 {
            one.status = EventStatus::Exercise;
        }
        arrived.push(one);
    }
    for some in arrived.chunks(1_000) {
        screened(&database, some).await;
    }
    let now = running.credentials.clock().now();
    let mut history: Vec<Examination> = (0..1_300).map(|number| outcome(number, now)).collect();
    (history[5].selection, history[5].probability) = (Selection::Mandatory, 1.0);
    (history[6].selection, history[6].probability) = (Selection::Officer, 0.0);
    history[9].area = Some("chargers".parse().unwrap());
    // Targeted by lot among equals: part of the targeted, and part of what the lot says.
    for (number, one) in history.iter_mut().enumerate().skip(20).step_by(50) {
        (one.selection, one.probability) = (Selection::Targeted, 0.3 + 0.5 * lot(number as u64));
    }
    history[11].date = first.yesterday().unwrap();
    examined(&database, history.clone()).await;

    let mut request = wire::EstimateHitRatesRequest {
        parent: "entryPoints/NLRTM".to_owned(),
        start_date: day(2026, 11, 2),
        end_date: day(2026, 11, 2),
        product_area: "toys".to_owned(),
    };
    let rates = customs.targeting.estimate_hit_rates(request.clone()).await.unwrap().into_inner();
    let counted =
        |one: &&Examination| one.control != history[9].control && one.control != history[11].control;
    let counted: Vec<&Examination> = history.iter().filter(counted).collect();
    let chosen: Vec<&Examination> =
        counted.iter().copied().filter(|one| one.selection != Selection::Officer).collect();
    let share = |of: &[&Examination], weight: &dyn Fn(&Examination) -> f64| {
        let unsafe_ones = of.iter().filter(|one| one.is_unsafe).map(|one| weight(one)).sum::<f64>();
        unsafe_ones / of.iter().map(|one| weight(one)).sum::<f64>()
    };
    let only = |wanted: &dyn Fn(&Examination) -> bool| -> Vec<&Examination> {
        chosen.iter().copied().filter(|one| wanted(one)).collect()
    };
    let near = |got: Option<wire::Probability>, wanted: f64| {
        let got = got.unwrap();
        assert!((got.mean - wanted).abs() < 1e-9, "{} is not {wanted}", got.mean);
        assert!(got.lower <= got.mean && got.mean <= got.upper && got.lower < got.upper);
    };
    near(rates.arriving, share(&chosen, &|one| 1.0 / one.probability));
    near(rates.random, share(&only(&|one| one.selection == Selection::Random), &|_| 1.0));
    let targeted = share(&only(&|one| one.selection == Selection::Targeted), &|_| 1.0);
    near(rates.targeted, targeted);
    let by_lot = only(&|one| one.selection == Selection::Random || one.probability < 1.0);
    let lift = targeted / share(&by_lot, &|one| 1.0 / one.probability);
    assert!((rates.lift.unwrap() - lift).abs() < 1e-9);
    let (lower, upper) = (rates.lift_lower.unwrap(), rates.lift_upper.unwrap());
    assert!(lower < lift && lift < upper, "{lower} to {upper}");
    assert_eq!(rates.lift_probability.unwrap() > 0.975, lower > 1.0, "better than the lot, or not sure");
    let lane = |lane: wire::Lane| rates.lanes.iter().find(|one| one.lane() == lane).cloned().unwrap();
    let green = lane(wire::Lane::Green);
    let in_green = counted.iter().filter(|one| one.lane_otherwise == Some(Lane::Green)).count();
    let in_green = i64::try_from(in_green).unwrap();
    assert_eq!((green.arrivals, green.examined), (1_000, in_green));
    assert_eq!((green.unseen, green.without_chance), (1_000 - in_green, 10));
    assert_eq!(green.not_estimated, "");
    let unseen = only(&|one| one.lane_otherwise == Some(Lane::Green) && one.probability < 1.0);
    near(green.unsafe_unseen, share(&unseen, &|one| (1.0 - one.probability) / one.probability));
    let yellow = lane(wire::Lane::Yellow);
    assert_eq!((yellow.arrivals, yellow.examined, yellow.unsafe_unseen), (1_000, 0, None));
    assert_eq!((yellow.unseen, yellow.without_chance), (1_000, 0));
    assert!(yellow.not_estimated.contains("nothing was drawn at random"), "{}", yellow.not_estimated);
    assert!(!rates.caveat.is_empty());

    request.end_date = Some(CivilDate { year: 2027, month: 11, day: 4 });
    request.product_area = "books".to_owned();
    let wrong = customs.targeting.estimate_hit_rates(request.clone()).await.unwrap_err();
    assert_eq!(wrong_fields(&wrong), ["end_date", "product_area"]);
    request.end_date = request.start_date;
    request.product_area = String::new();
    let refused = running.partner("cn-gacc").targeting.estimate_hit_rates(request).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
    running.stop().await;
}
