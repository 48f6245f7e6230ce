//! Invitations to several meetings: each is taken in and out of a calendar by itself, whatever becomes of mails, and is answered by
//! itself.

use std::{collections::BTreeMap, time::Duration};

use seamless_proto::seamless::training::v1 as wire;
use seamless_testkit::eventually;
use wire::{MailState, Participation, ReceivedAs, RegistrationState};

use super::{
    mails::{by_smtp, calendars, listed, moved, received, resent, value, with_folder, written},
    published,
    registrations::{registered, state_of},
    replies::{answer, of_meetings},
    seen,
};
use crate::{
    running::{Partner, Running},
    smtp_server::{Mood, SmtpServer, Taken},
    words::{fields, local, person, reason, registration, request_id, session, webinar},
};

const SOON: Duration = Duration::from_secs(30);

/// Two days.
fn two_days(capacity: i32) -> wire::Activity {
    let mut activity = webinar(capacity);
    activity.sessions.push(session("day-2", "2027-03-16T09:00", "Europe/Brussels", 60));
    activity
}

async fn rescheduled(eu: &Partner, name: &str, sessions: Vec<wire::Session>) {
    let request = wire::RescheduleActivityRequest {
        name: name.to_owned(),
        sessions,
        reason: "The room is taken.".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    eu.activities.clone().reschedule_activity(request).await.unwrap();
}

/// Somebody who is registered for meetings that come again by a rule; mails go to the folder.
async fn in_a_series(running: Running, rule: &str) -> (Running, tempfile::TempDir, wire::Registration) {
    running.set_clock("2027-03-01T09:00:00Z");
    let (running, folder) = with_folder(running).await;
    running.set_clock("2027-03-01T09:00:00Z");
    let mut activity = webinar(5);
    activity.sessions[0].recurrence = Some(wire::Recurrence { rule: rule.to_owned(), ..Default::default() });
    let name = published(&running.partner("eu-just"), activity).await.name;
    let one = registered(&running.partner("cn-gacc"), &name, "Li One", 1).await.unwrap();
    (running, folder, one)
}

async fn shown(partner: &Partner, name: &str) -> wire::Registration {
    let request = wire::GetRegistrationRequest { name: name.to_owned() };
    partner.registrations.clone().get_registration(request).await.unwrap().into_inner()
}

/// What a calendar program has once it took all of these in: by session the METHOD and SEQUENCE of the highest number.
fn calendar_of(mails: &[Taken]) -> BTreeMap<String, (u32, String)> {
    let mut known: BTreeMap<String, (u32, String)> = BTreeMap::new();
    for mail in mails {
        let Some((method, object)) = calendars(&mail.content).into_iter().next() else { continue };
        let uid = value(&object, "UID");
        let session = uid[37..].split('@').next().unwrap().to_owned();
        let sequence: u32 = value(&object, "SEQUENCE").parse().unwrap();
        if known.get(&session).is_none_or(|(last, _)| *last < sequence) {
            known.insert(session, (sequence, method));
        }
    }
    known
}

/// The server is down while a session is dropped, and another one moved after that: both reach the calendar once it is back. What a
/// server refused goes again by hand, unless something later tells the same meeting.
pub async fn outage(running: Running) {
    running.set_clock("2027-03-01T09:00:00Z");
    let (server, port) = SmtpServer::listening().await;
    let pauses = [("mail.first_pause", "100ms"), ("mail.longest_pause", "200ms"), ("mail.attempts", "100")];
    let running = by_smtp(running, port, &pauses).await;
    running.set_clock("2027-03-01T09:00:00Z");
    let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let name = published(&eu, two_days(5)).await.name;
    let one = registered(&gacc, &name, "Li One", 1).await.unwrap();
    let has = async |begins: &str, wanted: &[(&str, u32, &str)]| {
        let wanted: BTreeMap<String, (u32, String)> = wanted
            .iter()
            .map(|(session, sequence, method)| ((*session).to_owned(), (*sequence, (*method).to_owned())))
            .collect();
        eventually("the calendar has it", SOON, async || {
            let known = calendar_of(&server.taken_for(begins));
            if known == wanted { Ok(()) } else { Err(format!("{known:?}")) }
        })
        .await
    };
    has("li.one", &[("day-1", 0, "REQUEST"), ("day-2", 0, "REQUEST")]).await;

    // Each step is told before the next one is taken, and nothing leaves.
    server.be(Mood::Down);
    let mails = async |name: &str, count: usize| {
        eventually("it is told", SOON, async || {
            let mails = listed(&eu, name).await.map_err(|status| status.to_string())?;
            if mails.len() == count { Ok(mails) } else { Err(mails.len().to_string()) }
        })
        .await
    };
    rescheduled(&eu, &name, vec![session("day-1", "2027-03-15T09:00", "Europe/Brussels", 90)]).await;
    mails(&one.name, 4).await;
    moved(&eu, &name, "2027-03-17T10:00", "Behind the fair.").await;
    let queued = mails(&one.name, 5).await;
    let states: Vec<_> = queued.iter().rev().skip(2).map(wire::Mail::state).collect();
    assert_eq!(states, [MailState::Superseded, MailState::Queued, MailState::Queued], "{queued:?}");
    let meetings: Vec<_> = queued.iter().rev().map(|mail| &mail.meeting[37..42]).collect();
    assert_eq!(meetings, ["day-1", "day-2", "day-1", "day-2", "day-1"]);
    server.be(Mood::Open);
    has("li.one", &[("day-1", 2, "REQUEST"), ("day-2", 1, "CANCEL")]).await;
    let taken = server.taken_for("li.one");
    assert_eq!(taken.len(), 4, "what was superseded never came");
    // Whichever comes last says nothing of the other meeting that is no more true.
    let body = |method: &str| {
        let mail = taken[2..].iter().find(|mail| calendars(&mail.content)[0].0 == method).unwrap();
        mail_parser::MessageParser::default().parse(&mail.content).unwrap().body_text(0).unwrap().into_owned()
    };
    let (moved_to, called_off) = (body("REQUEST"), body("CANCEL"));
    assert!(moved_to.contains("2027-03-17") && !moved_to.contains("2027-03-16"), "{moved_to}");
    assert!(called_off.contains("以下会议不再举行") && called_off.contains("2027-03-16"), "{called_off}");
    assert!(!called_off.contains("2027-03-15"), "{called_off}");

    // Somebody else comes instead, while everybody is refused: each mail goes again by hand, also beside later ones to the other.
    server.be(Mood::Refusing);
    let request = wire::TransferRegistrationRequest {
        name: one.name.clone(),
        people: vec![person("Li Other")],
        request_id: request_id(),
        ..Default::default()
    };
    gacc.registrations.clone().transfer_registration(request).await.unwrap();
    let refused = eventually("both are refused", SOON, async || {
        let mails = listed(&eu, &one.name).await.map_err(|status| status.to_string())?;
        let refused: Vec<_> =
            mails.into_iter().filter(|mail| mail.state() == MailState::Refused).rev().collect();
        if refused.len() == 2 { Ok(refused) } else { Err(format!("{refused:?}")) }
    })
    .await;
    server.be(Mood::Open);
    for mail in &refused {
        resent(&eu, mail).await.unwrap();
    }
    has("li.one", &[("day-1", 3, "CANCEL"), ("day-2", 1, "CANCEL")]).await;
    has("li.other", &[("day-1", 4, "REQUEST")]).await;

    // Of two invitations that were written together the first goes again as well as the second; once something later tells the same
    // meeting, neither.
    let name = published(&eu, two_days(5)).await.name;
    server.be(Mood::Refusing);
    let two = registered(&gacc, &name, "Li Two", 1).await.unwrap();
    let of_two = async |count: usize| {
        eventually("they are refused", SOON, async || {
            let mails = listed(&eu, &two.name).await.map_err(|status| status.to_string())?;
            let is_refused = |mail: &wire::Mail| mail.state() == MailState::Refused;
            if mails.len() == count && mails.iter().all(is_refused) {
                Ok(mails)
            } else {
                Err(format!("{mails:?}"))
            }
        })
        .await
    };
    of_two(2).await;
    rescheduled(
        &eu,
        &name,
        vec![
            session("day-1", "2027-03-15T11:00", "Europe/Brussels", 90),
            session("day-2", "2027-03-16T09:00", "Europe/Brussels", 60),
        ],
    )
    .await;
    let refused = of_two(4).await;
    server.be(Mood::Open);
    let told_again = resent(&eu, &refused[3]).await.unwrap_err();
    assert_eq!(reason(&told_again), "ILLEGAL_TRANSITION");
    assert!(format!("{told_again:?}").contains("a later mail tells what holds now"), "{told_again:?}");
    for mail in refused[..2].iter().rev() {
        resent(&eu, mail).await.unwrap();
    }
    has("li.two", &[("day-1", 1, "REQUEST"), ("day-2", 1, "REQUEST")]).await;
}

/// Each invitation is answered by itself, and shown; once every meeting was declined the seat goes to who is next.
pub async fn answered_each(running: Running) {
    running.set_clock("2027-03-01T09:00:00Z");
    let (running, folder) = with_folder(running).await;
    running.set_clock("2027-03-01T09:00:00Z");
    let (eu, gacc, canada) =
        (running.partner("eu-just"), running.partner("cn-gacc"), running.partner("ca-hc"));
    let name = published(&eu, two_days(1)).await.name;
    let one = registered(&gacc, &name, "Li One", 1).await.unwrap();
    let mails = written(&folder, 2).await;
    let text =
        mail_parser::MessageParser::default().parse(&mails[0]).unwrap().body_text(0).unwrap().into_owned();
    assert!(text.contains("如所有会议都不能参加"), "how the seat is given up: {text}");
    registered(&gacc, &name, "Li Two", 1).await.unwrap();
    written(&folder, 3).await;
    let [first, second] = [0, 1].map(|index| calendars(&mails[index])[0].1.clone());
    let as_what = async |content: Vec<u8>| received(&eu, &content).await.unwrap().received_as();
    let said = async |partner: &Partner| -> Vec<(String, String, Participation)> {
        let answers = shown(partner, &one.name).await.calendar_answers.into_iter();
        answers.map(|one| (one.session.clone(), one.meeting.clone(), one.participation())).collect()
    };
    let day = |number: u8, what: Participation| (format!("day-{number}"), String::new(), what);

    assert_eq!(as_what(answer(&first, "DECLINED", "20270301T090100Z")).await, ReceivedAs::Noted);
    assert_eq!(as_what(answer(&second, "TENTATIVE", "20270301T090200Z")).await, ReceivedAs::Noted);
    assert_eq!(as_what(answer(&first, "DECLINED", "20270301T090100Z")).await, ReceivedAs::Repeated);
    assert_eq!(as_what(answer(&first, "ACCEPTED", "20270301T090000Z")).await, ReceivedAs::Outdated);
    let all = [day(1, Participation::Declined), day(2, Participation::Tentative)];
    assert_eq!(said(&eu).await, all);
    assert_eq!(said(&gacc).await, all, "who registered sees it, too");
    let request = wire::GetRegistrationRequest { name: one.name.clone() };
    assert!(canada.registrations.clone().get_registration(request).await.is_err());
    assert_eq!(state_of(&gacc, &one.name).await, RegistrationState::Confirmed);

    // The second day is another one now: what was said of it counts no more, and what was said of the first stays.
    let days = [("day-1", "2027-03-15T09:00", 90), ("day-2", "2027-03-18T09:00", 60)];
    let days = days.map(|(id, start, minutes)| session(id, start, "Europe/Brussels", minutes));
    rescheduled(&eu, &name, days.to_vec()).await;
    let mails = written(&folder, 6).await;
    let of_one: Vec<String> =
        mails[3..].iter().filter_map(|mail| Some(calendars(mail).into_iter().next()?.1)).collect();
    let stand = |object: &String| {
        let line = object.lines().find(|line| line.starts_with("ATTENDEE")).unwrap();
        line.split(';').find_map(|part| part.strip_prefix("PARTSTAT=")).unwrap().to_owned()
    };
    assert_eq!(of_one.iter().map(stand).collect::<Vec<_>>(), ["DECLINED", "ACCEPTED"], "{of_one:?}");
    assert_eq!(said(&eu).await, [day(1, Participation::Declined)]);
    assert_eq!(as_what(answer(&second, "DECLINED", "20270301T090300Z")).await, ReceivedAs::Outdated);
    assert_eq!(as_what(answer(&of_one[1], "DECLINED", "20270301T090400Z")).await, ReceivedAs::Withdrawn);
    assert_eq!(state_of(&gacc, &one.name).await, RegistrationState::Withdrawn);
    let seats = seen(&eu, &name).await.unwrap().seats.unwrap();
    assert_eq!((seats.confirmed, seats.waiting), (1, 0), "it went to who was next");
}

/// Meetings of a series are answered one by one, or several in one mail.
pub async fn answered_in_a_series(running: Running) {
    let (running, folder, one) = in_a_series(running, "FREQ=DAILY;COUNT=3").await;
    let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let mails = written(&folder, 1).await;
    let invitation = calendars(&mails[0])[0].1.clone();
    let as_what = async |content: Vec<u8>| received(&eu, &content).await.unwrap().received_as();
    let of = |word: &str, stamped: &str, meetings: &[&str]| of_meetings(&invitation, word, stamped, meetings);
    let said = async || -> Vec<(String, Participation)> {
        let answers = shown(&eu, &one.name).await.calendar_answers.into_iter();
        answers.map(|one| (one.meeting.clone(), one.participation())).collect()
    };

    // Local to the meeting, an instant, and on other clocks.
    let first = "RECURRENCE-ID;TZID=Europe/Brussels:20270315T090000";
    assert_eq!(as_what(of("DECLINED", "20270301T090100Z", &[first])).await, ReceivedAs::Noted);
    assert_eq!(
        as_what(of("DECLINED", "20270301T090200Z", &["RECURRENCE-ID:20270320T080000Z"])).await,
        ReceivedAs::Noted
    );
    assert_eq!(said().await, [("2027-03-15T09:00:00".to_owned(), Participation::Declined)]);
    let [second, third] =
        ["RECURRENCE-ID:20270316T080000Z", "RECURRENCE-ID;TZID=Asia/Shanghai:20270317T160000"];
    assert_eq!(as_what(of("ACCEPTED", "20270301T090300Z", &[first])).await, ReceivedAs::Noted);
    assert_eq!(as_what(of("DECLINED", "20270301T090400Z", &[second, third])).await, ReceivedAs::Noted);
    let meeting = |day: u8, what: Participation| (format!("2027-03-{day}T09:00:00"), what);
    let known = [
        meeting(15, Participation::Accepted),
        meeting(16, Participation::Declined),
        meeting(17, Participation::Declined),
    ];
    assert_eq!(said().await, known);
    assert_eq!(state_of(&gacc, &one.name).await, RegistrationState::Confirmed);
    assert_eq!(as_what(of("DECLINED", "20270301T090500Z", &[first])).await, ReceivedAs::Withdrawn);
    assert_eq!(state_of(&gacc, &one.name).await, RegistrationState::Withdrawn);
}

/// A series over the night in which the clocks skip its time: list, mail and calendar have the same meetings.
pub async fn over_a_gap(running: Running) {
    running.set_clock("2027-03-01T09:00:00Z");
    let (running, folder) = with_folder(running).await;
    running.set_clock("2027-03-01T09:00:00Z");
    let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let mut activity = webinar(5);
    let mut night = session("night", "2027-03-26T02:30", "Europe/Brussels", 30);
    night.recurrence = Some(wire::Recurrence { rule: "FREQ=DAILY;COUNT=4".to_owned(), ..Default::default() });
    activity.sessions = vec![night];
    let activity = published(&eu, activity).await;
    let meetings: Vec<_> = activity.sessions[0].meetings.iter().map(|one| one.id.as_str()).collect();
    let days = [26, 27, 29, 30].map(|day| format!("2027-03-{day}T02:30:00"));
    assert_eq!(meetings, days);
    registered(&gacc, &activity.name, "Li One", 1).await.unwrap();
    let mails = written(&folder, 1).await;
    let text =
        mail_parser::MessageParser::default().parse(&mails[0]).unwrap().body_text(0).unwrap().into_owned();
    for day in &days {
        assert!(text.contains(&day[..10]), "{day} in {text}");
    }
    assert!(!text.contains("2027-03-28 (周日) 02:30") && !text.contains("2027-03-28 (周日) 03:30"), "{text}");
    let invitation = calendars(&mails[0])[0].1.clone();
    let feed = super::calendars::of_authority(&running, &gacc).await;
    for object in [&invitation, &feed] {
        let lines: Vec<&str> = object.lines().collect();
        // No program counts the skipped one, or moves it by an hour.
        assert!(lines.contains(&"EXDATE;TZID=Europe/Brussels:20270328T023000"), "{object}");
        assert!(lines.contains(&"RRULE:FREQ=DAILY;UNTIL=20270330T003000Z"), "{object}");
    }
}

/// Two days in a row each week: people are reminded before the first of both, each week, and of nothing that is over.
pub async fn reminded_each_week(running: Running) {
    let (running, folder, one) = in_a_series(running, "FREQ=WEEKLY;BYDAY=MO,TU;COUNT=5").await;
    written(&folder, 1).await;
    // Mondays and Tuesdays from 15 March on; the clocks change on the 28th.
    for (at, count) in [
        ("2027-03-14T07:59:00Z", 1),
        ("2027-03-14T08:01:00Z", 2),
        ("2027-03-15T08:01:00Z", 2),
        ("2027-03-21T08:01:00Z", 3),
        ("2027-03-28T06:59:00Z", 3),
        ("2027-03-28T07:01:00Z", 4),
        ("2027-03-30T07:01:00Z", 4),
    ] {
        running.set_clock(at);
        // Whoever registers now is told behind whoever is to be reminded now.
        let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
        let mails = eventually("the reminders are written", SOON, async || {
            let mails = listed(&eu, &one.name).await.map_err(|status| status.to_string())?;
            if mails.len() == count { Ok(mails) } else { Err(format!("{at}: {}", mails.len())) }
        })
        .await;
        assert!(mails[..count - 1].iter().all(|mail| mail.kind() == wire::MailKind::Reminder));
        drop(gacc);
    }
}

/// One meeting of a series is longer and in another room: list, mail and calendars say so, of that one alone.
pub async fn longer_and_elsewhere(running: Running) {
    running.set_clock("2027-03-01T09:00:00Z");
    let (running, folder) = with_folder(running).await;
    running.set_clock("2027-03-01T09:00:00Z");
    let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let moved = |minutes: i32, room: &str| wire::MovedMeeting {
        from: "2027-03-16T09:00:00".to_owned(),
        to: local("2027-03-16T09:00", "Europe/Brussels"),
        minutes,
        room: room.to_owned(),
    };
    let daily = |moved: wire::MovedMeeting| {
        let rule = "FREQ=DAILY;COUNT=3".to_owned();
        let mut activity = webinar(5);
        activity.sessions[0].room = "Room 1".to_owned();
        activity.sessions[0].recurrence =
            Some(wire::Recurrence { rule, moved: vec![moved], left_out: vec![] });
        activity
    };
    let request = wire::CreateActivityRequest {
        activity: Some(daily(moved(10_081, &"r".repeat(201)))),
        request_id: request_id(),
        ..Default::default()
    };
    let refused = eu.activities.clone().create_activity(request).await.unwrap_err();
    let wrong: Vec<String> = fields(&refused).into_iter().map(|(field, _)| field).collect();
    let at = "activity.sessions[0].recurrence.moved[0]";
    assert_eq!(wrong, [format!("{at}.minutes"), format!("{at}.room")]);

    let activity = published(&eu, daily(moved(180, "Laboratory; second floor"))).await;
    let meetings: Vec<_> = activity.sessions[0]
        .meetings
        .iter()
        .map(|one| (one.end_time.unwrap().seconds - one.start_time.unwrap().seconds, one.room.as_str()))
        .collect();
    assert_eq!(meetings, [(5_400, "Room 1"), (10_800, "Laboratory; second floor"), (5_400, "Room 1")]);
    registered(&gacc, &activity.name, "Li One", 1).await.unwrap();
    let mails = written(&folder, 1).await;
    let text =
        mail_parser::MessageParser::default().parse(&mails[0]).unwrap().body_text(0).unwrap().into_owned();
    assert_eq!((text.matches("Room 1").count(), text.matches("Laboratory; second floor").count()), (2, 1));
    assert!(text.contains("09:00–12:00, Europe/Brussels"), "{text}");
    let invitation = calendars(&mails[0])[0].1.clone();
    let feed = super::calendars::of_authority(&running, &gacc).await;
    for object in [&invitation, &feed] {
        let events: Vec<&str> = object.split("BEGIN:VEVENT").skip(1).collect();
        let [series, one]: [&str; 2] = events.try_into().unwrap();
        assert!(series.contains("DURATION:PT1H30M") && series.contains("Room 1"), "{object}");
        assert!(one.contains("RECURRENCE-ID;TZID=Europe/Brussels:20270316T090000"), "{object}");
        assert!(one.contains("DURATION:PT3H\r\n") && one.contains("Laboratory\\; second floor"), "{object}");
    }
}

/// A domain of other letters is written to in its form of ASCII, and answers in that form: it counts as the address that was registered.
pub async fn answered_from_an_own_domain(running: Running) {
    running.set_clock("2027-03-01T09:00:00Z");
    let (running, folder) = with_folder(running).await;
    running.set_clock("2027-03-01T09:00:00Z");
    let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let name = published(&eu, webinar(5)).await.name;
    let own = wire::Person { email: "Dana@Bücher.example".to_owned(), ..person("Dana One") };
    let request = wire::RegisterRequest {
        parent: name,
        registration: Some(wire::Registration { people: vec![own], ..registration("Dana One", 1) }),
        request_id: request_id(),
        ..Default::default()
    };
    let one = gacc.registrations.clone().register(request).await.unwrap().into_inner();
    let mails = written(&folder, 1).await;
    let invitation = calendars(&mails[0])[0].1.clone();
    assert!(invitation.contains("xn--bcher-kva.example"), "{invitation}");
    let said = answer(&invitation, "DECLINED", "20270301T090100Z");
    assert_eq!(received(&eu, &said).await.unwrap().received_as(), ReceivedAs::Withdrawn);
    assert_eq!(state_of(&gacc, &one.name).await, RegistrationState::Withdrawn);
}
