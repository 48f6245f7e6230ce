//! What controls and hours tell of what the screening knew, for who reports on it.

use std::time::Duration;

use jiff::SignedDuration;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use seamless_calendar::Clock;
use seamless_consignments::domain::{
    aggregates::hour_of,
    model::{Doubt, Lane, MatchedAlert, Reason, ReasonKind, Selection, ShadowScore},
};
use seamless_identifiers::CountryCode;
use seamless_proto::seamless::{consignments::v1 as wire, notifications::v1 as notified};
use seamless_storage::Backend;
use seamless_testkit::eventually;
use tonic::{Code, Response, Status};
use wire::ControlOutcome::{Safe, Unsafe, Unspecified};

use crate::{
    alert_feed::followed_by,
    history::{self, store},
    running::{Partner, Running},
    screened::{Chosen, DRAWN, screened, screening},
    stories::trust::trust,
    words::{control_of, day, record, request_id, shared_ducks, wrong_fields},
};

const SOON: Duration = Duration::from_secs(20);

async fn recorded(customs: &mut Partner, control: wire::Control) -> wire::Control {
    customs.controls.record_control(record(control)).await.unwrap().into_inner()
}

pub async fn told(running: Running) {
    let (clock, database) = (running.credentials.clock(), store(&running));
    let mut customs = running.partner("nl-customs");
    let inspection = shared_ducks(&running, "SH-1").await;

    // An officer looks at goods that the plan let pass, and is right.
    let passed_over = Chosen { selection: Selection::None, ..DRAWN };
    let passed_over = screened(&running, passed_over, Some(&inspection), 1).await.remove(0);
    let by_officer = recorded(&mut customs, control_of(&passed_over, Unsafe)).await;
    assert_eq!((by_officer.selection(), by_officer.selection_probability), (wire::Selection::Officer, 0.0));
    assert_eq!((by_officer.lane_without_lot(), by_officer.plan_date), (wire::Lane::Green, day(2026, 11, 2)));
    assert_eq!(by_officer.decide_time, by_officer.create_time);
    let shanghai = "inspectionBodies/cn-ciq-shanghai/trust/eu-just.toys";
    assert_eq!(trust(&mut customs, shanghai).await.unwrap_err().code(), Code::PermissionDenied, "no lot");
    let estimate = wire::EstimateHitRatesRequest {
        parent: "entryPoints/NLRTM".to_owned(),
        start_date: day(2026, 11, 2),
        end_date: day(2026, 11, 2),
        product_area: String::new(),
    };
    let rates = customs.targeting.estimate_hit_rates(estimate).await.unwrap().into_inner();
    assert_eq!((rates.arriving, rates.random, rates.targeted), (None, None, None), "it counts in no rate");
    assert_eq!((rates.lanes[0].examined, rates.lanes[0].unsafe_unseen), (1, None));

    let mut drawn = screening(DRAWN, Some(&inspection), clock.now());
    let alert = "notifications/ducks".to_owned();
    let matched_by = vec!["gtin".to_owned()];
    drawn.facts.alerts = vec![MatchedAlert { notification: alert.clone(), probability: 0.4, matched_by }];
    drawn.facts.model = "models/eu-just.3".to_owned();
    drawn.facts.score.probability = 0.08;
    drawn.facts.shadow = Some(ShadowScore { model: "models/eu-just.4".to_owned(), score: 0.3 });
    drawn.reasons =
        [(ReasonKind::AlertMatch, alert), (ReasonKind::InspectedNotReliable, inspection.name.clone())]
            .map(|(kind, subject)| Reason::of(kind, 0.7, subject))
            .to_vec();
    history::screened(&database, std::slice::from_ref(&drawn)).await;
    let name = wire::GetScreeningRequest { name: drawn.name() };
    let known = customs.screenings.get_screening(name).await.unwrap().into_inner();
    assert!(known.reasons.iter().all(|reason| !reason.explanation.is_empty()), "{:?}", known.reasons);

    let suspended = recorded(&mut customs, control_of(&drawn.name(), Unspecified)).await;
    assert_eq!((suspended.selection(), suspended.decide_time), (wire::Selection::Random, None));
    assert!(suspended.inspection_passed);
    let knowledge = wire::ScreeningKnowledge {
        screen_time: known.screen_time,
        reasons: known.reasons,
        matched_notifications: known.matched_notifications,
        model: known.model,
        model_score: 0.08,
        unsafe_probability: known.unsafe_probability,
        shadow: known.shadow,
    };
    assert_eq!(suspended.screened, Some(knowledge.clone()), "what the screening says of itself");

    clock.advance(SignedDuration::from_hours(30));
    let decide = wire::DecideControlRequest {
        name: suspended.name.clone(),
        outcome: Unsafe.into(),
        request_id: request_id(),
        ..Default::default()
    };
    let decided = customs.controls.decide_control(decide).await.unwrap().into_inner();
    assert_eq!(decided.decide_time, decided.update_time);
    clock.advance(SignedDuration::from_hours(100));
    let correct = wire::CorrectControlRequest {
        name: suspended.name.clone(),
        outcome: Safe.into(),
        reason: "two samples were mixed up".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    let corrected = customs.controls.correct_control(correct).await.unwrap().into_inner();
    assert_eq!((corrected.decide_time, &corrected.screened), (decided.decide_time, &Some(knowledge)));
    assert_ne!(corrected.update_time, corrected.decide_time);

    // A pass that did not count for these goods is none, though they were covered.
    let mut doubtful = screening(DRAWN, Some(&inspection), clock.now());
    doubtful.facts.inspections[0].doubt = Some(Doubt::OtherGoods);
    history::screened(&database, std::slice::from_ref(&doubtful)).await;
    let named = wire::Control { inspection: inspection.name.clone(), ..control_of(&doubtful.name(), Safe) };
    let doubtful = recorded(&mut customs, named).await;
    assert_eq!((&doubtful.inspection, doubtful.inspection_passed), (&inspection.name, false));

    let told: Vec<wire::ControlChanged> = running.partner("cn-gacc").told().await;
    let told: Vec<wire::Control> = told.into_iter().map(|told| told.control.unwrap()).collect();
    assert_eq!(told.len(), 5);
    for seen in &told {
        let own = (&seen.screened, seen.plan_date, seen.lane_without_lot(), seen.inspection_passed);
        assert_eq!(own, (&None, None, wire::Lane::Unspecified, false), "what is the examiner's own");
    }
    assert_eq!(told[2].decide_time, decided.decide_time, "when it was decided, both sides know");
}

async fn link(partner: &mut Partner, control: &wire::Control, alert: &str) -> Result<wire::Control, Status> {
    let request = wire::LinkNotificationRequest {
        name: control.name.clone(),
        notification: alert.to_owned(),
        etag: control.etag.clone(),
        request_id: request_id(),
        validate_only: false,
    };
    partner.controls.link_notification(request).await.map(Response::into_inner)
}

pub async fn linked(running: Running) {
    let inspection = shared_ducks(&running, "SH-2").await;
    let names = screened(&running, DRAWN, Some(&inspection), 2).await;
    let mut customs = running.partner("nl-customs");
    let first = recorded(&mut customs, control_of(&names[0], Unsafe)).await;
    let second = recorded(&mut customs, control_of(&names[1], Unsafe)).await;
    for wrong in ["", "notifications/", "the alert"] {
        let refused = link(&mut customs, &first, wrong).await.unwrap_err();
        assert_eq!(wrong_fields(&refused), ["notification"]);
    }
    let mut gacc = running.partner("cn-gacc");
    let refused = link(&mut gacc, &first, "notifications/ducks").await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied, "who reads does not write");
    let first = link(&mut customs, &first, "notifications/ducks").await.expect("nobody knows of alerts here");
    assert_eq!(first.notification, "notifications/ducks");
    for twice in ["notifications/ducks", "notifications/boats"] {
        let refused = link(&mut customs, &first, twice).await.unwrap_err();
        assert_eq!(refused.code(), Code::AlreadyExists, "it has its alert");
    }

    // Where the alerts of its side are known, an alert must be among them, in whichever state.
    let (feed, running) = followed_by(running).await;
    let mut customs = running.partner("nl-customs");
    let unknown = link(&mut customs, &second, "notifications/boats").await.unwrap_err();
    assert_eq!(wrong_fields(&unknown), ["notification"]);
    let drafted = notified::Notification {
        name: "notifications/boats".to_owned(),
        state: notified::NotificationState::Draft.into(),
        ..Default::default()
    };
    feed.tell(&notified::NotificationCreated { notification: Some(drafted) });
    let second = eventually("the alert is known", SOON, async || {
        link(&mut customs.clone(), &second, "notifications/boats").await
    })
    .await;
    let told: Vec<wire::ControlChanged> = customs.told().await;
    assert_eq!(told.last().unwrap().control, Some(second), "the side is told");
    let told: Vec<wire::ControlChanged> = running.partner("cn-gacc").told().await;
    assert_eq!(told.last().unwrap().control.as_ref().unwrap().notification, "", "and which alert, no other");
}

