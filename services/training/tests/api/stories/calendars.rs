//! Calendars that people subscribe to: what they show, to whom, for how long, and that a link can be taken back.

use std::time::Duration;

use futures::StreamExt;
use seamless_identity::SAMPLE_COOPERATION;
use seamless_proto::seamless::{
    disclosure::v1::{Audience, FieldDisclosure},
    training::v1 as wire,
};
use seamless_testkit::{HttpsAnswer, eventually, https, https_stream};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tonic::{Code, Status};

use super::{created, published, registrations::registered};
use crate::{
    running::{CALENDARS, Partner, Running, calendars_of},
    words::{both, fields, local, reason, request_id, session, webinar},
};

const SOON: Duration = Duration::from_secs(20);

fn link(programme: &str, email: &str, language: &str) -> wire::CalendarLink {
    wire::CalendarLink {
        programme: programme.to_owned(),
        email: email.to_owned(),
        language: language.to_owned(),
        ..Default::default()
    }
}

async fn made(
    partner: &Partner,
    link: wire::CalendarLink,
) -> Result<wire::CreateCalendarLinkResponse, Status> {
    let request = wire::CreateCalendarLinkRequest {
        calendar_link: Some(link),
        request_id: request_id(),
        ..Default::default()
    };
    partner.calendars.clone().create_calendar_link(request).await.map(tonic::Response::into_inner)
}

/// The path of a link that was made.
async fn path(partner: &Partner, link: wire::CalendarLink) -> String {
    let url = made(partner, link).await.unwrap().url;
    url.strip_prefix(CALENDARS).unwrap().to_owned()
}

