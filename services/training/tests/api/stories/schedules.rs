//! Slots: what is offered can be booked, and what does not suit is refused with everything that speaks against it.

use std::time::Duration;

use seamless_proto::seamless::{training::v1 as wire, r#type::v1::CivilDate};
use seamless_testkit::eventually;
use seamless_training::api::authorization::SCOPES;
use tonic::Status;

use super::{created, published, seen};
use crate::{
    running::{Partner, Running},
    words::{at, fields, local, request_id, session, webinar},
    zone_files,
};

fn side(name: &str, zone: &str, calendar: &str) -> wire::ScheduleSide {
    let stays = vec![wire::ScheduleStay { from: None, zone: zone.to_owned(), calendar: calendar.to_owned() }];
    wire::ScheduleSide { name: name.to_owned(), stays, ..Default::default() }
}

/// The EU, China and Zhang Wei, who speaks, in a room.
fn schedule() -> wire::Schedule {
    wire::Schedule {
        sides: vec![
            side("Brussels", "Europe/Brussels", "EU"),
            side("Beijing", "Asia/Shanghai", "CN"),
            side("Zhang Wei", "Asia/Shanghai", "CN"),
        ],
        resources: vec![wire::ScheduleResource { name: "Room 3".to_owned(), busy: vec![] }],
        notice_minutes: 24 * 60,
    }
}

async fn slots(partner: &Partner, from: &str, to: &str) -> Result<wire::FindSlotsResponse, Status> {
    let request = wire::FindSlotsRequest {
        schedule: Some(schedule()),
        minutes: 90,
        start_time: at(from),
        end_time: at(to),
        ..Default::default()
    };
    partner.schedules.clone().find_slots(request).await.map(tonic::Response::into_inner)
}

/// A workshop of Zhang Wei's in Room 3.
fn workshop(start: &str) -> wire::Activity {
    let mut session = session("day-1", start, "Europe/Brussels", 90);
    session.speakers = vec![wire::Speaker { name: "Zhang Wei".to_owned(), ..Default::default() }];
    session.room = "Room 3".to_owned();
    wire::Activity { sessions: vec![session], ..webinar(20) }
}

async fn created_to_suit(partner: &Partner, activity: wire::Activity) -> Result<wire::Activity, Status> {
    let request = wire::CreateActivityRequest {
        activity: Some(activity),
        request_id: request_id(),
        schedule: Some(schedule()),
        ..Default::default()
    };
    partner.activities.clone().create_activity(request).await.map(tonic::Response::into_inner)
}

/// The first slot is booked by the very next call; then it is offered no more, to the same side; and nobody else learns.
pub async fn booked(running: Running) {
    running.set_clock("2026-09-01T09:00:00Z");
    let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let week = ("2026-09-28T00:00:00Z", "2026-10-03T00:00:00Z");
    let offered = slots(&eu, week.0, week.1).await.unwrap();
    assert!(offered.left_nothing.is_empty() && offered.slots.len() == 10, "{offered:?}");
    let best = offered.slots[0].clone();
    // Nine in Brussels is three in the afternoon in Beijing.
    assert_eq!(best.start_time, at("2026-09-28T07:00:00Z"));
    let told: Vec<_> = best.times.iter().map(|time| time.start.clone().unwrap().local).collect();
    assert_eq!(told, ["2026-09-28T09:00:00", "2026-09-28T15:00:00", "2026-09-28T15:00:00"]);
    let why: Vec<_> = best.reasons.iter().map(wire::SlotReason::kind).collect();
    assert_eq!(why, [wire::SlotReasonKind::Provisional], "the list of the EU of 2026 is not compared yet");
    let days: Vec<_> = offered.slots.iter().map(|slot| slot.start_time.unwrap().seconds / 86_400).collect();
    assert!(
        days.iter().all(|day| *day <= at("2026-09-30T00:00:00Z").unwrap().seconds / 86_400),
        "none in China's holidays"
    );

    let made = created_to_suit(&eu, workshop("2026-09-28T09:00")).await.unwrap();
    assert_eq!(made.start_time, best.start_time);
    let next = slots(&eu, week.0, week.1).await.unwrap().slots;
    assert!(next.iter().all(|slot| slot.start_time.unwrap().seconds >= made.end_time.unwrap().seconds
        || slot.end_time.unwrap().seconds <= made.start_time.unwrap().seconds));
    assert_eq!(
        slots(&gacc, week.0, week.1).await.unwrap().slots[0].start_time,
        best.start_time,
        "a draft of others is unknown"
    );

    // The same hour again, and one of a holiday: everything that speaks against them.
    let refused = created_to_suit(&eu, workshop("2026-09-28T10:00")).await.unwrap_err();
    let (field, why) = fields(&refused)[0].clone();
    assert_eq!(field, "activity.sessions[0].start");
    assert!(why.ends_with("Zhang Wei: not free; Room 3: not free"), "{why}");
    let refused = created_to_suit(&eu, workshop("2026-10-01T22:00")).await.unwrap_err();
    let (_, why) = fields(&refused)[0].clone();
    assert!(why.contains("Brussels: outside the humane hours; Beijing: outside the humane hours; Beijing: 2026-10-02 is a holiday, National Day"), "{why}");

    // One meeting of a series is longer, and in Room 3: that one takes it.
    let mut series = webinar(5);
    series.sessions = vec![wire::Session {
        room: "Room 1".to_owned(),
        ..session("week", "2026-09-07T09:00", "Europe/Brussels", 60)
    }];
    series.sessions[0].recurrence = Some(wire::Recurrence {
        rule: "FREQ=WEEKLY;COUNT=2".to_owned(),
        moved: vec![wire::MovedMeeting {
            from: "2026-09-14T09:00:00".to_owned(),
            to: local("2026-09-14T09:00", "Europe/Brussels"),
            minutes: 180,
            room: "Room 3".to_owned(),
        }],
        left_out: Vec::new(),
    });
    created(&eu, series).await;
    let refused = created_to_suit(&eu, workshop("2026-09-14T10:30")).await.unwrap_err();
    let (_, why) = fields(&refused)[0].clone();
    assert!(why.ends_with(": Room 3: not free"), "{why}");
    created_to_suit(&eu, workshop("2026-09-07T09:00")).await.unwrap();

    // It may be moved within the time that it has itself, and not onto another one.
    let other = created(&eu, workshop("2026-09-29T09:00")).await;
    let publish = wire::PublishActivityRequest {
        name: made.name.clone(),
        request_id: request_id(),
        ..Default::default()
    };
    eu.activities.clone().publish_activity(publish).await.unwrap();
    let moved = |start: &str| wire::RescheduleActivityRequest {
        name: made.name.clone(),
        sessions: workshop(start).sessions,
        reason: "The first speaker comes later.".to_owned(),
        request_id: request_id(),
        schedule: Some(schedule()),
        ..Default::default()
    };
    let refused = eu.activities.clone().reschedule_activity(moved("2026-09-29T10:00")).await.unwrap_err();
    assert!(fields(&refused)[0].1.contains("Room 3: not free"), "{refused}, beside {}", other.name);
    let later =
        eu.activities.clone().reschedule_activity(moved("2026-09-28T09:30")).await.unwrap().into_inner();
    assert_eq!((later.sequence, later.start_time), (1, at("2026-09-28T07:30:00Z")));

    // In China's holidays there is nothing, and that is said.
    let none = slots(&eu, "2026-10-02T00:00:00Z", "2026-10-03T00:00:00Z").await.unwrap();
    let left: Vec<_> = none.left_nothing.iter().map(|one| (one.side.as_str(), one.rule())).collect();
    assert_eq!((none.slots.len(), left), (0, vec![("Beijing", wire::SlotRule::Holiday)]));
    assert_eq!(none.tried, none.left_nothing[0].refused);
}

/// Many book the same speaker and the same room for the same hour, at two replicas: one of them has it, and the others are told
/// why not.
pub async fn at_once(running: Running) {
    running.set_clock("2026-09-01T09:00:00Z");
    let token = running.credentials.token("eu-just", &SCOPES);
    let other = Partner::on(running.credentials.channel(&running.replica().await, Some(token)));
    let eu = running.partner("eu-just");
    for day in ["2026-09-28", "2026-09-29", "2026-09-30"] {
        let start = format!("{day}T09:00");
        let tries = (0..8).map(|index| {
            let partner = if index % 2 == 0 { eu.clone() } else { other.clone() };
            let activity = workshop(&start);
            async move { created_to_suit(&partner, activity).await }
        });
        let told = futures::future::join_all(tries).await;
        assert_eq!(told.iter().filter(|one| one.is_ok()).count(), 1, "{day}: {told:?}");
        for refused in told.iter().filter_map(|one| one.as_ref().err()) {
            let (field, why) = fields(refused)[0].clone();
            assert_eq!(field, "activity.sessions[0].start");
            assert!(why.ends_with("Zhang Wei: not free; Room 3: not free"), "{why}");
        }
    }
}

/// The activities that the partner sees in conflict with one, what for, and from which meeting on.
fn overlaps(activity: &wire::Activity) -> Vec<(&str, Vec<&str>, &str, &str)> {
    let conflicts = activity.conflicts.iter();
    conflicts
        .map(|one| {
            let speakers = one.speakers.iter().map(String::as_str).collect();
            (one.activity.as_str(), speakers, one.room.as_str(), one.meeting.as_str())
        })
        .collect()
}

/// The clocks of Winnipeg are changed by law, so that a workshop there comes upon others: its organisers learn upon which, each
/// of its own alone, until it is rescheduled; what moved with it, or had nothing to do with it, is no conflict.
pub async fn overlapping_by_law(running: Running) {
    let others = [
        ("America/Toronto", -5, "EST5EDT,M3.2.0,M11.1.0"),
        ("Europe/Brussels", 1, "CET-1CEST,M3.5.0,M10.5.0/3"),
        ("Asia/Shanghai", 8, "CST-8"),
    ];
    let winnipeg = |hours, rule| [&[("America/Winnipeg", hours, rule)], &others[..]].concat();
    let before = zone_files::folder("2025b", &winnipeg(-6, "CST6CDT,M3.2.0,M11.1.0"));
    let after = zone_files::folder("2026f", &winnipeg(-5, "CDT5"));
    let running = running.with(&[("calendar.zones", before.path().to_str().unwrap())]).await;
    running.set_clock("2026-10-01T09:00:00Z");
    let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let of = |speaker: &str, room: &str, start: &str, zone: &str| {
        let mut session = session("day-1", start, zone, 60);
        session.speakers = vec![wire::Speaker { name: speaker.to_owned(), ..Default::default() }];
        session.room = room.to_owned();
        wire::Activity { sessions: vec![session], ..webinar(20) }
    };
    // Each Friday, of which the law moves the second alone: before, Winnipeg has summer time as well.
    let mut workshop = of("Zhang Wei", "Room 3", "2026-10-30T09:00", "America/Winnipeg");
    let rule = "FREQ=WEEKLY;COUNT=3;BYDAY=FR".to_owned();
    workshop.sessions[0].recurrence = Some(wire::Recurrence { rule, ..Default::default() });
    workshop.co_organisers = vec!["cn-gacc".to_owned()];
    let workshop = published(&eu, workshop).await;
    let sessions = workshop.sessions.clone();
    let speaks = published(&eu, of("Zhang Wei", "", "2026-11-06T09:30", "America/Toronto")).await;
    let room = created(&eu, of("Maria Rossi", "Room 3", "2026-11-13T14:30", "Europe/Brussels")).await;
    // On a day on which the clocks stay, with somebody else, moved with it, and behind it.
    created(&eu, of("Zhang Wei", "Room 3", "2026-10-30T10:00", "America/Toronto")).await;
    created(&eu, of("Maria Rossi", "Room 4", "2026-11-06T09:00", "America/Toronto")).await;
    published(&eu, of("Zhang Wei", "Room 3", "2026-11-06T10:00", "America/Winnipeg")).await;
    let unseen = created(&gacc, of("Zhang Wei", "Room 3", "2026-11-06T22:00", "Asia/Shanghai")).await;

    let running = running.with(&[("calendar.zones", after.path().to_str().unwrap())]).await;
    let (mut eu, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let moved = eventually("the activity follows the clocks", Duration::from_secs(20), async || {
        let now = seen(&eu, &workshop.name).await?;
        if now.zone_data == "2026f" { Ok(now) } else { Err(Status::unavailable("not yet")) }
    })
    .await;
    let by_speaker = (speaks.name.as_str(), vec!["Zhang Wei"], "", "2026-11-06T09:00:00");
    let by_room = (room.name.as_str(), vec![], "Room 3", "2026-11-13T09:00:00");
    let by_both = (unseen.name.as_str(), vec!["Zhang Wei"], "Room 3", "2026-11-06T09:00:00");
    assert_eq!(overlaps(&moved), [by_speaker.clone(), by_room.clone()]);
    assert_eq!(
        (&*moved.conflicts[0].organisers, &*moved.conflicts[0].session),
        (&["eu-just".to_owned()][..], "day-1")
    );
    let of_gacc = seen(&gacc, &workshop.name).await.unwrap();
    assert_eq!(
        overlaps(&of_gacc),
        std::slice::from_ref(&by_both),
        "who organises it with others learns of its own"
    );
    let told = async |partner: &mut Partner| {
        let mut told: Vec<wire::ActivityChanged> = partner.told().await;
        told.retain(|one| one.change() == wire::ActivityChange::ClocksMoved);
        told.retain(|one| one.activity.as_ref().unwrap().name == workshop.name);
        <[_; 1]>::try_from(told).unwrap().map(|one| one.activity.unwrap())
    };
    // Events are kept for good, and name nobody who speaks.
    let unnamed = |(activity, _, room, meeting)| (activity, Vec::<&str>::new(), room, meeting);
    assert_eq!(overlaps(&told(&mut eu).await[0]), [unnamed(by_speaker), by_room.clone()]);
    assert_eq!(overlaps(&told(&mut gacc).await[0]), [unnamed(by_both)]);

    // What makes way is no conflict any more; who reschedules has none.
    let cancel = wire::CancelActivityRequest {
        name: speaks.name.clone(),
        reason: "The speaker is ill.".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    eu.activities.clone().cancel_activity(cancel).await.unwrap();
    assert_eq!(overlaps(&seen(&eu, &workshop.name).await.unwrap()), [by_room]);
    let request = wire::RescheduleActivityRequest {
        name: workshop.name.clone(),
        sessions: vec![wire::Session { room: "Room 5".to_owned(), ..sessions[0].clone() }],
        reason: "Another room is free.".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    let rescheduled = eu.activities.clone().reschedule_activity(request).await.unwrap().into_inner();
    assert!(rescheduled.conflicts.is_empty() && rescheduled.sequence == 2, "{rescheduled:?}");
    assert!(seen(&gacc, &workshop.name).await.unwrap().conflicts.is_empty());
}

/// Everything that is wrong is told at once.
pub async fn wrong(running: Running) {
    running.set_clock("2026-09-01T09:00:00Z");
    let eu = running.partner("eu-just");
    let mut wrong = schedule();
    wrong.sides[0].stays[0].zone = "Europe/Brusels".to_owned();
    wrong.sides[1].name = "Brussels".to_owned();
    wrong.sides[2].humane_hours = Some(wire::DayHours { from: "8".to_owned(), to: "21:00".to_owned() });
    let from = Some(CivilDate { year: 2026, month: 9, day: 0 });
    wrong.sides[2].stays.push(wire::ScheduleStay { from, zone: "UTC".to_owned(), calendar: "XX".to_owned() });
    wrong.resources[0].busy.push(wire::BusyTime {
        start_time: at("2026-09-02T00:00:00Z"),
        end_time: at("2026-09-01T00:00:00Z"),
    });
    wrong.notice_minutes = -1;
    let request = wire::FindSlotsRequest {
        schedule: Some(wrong),
        minutes: 0,
        start_time: at("2026-09-02T00:00:00Z"),
        end_time: at("2026-09-01T00:00:00Z"),
        step_minutes: 2_000,
        max_slots: -1,
    };
    let refused = eu.schedules.clone().find_slots(request).await.unwrap_err();
    let told: Vec<String> = fields(&refused).into_iter().map(|(field, _)| field).collect();
    let wanted = [
        "schedule.sides[1].name",
        "schedule.sides[2].stays[1].from",
        "schedule.sides[2].humane_hours.from",
        "schedule.resources[0].busy[0].end_time",
        "schedule.notice_minutes",
        "schedule.sides[0].stays[0].zone",
        "schedule.sides[2].stays[1].from",
        "schedule.sides[2].stays[1].calendar",
        "minutes",
        "step_minutes",
        "max_slots",
        "end_time",
    ];
    assert_eq!(told, wanted, "{refused}");
    // At the limit of what is looked through, and one above: four are asked.
    let most = looked_through(&eu, 125_000).await;
    assert!(most.is_ok(), "{most:?}");
    let refused = looked_through(&eu, 125_001).await.unwrap_err();
    assert_eq!(fields(&refused)[0].0, "end_time");
}

/// Looks through so many beginnings.
async fn looked_through(eu: &Partner, beginnings: i64) -> Result<wire::FindSlotsResponse, Status> {
    let start = at("2026-09-28T00:00:00Z").unwrap();
    let end = prost_types::Timestamp { seconds: start.seconds + beginnings * 60, ..start };
    let request = wire::FindSlotsRequest {
        schedule: Some(schedule()),
        minutes: 90,
        start_time: Some(start),
        end_time: Some(end),
        step_minutes: 1,
        ..Default::default()
    };
    eu.schedules.clone().find_slots(request).await.map(tonic::Response::into_inner)
}
