//! Mails to those who are registered: what they say, how they leave, and what comes back.

use std::{path::Path, time::Duration};

use mail_parser::{Message, MessageParser, MimeHeaders};
use seamless_proto::seamless::training::v1 as wire;
use seamless_testkit::eventually;
use tempfile::TempDir;
use tonic::{Code, Status};
use wire::{
    MailKind, MailState,
    ReceivedAs::{self, *},
    RegistrationState,
};

use super::{
    published,
    registrations::{registered, state_of},
    replies::{answer, by, reply, report},
};
use crate::{
    running::{Partner, Running},
    smtp_server::SmtpServer,
    words::{fields, reason, request_id, session, webinar},
    zone_files,
};

const SOON: Duration = Duration::from_secs(30);

/// A service that writes its mails into a folder.
pub async fn with_folder(running: Running) -> (Running, TempDir) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().to_str().unwrap().to_owned();
    let running = running
        .with(&[
            ("mail.transport", "folder"),
            ("mail.folder", &path),
            ("mail.sender", "training@example.eu"),
            ("mail.interval", "100ms"),
        ])
        .await;
    (running, folder)
}

/// A service that hands its mails to a server on this machine.
pub(super) async fn by_smtp(running: Running, port: u16, more: &[(&str, &str)]) -> Running {
    let port = port.to_string();
    let settings = [
        ("mail.transport", "smtp"),
        ("mail.sender", "training@example.eu"),
        ("mail.smtp.host", "127.0.0.1"),
        ("mail.smtp.port", &port),
        ("mail.smtp.tls", "none"),
        ("mail.interval", "100ms"),
    ];
    running.with(&[&settings[..], more].concat()).await
}

/// The mails of a folder, the first first.
fn mails_in(folder: &Path) -> Vec<Vec<u8>> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "eml")).collect();
    files.sort();
    files.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// Waits until so many mails were written, and no more.
pub(super) async fn written(folder: &TempDir, count: usize) -> Vec<Vec<u8>> {
    eventually("the mails are written", SOON, async || {
        let mails = mails_in(folder.path());
        if mails.len() == count { Ok(mails) } else { Err(mails.len()) }
    })
    .await
}

fn parsed(mail: &[u8]) -> Message<'_> {
    MessageParser::default().parse(mail).unwrap()
}

/// Method of the type, and the object, unfolded.
pub(super) fn calendars(mail: &[u8]) -> Vec<(String, String)> {
    let message = parsed(mail);
    let parts = message.parts.iter().filter_map(|part| {
        let kind = part.content_type().filter(|kind| kind.subtype() == Some("calendar"))?;
        let text = part.text_contents().unwrap().replace("\r\n ", "");
        Some((kind.attribute("method").unwrap().to_owned(), text))
    });
    parts.collect()
}

pub(super) fn value(object: &str, name: &str) -> String {
    let head = [format!("{name}:"), format!("{name};")];
    let line = object.lines().find(|line| head.iter().any(|head| line.starts_with(head)));
    line.and_then(|line| line.rsplit_once(':')).unwrap_or_else(|| panic!("{name} in {object}")).1.to_owned()
}