pub async fn hours(running: Running) {
    let running = running.with(&[("watch.interval", "50ms"), ("screening.hour_counts", "4")]).await;
    let clock = running.credentials.clock();
    let hour = hour_of(clock.now() - SignedDuration::from_hours(3));
    let made = |origin: &str, selection: Selection, lane: Lane| {
        let date = hour.to_zoned(jiff::tz::TimeZone::UTC).date();
        let mut one = history::screening(date, selection, 0.5, 0.25, lane);
        one.time = hour + SignedDuration::from_mins(20);
        one.consignment.country_of_origin = CountryCode::parse(origin).ok();
        one
    };
    let mut late = made("CN", Selection::None, Lane::Yellow);
    let (notification, matched_by) = ("notifications/ducks".to_owned(), vec!["gtin".to_owned()]);
    late.facts.alerts = vec![MatchedAlert { notification, probability: 0.95, matched_by }];
    late.reasons = vec![Reason::of(ReasonKind::CapacityExhausted, 0.0, String::new())];
    let all = [
        made("CN", Selection::None, Lane::Green),
        made("CN", Selection::Random, Lane::Green),
        late,
        made("CN", Selection::None, Lane::Green),
        made("AL", Selection::None, Lane::Green),
        made("BO", Selection::None, Lane::Green),
    ];
    history::screened(&store(&running), &all).await;
    let mut customs = running.partner("nl-customs");
    let mut told = eventually("the hour is told", SOON, async || {
        let told: Vec<wire::ScreeningsAggregated> = customs.told().await;
        if told.is_empty() { Err(()) } else { Ok(told) }
    })
    .await;
    assert_eq!(told.len(), 1);
    let mut counts = told.remove(0).counts;
    counts.sort_by_key(|count| (count.lane, count.country_of_origin.clone()));
    let count = |origin: &str, count: i32, of: wire::ScreeningCount| wire::ScreeningCount {
        product_area: "toys".to_owned(),
        country_of_origin: origin.to_owned(),
        count: count.into(),
        expected_unsafe: 0.25 * f64::from(count),
        ..of
    };
    let (red, yellow, green) = (wire::Lane::Red.into(), wire::Lane::Yellow.into(), wire::Lane::Green.into());
    let none = wire::Selection::None.into();
    let passed =
        wire::ScreeningCount { lane: green, lane_without_lot: green, selection: none, ..Default::default() };
    let drawn =
        wire::ScreeningCount { lane: red, selection: wire::Selection::Random.into(), ..passed.clone() };
    let late = wire::ScreeningCount {
        lane: yellow,
        lane_without_lot: yellow,
        alert_matched: true,
        capacity_exhausted: true,
        ..passed.clone()
    };
    let expected =
        [count("CN", 1, drawn), count("CN", 1, late), count("CN", 2, passed.clone()), count("ZZ", 2, passed)];
    assert_eq!(counts, expected);
    running.stop().await;
}