async fn revoked(partner: &Partner, name: &str) -> Result<wire::CalendarLink, Status> {
    let request = wire::RevokeCalendarLinkRequest {
        name: name.to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    partner.calendars.clone().revoke_calendar_link(request).await.map(tonic::Response::into_inner)
}

async fn listed_by(partner: &Partner) -> Vec<wire::CalendarLink> {
    let request = wire::ListCalendarLinksRequest::default();
    partner.calendars.clone().list_calendar_links(request).await.unwrap().into_inner().calendar_links
}

async fn asked(running: &Running, method: &str, path: &str, headers: &[(&str, &str)]) -> HttpsAnswer {
    let ca = running.credentials.issuer().ca_certificate();
    https(&ca, calendars_of(&running.address), method, path, headers).await
}

async fn read(running: &Running, path: &str) -> String {
    let answer = asked(running, "GET", path, &[]).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body.replace("\r\n ", "")
}

/// What the authority's calendar of all that it may see shows.
pub(super) async fn of_authority(running: &Running, partner: &Partner) -> String {
    read(running, &path(partner, link("", "", "")).await).await
}

/// The calendar of a person shows the sessions that the person is registered for, under the UID of the invitations; that of the
/// authority shows all.
pub async fn of_sessions(running: Running) {
    running.set_clock("2027-03-01T09:00:00Z");
    let (running, folder) = super::mails::with_folder(running).await;
    running.set_clock("2027-03-01T09:00:00Z");
    let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let mut activity = webinar(10);
    for (id, start) in [("lab-a", "2027-03-16T09:00"), ("lab-b", "2027-03-17T09:00")] {
        let lab = session(id, start, "Europe/Brussels", 60);
        activity.sessions.push(wire::Session { capacity: Some(5), ..lab });
    }
    let activity = published(&eu, activity).await;
    registered(&gacc, &activity.name, "Li Ming", 1).await.unwrap();
    let of_person = path(&gacc, link("", "li.ming@ningbo.example.cn", "")).await;
    let uids = |text: &str| -> std::collections::BTreeSet<String> {
        text.lines().filter_map(|line| line.strip_prefix("UID:")).map(str::to_owned).collect()
    };
    let invited = |mails: &[Vec<u8>]| -> std::collections::BTreeSet<String> {
        mails.iter().map(|mail| super::mails::value(&super::mails::calendars(mail)[0].1, "UID")).collect()
    };
    let mails = super::mails::written(&folder, 1).await;
    let text = read(&running, &of_person).await;
    assert!(text.contains("DTSTART;TZID=Europe/Brussels:20270315T090000"), "{text}");
    assert_eq!(uids(&text), invited(&mails), "the day, and neither laboratory");

    let request = wire::RegisterRequest {
        parent: activity.name.clone(),
        registration: Some(wire::Registration {
            session: "lab-b".to_owned(),
            ..crate::words::registration("Li Ming", 1)
        }),
        request_id: request_id(),
        ..Default::default()
    };
    gacc.registrations.clone().register(request).await.unwrap();
    let mails = super::mails::written(&folder, 2).await;
    let text = read(&running, &of_person).await;
    assert_eq!(uids(&text), invited(&mails));
    assert!(text.contains("20270317T090000") && !text.contains("20270316T090000"), "{text}");
    let all = of_authority(&running, &gacc).await;
    assert_eq!(uids(&all).len(), 3, "{all}");
}

async fn cancelled(partner: &Partner, name: &str) {
    let request = wire::CancelActivityRequest {
        name: name.to_owned(),
        reason: "The hall burnt down.".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    partner.activities.clone().cancel_activity(request).await.unwrap();
}

/// Subscribed to, read again, moved, cancelled, gone; and the link revoked.
pub async fn life(running: Running) {
    running.set_clock("2027-03-01T09:00:00Z");
    let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let mut activity = webinar(10);
    let speaker = wire::Speaker { name: "Dr Speaker".to_owned(), ..Default::default() };
    activity.sessions[0].speakers = vec![speaker];
    activity.sessions[0].room = "Room 3".to_owned();
    let activity = published(&eu, activity).await;
    registered(&gacc, &activity.name, "Li Ming", 1).await.unwrap();
    let call = wire::CreateCalendarLinkRequest {
        calendar_link: Some(link("", "", "zh-Hans")),
        request_id: request_id(),
        ..Default::default()
    };
    let first = gacc.calendars.clone().create_calendar_link(call.clone()).await.unwrap().into_inner();
    let path = first.url.strip_prefix(CALENDARS).unwrap();
    assert_eq!(path.len(), "/calendars/.ics".len() + 43, "256 bits: {path}");
    // The same call again gives the link, and no URL: the service does not have it.
    let again = gacc.calendars.clone().create_calendar_link(call.clone()).await.unwrap().into_inner();
    assert_eq!((again.calendar_link, again.url.as_str()), (first.calendar_link.clone(), ""));
    let trial = wire::CreateCalendarLinkRequest { validate_only: true, request_id: request_id(), ..call };
    let trial = gacc.calendars.clone().create_calendar_link(trial).await.unwrap().into_inner();
    assert_eq!(trial.url, "");
    let secret = path.trim_start_matches("/calendars/").trim_end_matches(".ics");
    let kept = super::personal_data::bytes_of(&running).await;
    assert!(!super::personal_data::contains(&kept, secret), "the secret is kept nowhere");

    let answer = asked(&running, "GET", path, &[]).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/calendar; charset=utf-8"));
    assert_eq!(answer.header("cache-control"), "private, no-cache");
    assert_eq!(answer.header("content-length"), answer.body.len().to_string());
    let text = answer.body.replace("\r\n ", "");
    let id = activity.name.trim_start_matches("activities/");
    for line in [
        "METHOD:PUBLISH",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "TZID:Europe/Brussels",
        &format!("UID:{id}-day-1"),
        "SEQUENCE:0",
        "DTSTART;TZID=Europe/Brussels:20270315T090000",
        "DURATION:PT1H30M",
        "SUMMARY;LANGUAGE=zh-Hans:电热水壶的电气安全",
        "LOCATION;LANGUAGE=zh-Hans:Room 3",
        "STATUS:CONFIRMED",
    ] {
        assert!(text.lines().any(|one| one == line), "{line} in {text}");
    }
    for nobody in ["ATTENDEE", "ORGANIZER", "Li Ming", "li.ming", "Dr Speaker", "ask for the room"] {
        assert!(!text.contains(nobody), "{nobody} in {text}");
    }
    assert!(!text.contains("meet.example.eu"), "where people join is the organisers' to give");
    let tag = answer.header("etag").to_owned();
    let same = asked(&running, "GET", path, &[("If-None-Match", &tag)]).await;
    assert_eq!((same.status, same.body.as_str(), same.header("etag")), (304, "", tag.as_str()));
    let head = asked(&running, "HEAD", path, &[]).await;
    assert_eq!((head.status, head.body.as_str(), head.header("etag")), (200, "", tag.as_str()));
    assert_eq!(head.header("content-length"), answer.header("content-length"));
    let post = asked(&running, "POST", path, &[("Content-Length", "0")]).await;
    assert_eq!((post.status, post.header("allow")), (405, "GET, HEAD"));

    // Moved: another content, another tag, a higher number.
    let moved = wire::RescheduleActivityRequest {
        name: activity.name.clone(),
        sessions: vec![session("day-1", "2027-03-16T10:00", "Europe/Brussels", 60)],
        reason: "The hall is taken.".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    eu.activities.clone().reschedule_activity(moved).await.unwrap();
    let answer = asked(&running, "GET", path, &[("If-None-Match", &tag)]).await;
    assert_eq!(answer.status, 200);
    let text = answer.body.replace("\r\n ", "");
    assert!(text.contains("SEQUENCE:1\r\n") && text.contains(":20270316T100000\r\n"), "{text}");
    assert_eq!(text.matches("BEGIN:VEVENT").count(), 1);

    // Cancelled: it is shown for a fortnight, and is gone then.
    cancelled(&eu, &activity.name).await;
    let text = read(&running, path).await;
    assert!(text.contains("STATUS:CANCELLED\r\n") && text.contains("SEQUENCE:2\r\n"), "{text}");
    assert!(text.contains("The hall burnt down."), "{text}");
    running.set_clock("2027-03-15T08:00:00Z");
    assert!(read(&running, path).await.contains("STATUS:CANCELLED"));
    running.set_clock("2027-03-15T10:00:00Z");
    let text = read(&running, path).await;
    assert!(!text.contains("VEVENT") && text.contains("END:VCALENDAR"), "{text}");

    // Revoked: it leads nowhere, as what never was and what is no path.
    let gacc = running.partner("cn-gacc");
    let name = first.calendar_link.unwrap().name;
    let gone = revoked(&gacc, &name).await.unwrap();
    assert!(gone.revoke_time.is_some());
    let refused = revoked(&gacc, &name).await.unwrap_err();
    assert_eq!(reason(&refused), "ILLEGAL_TRANSITION");
    let never = format!("/calendars/{}.ics", "A".repeat(43));
    let revoked = asked(&running, "GET", path, &[("If-None-Match", &tag)]).await;
    assert_eq!(revoked.status, 404);
    for other in [never.as_str(), "/", "/calendars/", "/../etc/passwd", "/calendars/%00.ics", "/%ff%fe?x=1"] {
        let answer = asked(&running, "GET", other, &[]).await;
        assert_eq!(
            (answer.status, &answer.headers, &answer.body),
            (404, &revoked.headers, &revoked.body),
            "{other}"
        );
    }
    let listed = listed_by(&gacc).await;
    assert_eq!(listed, [gone]);
}

/// What an authority may see no more is gone from its calendars; drafts and tests are in none, drills say what they are.
pub async fn rights(running: Running) {
    running.set_clock("2027-03-01T09:00:00Z");
    let (eu, gacc, canada) =
        (running.partner("eu-just"), running.partner("cn-gacc"), running.partner("ca-hc"));
    let shared = published(&eu, webinar(10)).await;
    created(&eu, wire::Activity { title: both("Only a draft", "草案"), ..webinar(10) }).await;
    let drill = wire::Activity {
        title: both("A drill", "演练活动"),
        status: seamless_proto::seamless::feed::v1::EventStatus::Exercise.into(),
        programme: "DRILLS".to_owned(),
        ..webinar(10)
    };
    published(&eu, drill).await;
    let own = wire::Activity {
        title: both("Organisers alone", "仅限主办方"),
        visibility: wire::ActivityVisibility::Organisers.into(),
        ..webinar(10)
    };
    published(&eu, own).await;
    let of_eu = read(&running, &path(&eu, link("", "", "")).await).await;
    assert_eq!(of_eu.matches("BEGIN:VEVENT").count(), 3, "{of_eu}");
    assert!(of_eu.contains("EXERCISE: A drill") && of_eu.contains("URL:https://meet.example.eu/kettles"));
    assert!(!of_eu.contains("Only a draft"));
    let of_gacc = read(&running, &path(&gacc, link("", "", "en")).await).await;
    assert!(!of_gacc.contains("Organisers alone") && of_gacc.contains("Electrical safety of kettles"));
    let of_canada = path(&canada, link("", "", "")).await;
    assert!(!read(&running, &of_canada).await.contains("VEVENT"));
    let drills = read(&running, &path(&eu, link("DRILLS", "", "")).await).await;
    assert_eq!(drills.matches("BEGIN:VEVENT").count(), 1, "{drills}");

    // Another's link is nobody's to see or to revoke.
    let links = listed_by(&eu).await;
    assert_eq!(links.iter().map(|one| one.programme.as_str()).collect::<Vec<_>>(), ["DRILLS", ""]);
    let refused = revoked(&gacc, &links[0].name).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);

    // The arrangement ends, and with it what its parties see of each other.
    let of_gacc = path(&gacc, link("", "", "")).await;
    assert!(read(&running, &of_gacc).await.contains(shared.name.trim_start_matches("activities/")));
    let running = running
        .restarted(|credentials| {
            let (before, after) = SAMPLE_COOPERATION.split_once("id = \"eu-cn\"").unwrap();
            let after =
                after.replacen("effective = 2026-01-01", "effective = 2026-01-01\nends = 2027-02-01", 1);
            credentials.set_cooperation(&format!("{before}id = \"eu-cn\"{after}"));
        })
        .await;
    assert!(!read(&running, &of_gacc).await.contains("VEVENT"));
}

/// What an address is registered for, by the authority that registered it; exported, and gone with the person.
pub async fn person(running: Running) {
    running.set_clock("2027-03-01T09:00:00Z");
    let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let [taken, waits, other] = [
        published(&eu, webinar(1)).await,
        published(&eu, webinar(1)).await,
        published(&eu, webinar(9)).await,
    ];
    let id = |activity: &wire::Activity| activity.name.trim_start_matches("activities/").to_owned();
    registered(&gacc, &taken.name, "Li Ming", 1).await.unwrap();
    registered(&gacc, &waits.name, "Somebody Else", 1).await.unwrap();
    registered(&gacc, &waits.name, "Li Ming", 1).await.unwrap();
    let email = "Li.Ming@ningbo.example.cn";
    let of_gacc = path(&gacc, link("", email, "")).await;
    let of_eu = path(&eu, link("", email, "")).await;
    let text = read(&running, &of_gacc).await;
    assert!(
        text.contains(&id(&taken)) && !text.contains(&id(&waits)) && !text.contains(&id(&other)),
        "{text}"
    );
    assert!(!text.to_lowercase().contains("li.ming"), "{text}");
    assert!(!read(&running, &of_eu).await.contains("VEVENT"), "the EU did not register the person");

    // It is cancelled: the registration ends, and the calendar says so.
    cancelled(&eu, &taken.name).await;
    cancelled(&eu, &waits.name).await;
    let feed = || async {
        let told = eu.clone().told::<wire::RegistrationsCounted>().await;
        let ended = told.iter().flat_map(|one| &one.changes);
        ended.filter(|one| one.state() == wire::RegistrationState::Cancelled).count()
    };
    eventually("registrations end", SOON, async || {
        let ended = feed().await;
        if ended >= 1 { Ok(()) } else { Err(ended) }
    })
    .await;
    let text = read(&running, &of_gacc).await;
    assert!(text.contains(&id(&taken)) && text.contains("STATUS:CANCELLED"), "{text}");
    assert!(!text.contains(&id(&waits)), "who waited had no seat: {text}");

    let export = wire::ExportPersonalDataRequest { email: email.to_owned(), ..Default::default() };
    let exported =
        gacc.personal_data.clone().export_personal_data(export.clone()).await.unwrap().into_inner();
    assert_eq!(exported.calendar_links.len(), 1);
    let name = listed_by(&eu).await[0].name.clone();
    assert!(revoked(&eu, &name).await.unwrap().email.is_empty());
    let erase = wire::ScheduleErasureRequest {
        email: email.to_owned(),
        after_days: Some(0),
        request_id: request_id(),
        ..Default::default()
    };
    gacc.personal_data.clone().schedule_erasure(erase).await.unwrap();
    eventually("the link ends with the person", SOON, async || {
        let answer = asked(&running, "GET", &of_gacc, &[]).await;
        if answer.status == 404 { Ok(()) } else { Err(answer.status) }
    })
    .await;
    let listed = listed_by(&gacc).await;
    assert!(listed[0].email.is_empty() && listed[0].revoke_time.is_some());
    eventually("no byte of the address is left", SOON, async || {
        let kept = super::personal_data::bytes_of(&running).await;
        if super::personal_data::contains(&kept, "li.ming@ningbo") { Err("it is there") } else { Ok(()) }
    })
    .await;
}

/// Everything that is wrong is told at once; without a listener there are no links.
pub async fn wrong(running: Running) {
    let eu = running.partner("eu-just");
    let refused = made(&eu, link(&"x".repeat(101), "nobody", "fr")).await.unwrap_err();
    let told: Vec<String> = fields(&refused).into_iter().map(|(field, _)| field).collect();
    let wanted =
        ["calendar_link.language", "calendar_link.email", "calendar_link.programme", "calendar_link.email"];
    assert_eq!(told, wanted, "{refused}");
    assert!(!format!("{refused:?}").contains("nobody"), "an address is not told again");
    let nothing = wire::CreateCalendarLinkRequest { request_id: request_id(), ..Default::default() };
    let refused = eu.calendars.clone().create_calendar_link(nothing).await.unwrap_err();
    assert_eq!(fields(&refused)[0].0, "calendar_link");
    let refused = revoked(&eu, "calendarLinks/1").await.unwrap_err();
    assert_eq!(fields(&refused)[0].0, "name");
}

/// As many links, events, requests and octets as are configured, and one more of each; and what 500 activities cost.
pub async fn limits(running: Running) {
    running.set_clock("2027-03-01T09:00:00Z");
    let settings = [
        ("calendars.links", "2"),
        ("calendars.events", "3"),
        ("calendars.requests.per_path", "10"),
        ("limits.max_page_size", "500"),
    ];
    let running = running.with(&settings).await;
    let eu = running.partner("eu-just");
    let one = made(&eu, link("", "", "")).await.unwrap();
    let path = one.url.strip_prefix(CALENDARS).unwrap();
    made(&eu, link("", "", "")).await.unwrap();
    let refused = made(&eu, link("", "", "")).await.unwrap_err();
    assert_eq!(reason(&refused), "LIMIT_REACHED");
    // A series is one event, and another for the meeting that was moved.
    let mut series = webinar(10);
    series.sessions[0].recurrence = Some(wire::Recurrence {
        rule: "FREQ=DAILY;COUNT=3".to_owned(),
        moved: vec![wire::MovedMeeting {
            from: "2027-03-16T09:00:00".to_owned(),
            to: local("2027-03-16T11:00", "Europe/Brussels"),
            ..Default::default()
        }],
        ..Default::default()
    });
    published(&eu, series).await;
    published(&eu, webinar(10)).await;
    let text = read(&running, path).await;
    assert_eq!((text.matches("BEGIN:VEVENT").count(), text.contains("X-WR-CALDESC")), (3, false), "{text}");
    let later = vec![session("day-1", "2027-05-03T09:00", "Europe/Brussels", 90)];
    published(&eu, wire::Activity { sessions: later, ..webinar(10) }).await;
    let text = read(&running, path).await;
    assert!(text.contains("X-WR-CALDESC:Shows the 2 activities alone"), "{text}");
    assert!(!text.contains("20270503"), "what begins last is left out: {text}");

    // Head too long, too slow, no TLS for it: refused, and others are served.
    let long = "x".repeat(9_000);
    let answer = asked(&running, "GET", path, &[("X-Long", &long)]).await;
    assert_eq!(answer.status, 431);
    let many: Vec<_> = (0..70).map(|_| ("X-Many", "1")).collect();
    assert_eq!(asked(&running, "GET", path, &many).await.status, 431);
    let ca = running.credentials.issuer().ca_certificate();
    let mut garbage = https_stream(&ca, calendars_of(&running.address)).await.unwrap();
    garbage.write_all(b"\x00\x01 nonsense\r\n\r\n").await.unwrap();
    let mut told = Vec::new();
    let _ = garbage.read_to_end(&mut told).await;
    assert!(told.starts_with(b"HTTP/1.1 400"), "{}", String::from_utf8_lossy(&told));
    let mut last = asked(&running, "GET", path, &[]).await;
    for _ in 0..10 {
        last = asked(&running, "GET", path, &[]).await;
    }
    assert_eq!(last.status, 429);
    assert!((1..=60).contains(&last.header("retry-after").parse::<u64>().unwrap()));
    let other = format!("/calendars/{}.ics", "B".repeat(43));
    assert_eq!(asked(&running, "GET", &other, &[]).await.status, 404, "another link is asked for in peace");

    // 500 activities, each with a description in two languages.
    let running =
        running.with(&[("calendars.events", "2000"), ("calendars.requests.per_path", "6000")]).await;
    let eu = running.partner("eu-just");
    let many = (0..497).map(|_| published(&eu, webinar(10)));
    futures::stream::iter(many).buffer_unordered(16).for_each(|_| async {}).await;
    let text = read(&running, path).await;
    assert_eq!(text.matches("BEGIN:VEVENT").count(), 501);
}

/// What an organiser keeps from others stands in no calendar of theirs: nor the title, nor the room of any meeting.
pub async fn narrowed(running: Running) {
    let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let kept = |path: &str| FieldDisclosure {
        path: path.to_owned(),
        audience: Audience::Originator.into(),
        reason: "not agreed yet".to_owned(),
    };
    let mut activity = wire::Activity { disclosures: vec![kept("title"), kept("venue")], ..webinar(20) };
    activity.title = both("Frobozz recall", "弗罗博兹召回");
    published(&eu, activity).await;
    let [own, others] = [of_authority(&running, &eu).await, of_authority(&running, &gacc).await];
    assert!(own.contains("Frobozz recall"), "{own}");
    assert!(!others.contains("Frobozz") && others.contains("SUMMARY;LANGUAGE=en:Meeting"), "{others}");
}