pub(super) async fn moved(eu: &Partner, name: &str, start: &str, why: &str) -> wire::Activity {
    let request = wire::RescheduleActivityRequest {
        name: name.to_owned(),
        sessions: vec![session("day-1", start, "Europe/Brussels", 90)],
        reason: why.to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    eu.activities.clone().reschedule_activity(request).await.unwrap().into_inner()
}

pub(super) async fn cancelled(eu: &Partner, name: &str) {
    let request = wire::CancelActivityRequest {
        name: name.to_owned(),
        reason: "The speaker is ill.".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    eu.activities.clone().cancel_activity(request).await.unwrap();
}

pub(super) async fn listed(partner: &Partner, parent: &str) -> Result<Vec<wire::Mail>, Status> {
    let request = wire::ListMailsRequest { parent: parent.to_owned(), ..Default::default() };
    Ok(partner.correspondence.clone().list_mails(request).await?.into_inner().mails)
}

pub(super) async fn resent(partner: &Partner, mail: &wire::Mail) -> Result<wire::Mail, Status> {
    let request = wire::ResendMailRequest {
        name: mail.name.clone(),
        etag: mail.etag.clone(),
        request_id: request_id(),
        ..Default::default()
    };
    partner.correspondence.clone().resend_mail(request).await.map(tonic::Response::into_inner)
}

pub(super) async fn received(partner: &Partner, content: &[u8]) -> Result<wire::ReceiveMailResponse, Status> {
    let request = wire::ReceiveMailRequest {
        content: content.to_vec(),
        request_id: request_id(),
        ..Default::default()
    };
    partner.correspondence.clone().receive_mail(request).await.map(tonic::Response::into_inner)
}

/// Published, registered, moved twice, cancelled: four mails, of which each reaches the meeting of the first.
pub async fn chain(running: Running) {
    running.set_clock("2027-03-01T09:00:00Z");
    let (running, folder) = with_folder(running).await;
    running.set_clock("2027-03-01T09:00:00Z");
    let (eu, gacc, canada) =
        (running.partner("eu-just"), running.partner("cn-gacc"), running.partner("ca-hc"));
    let name = published(&eu, webinar(1)).await.name;
    let one = registered(&gacc, &name, "Li One", 1).await.unwrap();
    written(&folder, 1).await;
    moved(&eu, &name, "2027-03-16T09:00", "The room is taken.").await;
    written(&folder, 2).await;
    // What is undone before anybody was told costs a number, and no mail.
    moved(&eu, &name, "2027-03-30T10:00", "Behind the holidays.").await;
    written(&folder, 3).await;
    cancelled(&eu, &name).await;
    let mails = written(&folder, 4).await;

    let mut chain = Vec::new();
    for mail in &mails {
        let (calendars, message) = (calendars(mail), parsed(mail));
        assert_eq!(calendars.len(), 2, "to act on, and to keep");
        for (method, object) in &calendars {
            assert_eq!(*method, value(object, "METHOD"));
            assert!(object.contains("BEGIN:VTIMEZONE") && object.contains("TZID:Europe/Brussels"));
        }
        let object = &calendars[0].1;
        let organizer = value(object, "ORGANIZER");
        let reply_to = message.reply_to().unwrap().first().unwrap().address().unwrap();
        // In a link the + stands as it is.
        assert_eq!(organizer, reply_to, "answers come to an address of their own");
        assert!(reply_to.starts_with("training+") && reply_to.ends_with("@example.eu"));
        chain.push((
            value(object, "UID"),
            calendars[0].0.clone(),
            value(object, "SEQUENCE").parse::<u32>().unwrap(),
            organizer,
        ));
    }
    assert!(chain.iter().all(|one| one.0 == chain[0].0 && one.3 == chain[0].3), "{chain:?}");
    let methods: Vec<_> = chain.iter().map(|one| (one.1.as_str(), one.2)).collect();
    assert_eq!(methods, [("REQUEST", 0), ("REQUEST", 1), ("REQUEST", 2), ("CANCEL", 3)]);

    let bodies: Vec<String> =
        mails.iter().map(|mail| parsed(mail).body_text(0).unwrap().into_owned()).collect();
    let subjects: Vec<String> = mails.iter().map(|mail| parsed(mail).subject().unwrap().to_owned()).collect();
    assert_eq!(subjects[0], "报名已确认：电热水壶的电气安全");
    assert_eq!(subjects[3], "活动已取消：电热水壶的电气安全");
    for wanted in [
        "Li One",
        "2027-03-15 (周一) 09:00–10:30, Europe/Brussels (UTC+01:00)",
        "您的当地时间：2027-03-15 (周一) 16:00–17:30, Asia/Shanghai (UTC+08:00)",
        "https://meet.example.eu/kettles",
    ] {
        assert!(bodies[0].contains(wanted), "{wanted}: {}", bodies[0]);
    }
    let envelope = String::from_utf8(mails[0].clone()).unwrap();
    let envelope: Vec<&str> = envelope.lines().take(2).collect();
    assert!(envelope[0].starts_with("Return-Path: <training+"), "{envelope:?}");
    assert_eq!(envelope[1], "Delivered-To: li.one@ningbo.example.cn", "who would have got it");
    for other in ["Europe/Paris", "Europe/Warsaw", "Europe/Amsterdam"] {
        assert!(!bodies[0].contains(other), "who stands behind a party is no side: {}", bodies[0]);
    }
    assert!(bodies[1].contains("原因：The room is taken."), "{}", bodies[1]);
    assert!(
        bodies[2].contains("2027-03-30 (周二) 16:00–17:30, Asia/Shanghai"),
        "the clocks of one side changed"
    );
    assert!(bodies[3].contains("原因：The speaker is ill.") && !bodies[3].contains("https://meet"));

    let shown = eventually("all are sent", SOON, async || {
        let shown = listed(&eu, &name).await?;
        let is_sent = |one: &wire::Mail| one.state() == MailState::Sent;
        if shown.len() == 4 && shown.iter().all(is_sent) {
            Ok(shown)
        } else {
            Err(Status::unavailable(format!("{shown:?}")))
        }
    })
    .await;
    let kinds: Vec<_> = shown.iter().rev().map(wire::Mail::kind).collect();
    assert_eq!(kinds, [MailKind::Confirmed, MailKind::Changed, MailKind::Changed, MailKind::Ended]);
    assert_eq!(listed(&gacc, &one.name).await.unwrap().len(), 4, "who registered sees them, too");
    assert_eq!(listed(&canada, &one.name).await.unwrap_err().code(), Code::PermissionDenied);
    // The day before it would have begun nobody is reminded.
    running.set_clock("2027-03-29T20:00:00Z");
    let eu = running.partner("eu-just");
    eventually("time passes", SOON, async || {
        if state_of(&eu, &one.name).await == RegistrationState::Cancelled { Ok(()) } else { Err("not yet") }
    })
    .await;
    assert_eq!(listed(&eu, &name).await.unwrap().len(), 4);
}

/// Of five people one is refused, one is to come later; of one nobody heard whether it was taken, and to one nothing was said.
pub async fn undelivered(running: Running) {
    let (server, port) = SmtpServer::listening().await;
    let running = by_smtp(
        running,
        port,
        &[("mail.time_limit", "1500ms"), ("mail.first_pause", "200ms"), ("mail.longest_pause", "400ms")],
    )
    .await;
    let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let name = published(&eu, webinar(10)).await.name;
    let mut names = Vec::new();
    for who in ["Anna One", "Refused Two", "Later Three", "Cut Four", "Silent Five", "Full Six"] {
        names.push(registered(&gacc, &name, who, 1).await.unwrap().name);
    }
    let state_of_mail = async |name: &str| listed(&eu, name).await.unwrap().pop();
    let wanted = [
        MailState::Sent,
        MailState::Refused,
        MailState::Sent,
        MailState::Unknown,
        MailState::Sent,
        MailState::Sent,
    ];
    let shown = eventually("each mail is where it ends", SOON, async || {
        let mut shown = Vec::new();
        for name in &names {
            shown.extend(state_of_mail(name).await);
        }
        let states: Vec<_> = shown.iter().map(wire::Mail::state).collect();
        if states == wanted { Ok(shown) } else { Err(format!("{states:?}")) }
    })
    .await;
    assert_eq!(shown[1].status, "550 5.1.1", "the words of the server repeat addresses");
    assert!(shown[2].attempts >= 2 && shown[4].attempts >= 2 && shown[1].attempts == 1, "{shown:?}");
    for who in ["anna", "later", "silent", "full"] {
        assert_eq!(server.taken_for(who).len(), 1, "{who} gets it once");
    }
    // One recipient each, and an address of its own for what comes back.
    let mut senders: Vec<_> = server.taken().into_iter().map(|one| one.sender).collect();
    senders.sort();
    senders.dedup();
    assert_eq!(senders.len(), 5);

    // Nobody but a person has it go again; then the same bytes go under the same Message-ID.
    let (unknown, refused) = (&shown[3], &shown[1]);
    assert_eq!(resent(&gacc, unknown).await.unwrap_err().code(), Code::PermissionDenied);
    let busy = resent(&eu, &shown[0]).await.unwrap_err();
    assert_eq!(reason(&busy), "ILLEGAL_TRANSITION");
    let again = resent(&eu, unknown).await.unwrap();
    assert_eq!((again.state(), &again.message_id), (MailState::Queued, &unknown.message_id));
    let stale = resent(&eu, &wire::Mail { etag: unknown.etag.clone(), ..again.clone() }).await.unwrap_err();
    assert!(matches!(stale.code(), Code::Aborted | Code::FailedPrecondition), "{stale:?}");
    resent(&eu, refused).await.unwrap();
    eventually("it goes again", SOON, async || {
        let states = [state_of_mail(&names[3]).await, state_of_mail(&names[1]).await];
        let states = states.map(|mail| mail.unwrap().state());
        if states == [MailState::Sent, MailState::Refused] { Ok(()) } else { Err(format!("{states:?}")) }
    })
    .await;
    let [first, second]: [_; 2] = server.taken_for("cut").try_into().ok().unwrap();
    assert!(first.content == second.content && !first.is_said && second.is_said);
}

/// An offer is taken, and a seat given back, by the answers of calendars; who answers late, twice or under a wrong address changes
/// nothing.
pub async fn answered(running: Running) {
    let (server, port) = SmtpServer::listening().await;
    let running = by_smtp(running, port, &[]).await;
    running.set_clock("2027-03-01T09:00:00Z");
    let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let mut activity = webinar(1);
    activity.registration.as_mut().unwrap().offer_hours = 48;
    let name = published(&eu, activity).await.name;
    let first = registered(&gacc, &name, "Li One", 1).await.unwrap();
    let second = registered(&gacc, &name, "Li Two", 1).await.unwrap();
    let came = async |begins: &str, count: usize| {
        eventually("the mails came", SOON, async || {
            let came = server.taken_for(begins);
            if came.len() == count { Ok(came) } else { Err(format!("{begins}: {}", came.len())) }
        })
        .await
    };
    let as_what = async |content: Vec<u8>| received(&eu, &content).await.unwrap().received_as();
    let object_of = |content: &[u8]| calendars(content)[0].1.clone();

    let seat = came("li.one", 1).await.remove(0);
    assert!(
        calendars(&came("li.two", 1).await[0].content).is_empty(),
        "who waits has nothing in the calendar"
    );
    let invitation = object_of(&seat.content);
    assert_eq!(as_what(answer(&invitation, "TENTATIVE", "20270301T090100Z")).await, Noted);
    assert_eq!(as_what(answer(&invitation, "ACCEPTED", "20270301T090200Z")).await, Noted);
    let [to, uid, sequence] = ["ORGANIZER", "UID", "SEQUENCE"].map(|name| value(&invitation, name));
    for (content, wanted) in [
        (
            reply(
                "training+0123456789abcdef0123456789abcdef@example.eu",
                &uid,
                "0",
                "DECLINED",
                "20270301T090300Z",
            ),
            NotOurs,
        ),
        (reply("training@example.eu", &uid, "0", "DECLINED", "20270301T090300Z"), NotOurs),
        (reply(&to, "0000@example.eu", "0", "DECLINED", "20270301T090300Z"), NotOurs),
        (reply(&to, &uid, "x", "DECLINED", "20270301T090300Z"), NotUnderstood),
        (answer(&invitation, "DECLINED", "20270301T090000Z"), Outdated),
        (by("colleague@elsewhere.example", &reply(&to, &uid, "0", "DECLINED", "20270301T090301Z")), Noted),
        (b"From: a@b.example\r\n\r\nI am on holiday.\r\n".to_vec(), NotUnderstood),
        (b"\x00\xff".to_vec(), NotUnderstood),
    ] {
        assert_eq!(as_what(content).await, wanted);
    }
    assert_eq!(sequence, "0");
    assert_eq!(state_of(&gacc, &first.name).await, RegistrationState::Confirmed);
    assert_eq!(fields(&received(&eu, b"").await.unwrap_err())[0].0, "content");
    assert!(fields(&received(&eu, &vec![b'x'; 1_000_001]).await.unwrap_err())[0].1.contains("1000001"));

    let declined = answer(&invitation, "DECLINED", "20270301T090400Z");
    assert_eq!(as_what(declined.clone()).await, Withdrawn);
    assert_eq!(as_what(declined).await, Repeated);
    let offer = came("li.two", 2).await.remove(1);
    let body = parsed(&offer.content).body_text(0).unwrap().into_owned();
    assert!(body.contains("2027-03-03 17:00 (Asia/Shanghai)"), "until when, by the reader's clock: {body}");
    assert_eq!(state_of(&gacc, &second.name).await, RegistrationState::Offered);
    let accepted = answer(&object_of(&offer.content), "ACCEPTED", "20270301T090500Z");
    assert_eq!(as_what(accepted.clone()).await, ReceivedAs::Confirmed);
    assert_eq!(as_what(accepted).await, Repeated);
    let confirmed = came("li.two", 3).await.remove(2);
    assert_eq!(value(&object_of(&confirmed.content), "SEQUENCE"), "1");
    let ended = came("li.one", 2).await.remove(1);
    assert_eq!(calendars(&ended.content)[0].0, "CANCEL");
    // What was told first is answered no more.
    let late = answer(&object_of(&offer.content), "DECLINED", "20270301T090600Z");
    assert_eq!(as_what(late).await, Outdated);

    // Servers report to the address that the mail was sent from.
    assert_eq!(as_what(report(&to)).await, NotOurs, "answers have another address than reports");
    assert_eq!(as_what(report(&confirmed.sender)).await, Bounced);
    assert_eq!(as_what(report(&confirmed.sender)).await, Repeated);
    let shown = listed(&eu, &second.name).await.unwrap();
    assert_eq!((shown[0].state(), shown[0].status.as_str()), (MailState::Bounced, "5.2.1"));
    let old = resent(&eu, &shown[2]).await.unwrap_err();
    assert_eq!(reason(&old), "ILLEGAL_TRANSITION");
    resent(&eu, &shown[0]).await.unwrap();
    assert_eq!(came("li.two", 4).await[3].content, confirmed.content);
}

/// Where new zone data moves an activity, each who takes part gets one invitation anew, with the rules of the new data and one
/// sentence why; who meets in another zone gets none.
pub async fn moved_by_law(running: Running) {
    const TORONTO: (&str, i32, &str) = ("America/Toronto", -5, "EST5EDT,M3.2.0,M11.1.0");
    const BRUSSELS: (&str, i32, &str) = ("Europe/Brussels", 1, "CET-1CEST,M3.5.0,M10.5.0/3");
    const BEIJING: (&str, i32, &str) = ("Asia/Shanghai", 8, "CST-8");
    let before = [("America/Winnipeg", -6, "CST6CDT,M3.2.0,M11.1.0"), TORONTO, BRUSSELS, BEIJING];
    let before = zone_files::folder("2025b", &before);
    let after = zone_files::folder("2026f", &[("America/Winnipeg", -5, "CDT5"), TORONTO, BRUSSELS, BEIJING]);
    let running = running.with(&[("calendar.zones", before.path().to_str().unwrap())]).await;
    let (running, folder) = with_folder(running).await;
    running.set_clock("2026-10-01T09:00:00Z");
    let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let at_nine = |zone: &str| wire::Activity {
        arrangement: String::new(),
        visibility: wire::ActivityVisibility::Public.into(),
        sessions: vec![session("day-1", "2026-11-20T09:00", zone, 60)],
        ..webinar(10)
    };
    let winnipeg = published(&eu, at_nine("America/Winnipeg")).await;
    let toronto = published(&eu, at_nine("America/Toronto")).await;
    registered(&gacc, &winnipeg.name, "Li One", 1).await.unwrap();
    let other = registered(&gacc, &toronto.name, "Li Two", 1).await.unwrap();
    written(&folder, 2).await;
    let running = running.with(&[("calendar.zones", after.path().to_str().unwrap())]).await;
    let eu = running.partner("eu-just");
    let mails = written(&folder, 3).await;
    let [(method, object), _] = <[_; 2]>::try_from(calendars(&mails[2])).unwrap();
    assert_eq!((method.as_str(), value(&object, "SEQUENCE").as_str()), ("REQUEST", "1"));
    assert!(object.contains("TZOFFSETTO:-0500") && !object.contains("TZOFFSETTO:-0600"), "{object}");
    assert!(object.contains("DTSTART;TZID=America/Winnipeg:20261120T090000"), "{object}");
    let body = parsed(&mails[2]).body_text(0).unwrap().into_owned();
    assert!(body.contains("America/Winnipeg 的时钟依法调整"), "{body}");
    assert!(body.contains("2026-11-20 (周五) 22:00–23:00, Asia/Shanghai"), "{body}");
    assert_eq!(listed(&eu, &other.name).await.unwrap().len(), 1);
}

/// Once, the configured time before; nobody who was told of a move before that is told of the old time.
pub async fn reminded(running: Running) {
    running.set_clock("2027-03-01T09:00:00Z");
    let (running, folder) = with_folder(running).await;
    running.set_clock("2027-03-01T09:00:00Z");
    let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let name = published(&eu, webinar(1)).await.name;
    let one = registered(&gacc, &name, "Li One", 1).await.unwrap();
    written(&folder, 1).await;
    moved(&eu, &name, "2027-03-17T09:00", "Behind the fair.").await;
    written(&folder, 2).await;
    // A day before it would have begun, and a day before it begins.
    running.set_clock("2027-03-14T08:30:00Z");
    let eu = running.partner("eu-just");
    let gacc = running.partner("cn-gacc");
    moved(&eu, &name, "2027-03-18T09:00", "One day more.").await;
    let mails = written(&folder, 3).await;
    assert!(!parsed(&mails[2]).subject().unwrap().contains("提醒"));
    running.set_clock("2027-03-17T08:00:00Z");
    let mails = written(&folder, 4).await;
    assert_eq!(parsed(&mails[3]).subject(), Some("活动提醒：电热水壶的电气安全"));
    assert!(calendars(&mails[3]).is_empty());
    // Whoever comes now is told, and not reminded once more.
    drop((eu, gacc));
    let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    registered(&gacc, &name, "Li Two", 1).await.unwrap();
    written(&folder, 5).await;
    let shown = listed(&eu, &one.name).await.unwrap();
    assert_eq!(shown.iter().filter(|mail| mail.kind() == MailKind::Reminder).count(), 1);
}

/// Somebody else comes in a person's place: each is told, and the first answers no more.
pub async fn transferred(running: Running) {
    let (running, folder) = with_folder(running).await;
    let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let name = published(&eu, webinar(1)).await.name;
    let one = registered(&gacc, &name, "Li One", 1).await.unwrap();
    let first = written(&folder, 1).await.remove(0);
    let request = wire::TransferRegistrationRequest {
        name: one.name.clone(),
        people: vec![crate::words::person("Li Other")],
        request_id: request_id(),
        ..Default::default()
    };
    gacc.registrations.clone().transfer_registration(request).await.unwrap();
    let mails = written(&folder, 3).await;
    let to = |mail: &[u8]| parsed(mail).to().unwrap().first().unwrap().address().unwrap().to_owned();
    assert_eq!(
        [to(&mails[1]), to(&mails[2])],
        ["li.one", "li.other"].map(|who| format!("{who}@ningbo.example.cn"))
    );
    let methods: Vec<_> = mails[1..].iter().map(|mail| calendars(mail)[0].0.clone()).collect();
    assert_eq!(methods, ["CANCEL", "REQUEST"]);
    let answer = answer(&calendars(&first)[0].1, "DECLINED", "20270301T090300Z");
    assert_eq!(received(&eu, &answer).await.unwrap().received_as(), NotOurs);
}