/// Without knowing anything of its tables SQLite finds what an entry point screened in the order of time, and reads no more of it. On
/// PostgreSQL the tables are always counted.
pub async fn found(running: Running) {
    let database = &running.database.database;
    if database.backend() == Backend::Postgres {
        return;
    }
    for (asked, by) in [
        (
            "SELECT time FROM screening WHERE entry_point = ? AND time >= ? ORDER BY time LIMIT 1",
            "(entry_point=? AND time>?)",
        ),
        (
            "SELECT lane, COUNT(id) FROM screening WHERE entry_point = ? AND status = 1 AND first IS NULL AND time >= ? \
             AND time < ? GROUP BY lane",
            "(entry_point=? AND time>? AND time<?)",
        ),
        (
            "SELECT * FROM screening WHERE authority IN (?) AND entry_point = ? ORDER BY time DESC, id DESC LIMIT 50",
            "(entry_point=?)",
        ),
    ] {
        let plan = Statement::from_string(DbBackend::Sqlite, format!("EXPLAIN QUERY PLAN {asked}"));
        let steps = database.read().query_all_raw(plan).await.unwrap();
        let step: String = steps[0].try_get("", "detail").unwrap();
        assert!(step.contains(&format!("screening_entry_point_time {by}")), "{asked}: {step}");
        let is_sorted = steps.iter().any(|step| {
            step.try_get::<String>("", "detail").is_ok_and(|step| step.contains("TEMP B-TREE FOR ORDER BY"))
        });
        assert!(!is_sorted, "{asked}");
    }
}
