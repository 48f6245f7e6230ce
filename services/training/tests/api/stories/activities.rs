//! Activities: prepared, published, moved, cancelled, held; seen by those whom they concern.

use std::time::Duration;

use seamless_proto::seamless::{
    disclosure::v1::{Audience, FieldDisclosure},
    training::v1 as wire,
};
use seamless_testkit::eventually;
use tonic::{Code, Status};

use super::{created, published, seen};
use crate::{
    running::{Partner, Running},
    words::{at, both, fields, local, request_id, session, webinar},
    zone_files,
};

const SOON: Duration = Duration::from_secs(20);

async fn listed(partner: &Partner, filter: wire::ActivityFilter) -> Vec<wire::Activity> {
    let request = wire::ListActivitiesRequest { filter: Some(filter), ..Default::default() };
    partner.activities.clone().list_activities(request).await.unwrap().into_inner().activities
}

fn moved(name: &str, sessions: Vec<wire::Session>) -> wire::RescheduleActivityRequest {
    wire::RescheduleActivityRequest {
        name: name.to_owned(),
        sessions,
        reason: "The speaker travels on that day.".to_owned(),
        request_id: request_id(),
        ..Default::default()
    }
}

/// From a draft to what came of it; each step is told to those who may see it.
pub async fn life(running: Running) {
    running.set_clock("2027-01-10T09:00:00Z");
    let (mut eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let draft = created(&eu, webinar(20)).await;
    assert_eq!(draft.state(), wire::ActivityState::Draft);
    assert_eq!(draft.start_time, at("2027-03-15T08:00:00Z"), "nine o'clock in Brussels, in winter");
    assert_eq!(seen(&gacc, &draft.name).await.unwrap_err().code(), Code::PermissionDenied);

    let update = wire::UpdateActivityRequest {
        activity: Some(wire::Activity {
            name: draft.name.clone(),
            title: both("Kettles: what EN 60335 wants", "水壶：EN 60335 的要求"),
            ..Default::default()
        }),
        update_mask: Some(prost_types::FieldMask { paths: vec!["title".to_owned()] }),
        etag: draft.etag.clone(),
        request_id: request_id(),
        ..Default::default()
    };
    let updated = eu.activities.update_activity(update.clone()).await.unwrap().into_inner();
    assert_eq!(updated.description, draft.description, "what the mask does not name stays");
    let stale = wire::UpdateActivityRequest { request_id: request_id(), ..update };
    assert_eq!(eu.activities.update_activity(stale).await.unwrap_err().code(), Code::Aborted);

    let publish = wire::PublishActivityRequest {
        name: draft.name.clone(),
        request_id: request_id(),
        ..Default::default()
    };
    let public = eu.activities.publish_activity(publish.clone()).await.unwrap().into_inner();
    assert_eq!((public.state(), public.sequence), (wire::ActivityState::Published, 0));
    let again = eu.activities.publish_activity(publish).await.unwrap().into_inner();
    assert_eq!(again, public, "the same call gets its first answer again");
    let known = seen(&gacc, &draft.name).await.unwrap();
    assert_eq!((known.join_link.as_str(), known.internal_note.as_str()), ("", ""), "the organisers' own");
    assert_eq!(known.seats.unwrap().capacity, 20);

    let request = wire::UpdateActivityRequest {
        activity: Some(wire::Activity {
            name: draft.name.clone(),
            sessions: vec![session("day-1", "2027-03-16T09:00", "Europe/Brussels", 90)],
            ..Default::default()
        }),
        update_mask: Some(prost_types::FieldMask { paths: vec!["sessions".to_owned()] }),
        request_id: request_id(),
        ..Default::default()
    };
    let refused = eu.activities.update_activity(request).await.unwrap_err();
    assert_eq!(fields(&refused)[0].0, "activity.sessions", "those who come are to be told: {refused}");
    // Once summer time has begun, nine o'clock in Brussels is another instant; the meeting in Beijing's zone keeps its own.
    let sessions = vec![session("day-1", "2027-03-30T09:00", "Europe/Brussels", 90)];
    let later = eu.activities.reschedule_activity(moved(&draft.name, sessions)).await.unwrap().into_inner();
    assert_eq!((later.sequence, later.start_time), (1, at("2027-03-30T07:00:00Z")));
    let sessions = vec![session("day-1", "2027-03-30T09:00", "Asia/Shanghai", 90)];
    let request =
        wire::RescheduleActivityRequest { keep: wire::Keep::Instant.into(), ..moved(&draft.name, sessions) };
    let kept = eu.activities.reschedule_activity(request).await.unwrap().into_inner();
    assert_eq!((kept.sequence, kept.start_time), (2, at("2027-03-30T07:00:00Z")), "the instant stays");
    assert_eq!(kept.sessions[0].start, local("2027-03-30T15:00:00", "Asia/Shanghai"));

    let hold = wire::HoldActivityRequest {
        name: draft.name.clone(),
        participants: 17,
        conclusions: both("Two factories change their strain relief.", "两家工厂更换电源线固定装置。"),
        request_id: request_id(),
        ..Default::default()
    };
    let early = eu.activities.hold_activity(hold.clone()).await.unwrap_err();
    assert_eq!(early.code(), Code::FailedPrecondition, "it has not begun");
    running.set_clock("2027-03-30T09:00:00Z");
    let (mut eu, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let held = eu.activities.hold_activity(hold).await.unwrap().into_inner();
    assert_eq!(held.state(), wire::ActivityState::Held);
    assert_eq!(held.held.unwrap().participants, 17);

    let told: Vec<wire::ActivityChanged> = gacc.told().await;
    let changes: Vec<_> = told.iter().map(wire::ActivityChanged::change).collect();
    use wire::ActivityChange::{Created, Published, Rescheduled, Updated};
    assert_eq!(changes, [Published, Rescheduled, Rescheduled], "what was prepared is the organiser's own");
    let own: Vec<wire::ActivityChanged> = eu.told().await;
    let changes: Vec<_> = own.iter().map(wire::ActivityChanged::change).collect();
    assert_eq!(changes, [Created, Updated, Published, Rescheduled, Rescheduled]);
    assert_eq!(gacc.told::<wire::ActivityHeld>().await.len(), 1);
}

/// Everything that is wrong is named at once, and nothing is stored.
pub async fn wrong(running: Running) {
    let mut eu = running.partner("eu-just");
    let activity = wire::Activity {
        kind: 0,
        arrangement: "eu-mars".to_owned(),
        co_organisers: vec!["cn-gacc".to_owned(), "atlantis".to_owned()],
        sessions: vec![
            wire::Session {
                recurrence: Some(wire::Recurrence { rule: "FREQ=WEEKLY".to_owned(), ..Default::default() }),
                ..session("one", "2027-03-15T09:00", "Europe/Brussels", 90)
            },
            session("one", "2027-03-15T09:00:00+01:00", "Europe/Atlantis", 0),
        ],
        registration: Some(wire::RegistrationTerms { capacity: 0, offer_hours: 48, ..Default::default() }),
        join_link: "javascript:alert(1)".to_owned(),
        ..webinar(20)
    };
    let request = wire::CreateActivityRequest {
        activity: Some(activity.clone()),
        request_id: request_id(),
        ..Default::default()
    };
    let refused = eu.activities.create_activity(request).await.unwrap_err();
    let named: Vec<String> = fields(&refused).into_iter().map(|(field, _)| field).collect();
    for field in [
        "activity.kind",
        "activity.sessions[1].start.local",
        "activity.sessions[1].start.zone",
        "activity.sessions[1].minutes",
        "activity.registration.capacity",
        "activity.join_link",
    ] {
        assert!(named.iter().any(|one| one == field), "{field} is not among {named:?}");
    }
    // What a field wants in itself comes first; what it wants of the others afterwards, all at once again.
    let activity = wire::Activity {
        kind: wire::ActivityKind::Workshop.into(),
        join_link: String::new(),
        sessions: vec![activity.sessions[0].clone(), session("one", "2027-03-15T09:00", "Asia/Shanghai", 60)],
        registration: Some(wire::RegistrationTerms { capacity: 10, offer_hours: 48, ..Default::default() }),
        ..activity
    };
    let request = wire::CreateActivityRequest {
        activity: Some(activity),
        request_id: request_id(),
        ..Default::default()
    };
    let refused = eu.activities.create_activity(request).await.unwrap_err();
    let wrong = fields(&refused);
    for (field, why) in [
        ("activity.arrangement", "eu-just takes part"),
        ("activity.co_organisers[1]", "atlantis"),
        ("activity.sessions[0].recurrence", "never ends"),
        ("activity.sessions[1].id", "another session"),
        ("activity.registration.offer_hours", "waiting list"),
    ] {
        let told = wrong.iter().find(|(one, _)| one == field);
        assert!(told.is_some_and(|(_, told)| told.contains(why)), "{field}, {why}: {wrong:?}");
    }
    assert!(listed(&eu, wire::ActivityFilter::default()).await.is_empty());
}

/// Canada has no part in what the EU and China do; what is for everybody it sees, but for what is the parties'.
pub async fn strangers(running: Running) {
    let (eu, mut canada) = (running.partner("eu-just"), running.partner("ca-hc"));
    let own = published(&eu, webinar(20)).await;
    let open = wire::Activity { visibility: wire::ActivityVisibility::Public.into(), ..webinar(30) };
    let open = published(&eu, open).await;
    let hidden = seen(&canada, &own.name).await.unwrap_err();
    assert_eq!(hidden.code(), Code::PermissionDenied);
    let shown = seen(&canada, &open.name).await.unwrap();
    assert_eq!((shown.title, shown.seats), (open.title.clone(), None), "counts are the parties'");
    let seen_by_canada = listed(&canada, wire::ActivityFilter::default()).await;
    assert_eq!(seen_by_canada.iter().map(|one| &one.name).collect::<Vec<_>>(), [&open.name]);
    let told: Vec<wire::ActivityChanged> = canada.told().await;
    let subjects: Vec<_> = told.into_iter().map(|one| one.activity.unwrap().name).collect();
    assert_eq!(subjects, std::slice::from_ref(&open.name));
    let request = wire::CancelActivityRequest {
        name: open.name.clone(),
        reason: "Not ours.".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    let denied = canada.activities.cancel_activity(request.clone()).await.unwrap_err();
    let unknown = wire::CancelActivityRequest {
        name: "activities/0199e5a0-0000-7000-8000-000000000001".to_owned(),
        request_id: request_id(),
        ..request
    };
    let none = canada.activities.cancel_activity(unknown).await.unwrap_err();
    assert_eq!(
        (denied.code(), denied.message()),
        (none.code(), none.message()),
        "one cannot be told from the other"
    );
}

/// Any part of a Chinese text will do; what was narrowed finds nothing for others.
pub async fn found(running: Running) {
    let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let narrowed = wire::Activity {
        title: both("Toys under 3 years", "三岁以下玩具"),
        description: both("About magnets, for us.", "关于磁铁。"),
        disclosures: vec![FieldDisclosure {
            path: "description".to_owned(),
            audience: Audience::Originator.into(),
            reason: "not agreed yet".to_owned(),
        }],
        ..webinar(20)
    };
    let toys = published(&eu, narrowed).await;
    let kettles = published(&eu, webinar(20)).await;
    let by = |text: &str| wire::ActivityFilter { text: text.to_owned(), ..Default::default() };
    for (text, wanted) in [
        ("水壶", vec![&kettles.name]),
        ("KETTLES electrical", vec![&kettles.name]),
        ("玩具", vec![&toys.name]),
        ("SPEAC", vec![&toys.name, &kettles.name]),
        ("100%", vec![]),
        ("magnets", vec![]),
        ("磁铁", vec![]),
    ] {
        let mut names: Vec<String> = listed(&gacc, by(text)).await.into_iter().map(|one| one.name).collect();
        names.sort();
        let mut wanted: Vec<String> = wanted.into_iter().cloned().collect();
        wanted.sort();
        assert_eq!(names, wanted, "{text}");
    }
    assert_eq!(listed(&eu, by("magnets")).await.len(), 1, "its own side finds it");
    assert_eq!(seen(&gacc, &toys.name).await.unwrap().description, None);
    let later = wire::ActivityFilter { from_time: at("2027-03-16T00:00:00Z"), ..Default::default() };
    assert!(listed(&gacc, later).await.is_empty(), "both end on the 15th");
}

/// What the clocks skip is refused with both readings, what they show twice is asked about.
pub async fn clocks(running: Running) {
    let mut eu = running.partner("eu-just");
    let mut create = async |start: &str, later: Option<bool>| {
        let mut activity = webinar(20);
        activity.sessions = vec![session("night", start, "Europe/Brussels", 60)];
        activity.sessions[0].start.as_mut().unwrap().later = later;
        let request = wire::CreateActivityRequest {
            activity: Some(activity),
            request_id: request_id(),
            ..Default::default()
        };
        eu.activities.create_activity(request).await.map(|made| made.into_inner().start_time)
    };
    let skipped = create("2027-03-28T02:30", None).await.unwrap_err();
    let (field, why) = fields(&skipped).remove(0);
    assert_eq!(field, "activity.sessions[0].start");
    assert!(
        why.contains("2027-03-28") && why.contains("01:30:00+01:00") && why.contains("03:30:00+02:00"),
        "{why}"
    );
    let twice = create("2027-10-31T02:30", None).await.unwrap_err();
    assert!(fields(&twice)[0].1.contains("comes twice"), "{twice}");
    assert_eq!(create("2027-10-31T02:30", Some(false)).await.unwrap(), at("2027-10-31T00:30:00Z"));
    assert_eq!(create("2027-10-31T02:30", Some(true)).await.unwrap(), at("2027-10-31T01:30:00Z"));
}

/// The law moves the clocks of Winnipeg: the local time stays, the instant follows, everybody concerned is told once and why;
/// Toronto stays where it was.
pub async fn moved_by_law(running: Running) {
    // What everybody thought of Winnipeg before 2026, and of Toronto always.
    const TORONTO: (&str, i32, &str) = ("America/Toronto", -5, "EST5EDT,M3.2.0,M11.1.0");
    const BRUSSELS: (&str, i32, &str) = ("Europe/Brussels", 1, "CET-1CEST,M3.5.0,M10.5.0/3");
    let before =
        zone_files::folder("2025b", &[("America/Winnipeg", -6, "CST6CDT,M3.2.0,M11.1.0"), TORONTO, BRUSSELS]);
    let after = zone_files::folder("2026f", &[("America/Winnipeg", -5, "CDT5"), TORONTO, BRUSSELS]);
    let running = running.with(&[("calendar.zones", before.path().to_str().unwrap())]).await;
    running.set_clock("2026-10-01T09:00:00Z");
    let eu = running.partner("eu-just");
    let at_nine = |zone: &str| wire::Activity {
        sessions: vec![session("day-1", "2026-11-20T09:00", zone, 60)],
        ..webinar(10)
    };
    let winnipeg = published(&eu, at_nine("America/Winnipeg")).await;
    let toronto = published(&eu, at_nine("America/Toronto")).await;
    assert_eq!((winnipeg.start_time, winnipeg.zone_data.as_str()), (at("2026-11-20T15:00:00Z"), "2025b"));

    let running = running.with(&[("calendar.zones", after.path().to_str().unwrap())]).await;
    let mut gacc = running.partner("cn-gacc");
    let moved = eventually("the activity follows the clocks", SOON, async || {
        let now = seen(&gacc, &winnipeg.name).await?;
        if now.zone_data == "2026f" { Ok(now) } else { Err(Status::unavailable("not yet")) }
    })
    .await;
    assert_eq!((moved.sequence, moved.start_time), (1, at("2026-11-20T14:00:00Z")));
    assert_eq!(
        moved.sessions[0].start,
        local("2026-11-20T09:00:00", "America/Winnipeg"),
        "the wall time is kept"
    );
    let why = "The clocks of America/Winnipeg were changed by law: 2026-11-20T09:00:00 there is 2026-11-20T14:00:00Z now, no more \
               2026-11-20T15:00:00Z; the local time stays.";
    assert_eq!(moved.change_note, why);
    let stays = eventually("the other is looked at, too", SOON, async || {
        let now = seen(&gacc, &toronto.name).await?;
        if now.zone_data == "2026f" { Ok(now) } else { Err(Status::unavailable("not yet")) }
    })
    .await;
    assert_eq!((stays.sequence, stays.start_time, stays.change_note.as_str()), (0, toronto.start_time, ""));
    let told: Vec<wire::ActivityChanged> = gacc.told().await;
    let changes: Vec<_> =
        told.iter().map(|one| (one.change(), &one.activity.as_ref().unwrap().name)).collect();
    use wire::ActivityChange::{ClocksMoved, Published};
    let wanted = [(Published, &winnipeg.name), (Published, &toronto.name), (ClocksMoved, &winnipeg.name)];
    assert_eq!(changes, wanted, "once, and the one alone");
}

/// Times that the activity's terms do not allow are refused by the field in which they are given, with what stands against them.
pub async fn moved_wrongly(running: Running) {
    running.set_clock("2027-01-10T09:00:00Z");
    let eu = running.partner("eu-just");
    let mut activity = webinar(20);
    activity.registration.as_mut().unwrap().closes = local("2027-03-14T12:00", "Europe/Brussels");
    let name = published(&eu, activity).await.name;
    let earlier = moved(&name, vec![session("day-1", "2027-03-10T09:00", "Europe/Brussels", 90)]);
    let refused = eu.activities.clone().reschedule_activity(earlier).await.unwrap_err();
    let [(field, wanted)]: [_; 1] = fields(&refused).try_into().unwrap();
    assert_eq!(field, "sessions", "the request has no other");
    assert!(wanted.starts_with("registration.closes of the activity wants no time behind"), "{wanted}");
    assert!(wanted.ends_with("UpdateActivity changes it"), "{wanted}");
}
