//! What is erased of a person, wherever it stands, and what stays since it is somebody else's.

use seamless_proto::seamless::{
    training::v1::{self as wire, ErasureState, RegistrationState},
    r#type::v1::{CivilDate, CivilDateRange},
};
use seamless_testkit::eventually;
use tonic::Status;

use super::{
    attendance::{head, imported, registered},
    certificates::{issued, verified},
    mails::with_folder,
    obligations::held,
    personal_data::{SOON, bytes_of, contains, exported, scheduled},
    published, seen,
};
use crate::{
    running::{Partner, Running},
    words::{both, fields, person, registration, request_id, session, webinar},
};

const PLAIN: &str = "name,email,join,leave\n";

fn row(name: &str, email: &str) -> String {
    format!("{name},{email},2027-03-15 09:00,2027-03-15 10:30\n")
}

/// Waits until an erasure is complete.
async fn done(partner: &Partner, erasure: wire::Erasure) {
    let request = wire::GetErasureRequest { name: erasure.name };
    eventually("the person is erased", SOON, async || {
        let now = partner.personal_data.clone().get_erasure(request.clone()).await?.into_inner();
        if now.state() == ErasureState::Done { Ok(()) } else { Err(Status::unavailable(format!("{now:?}"))) }
    })
    .await;
}

async fn by_name(partner: &Partner, full_name: &str) -> wire::ExportPersonalDataResponse {
    let full_name = full_name.to_owned();
    let request = wire::ExportPersonalDataRequest { full_name, ..Default::default() };
    partner.personal_data.clone().export_personal_data(request).await.unwrap().into_inner()
}

async fn erased_by_name(partner: &Partner, full_name: &str) {
    let request = wire::ScheduleErasureRequest {
        full_name: full_name.to_owned(),
        after_days: Some(0),
        request_id: request_id(),
        ..Default::default()
    };
    let erasure = partner.personal_data.clone().schedule_erasure(request).await.unwrap().into_inner();
    done(partner, erasure).await;
}

async fn got(partner: &Partner, name: &str) -> wire::Registration {
    let request = wire::GetRegistrationRequest { name: name.to_owned() };
    partner.registrations.clone().get_registration(request).await.unwrap().into_inner()
}

async fn none_left(running: &Running, marks: &[&str]) {
    eventually("no byte is left", SOON, async || {
        let bytes = bytes_of(running).await;
        let left: Vec<_> = marks.iter().filter(|mark| contains(&bytes, mark)).collect();
        if left.is_empty() { Ok(()) } else { Err(format!("{left:?}")) }
    })
    .await;
}

/// A platform saw a person under an address that nobody registered, and somebody said who it was; another one was seen by the
/// name that two have.
pub async fn said_to_be(running: Running) {
    running.set_clock("2027-01-10T09:00:00Z");
    let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let activity = published(&eu, webinar(20)).await;
    let dana = registered(&gacc, &activity, "Dana Xyzzy", "dana@example.cn").await;
    let erik = registered(&gacc, &activity, "Erik Quux", "erik@example.cn").await;
    registered(&gacc, &activity, "Sam Twin", "sam.one@example.cn").await;
    let twin = registered(&gacc, &activity, "Sam Twin", "sam.two@example.cn").await;
    running.set_clock("2027-03-16T09:00:00Z");
    let file = format!(
        "{PLAIN}{}{}{}{}",
        row("Dana Xyzzy", "dana.private@mail.example"),
        row("Erik Quux", "erik.private@mail.example"),
        row("Sam Twin", ""),
        row("A stranger", "stranger@mail.example"),
    );
    let taken = imported(&eu, head(&activity, "plain", "Europe/Brussels"), file.as_bytes()).await.unwrap();
    let questions = taken.attendance.unwrap().questions;
    let of = |name: &str| questions.iter().find(|one| one.name == name).unwrap();
    assert_eq!(of("dana xyzzy").doubt(), wire::AttendanceDoubt::OtherAddress);
    // Whom it can be alone is hers already.
    assert_eq!(exported(&eu, "dana@example.cn").await.sightings.len(), 1);
    let answer = |name: &str, is: &str| wire::AttendanceAnswer {
        name_asked: name.to_owned(),
        email_asked: of(name).email.clone(),
        is: Some(wire::RegisteredPerson { registration: is.to_owned(), person: 0 }),
        ..Default::default()
    };
    let request = wire::AnswerAttendanceRequest {
        name: format!("{}/attendance", activity.name),
        answers: vec![answer("dana xyzzy", &dana), answer("erik quux", &erik), answer("sam twin", &twin)],
        request_id: request_id(),
        ..Default::default()
    };
    let told = eu.attendance.clone().answer_attendance(request).await.unwrap().into_inner();
    assert_eq!((told.present, told.questions.len()), (3, 0));
    let saw = exported(&eu, "dana@example.cn").await.sightings;
    assert_eq!(saw.iter().map(|one| one.email.as_str()).collect::<Vec<_>>(), ["dana.private@mail.example"]);
    let ids: Vec<String> = ["dana xyzzy", "erik quux"].map(|name| of(name).stays[0].id.clone()).into();
    let before = bytes_of(&running).await;
    assert!(ids.iter().all(|id| contains(&before, id)), "what is seen is known by a digest of who it was");

    done(&eu, scheduled(&eu, "dana@example.cn", 0).await.unwrap()).await;
    none_left(&running, &["Dana", "dana.private", "dana xyzzy", &ids[0]]).await;
    // By the private address alone: nothing of it stays, but that Erik was there.
    done(&eu, scheduled(&eu, "erik.private@mail.example", 0).await.unwrap()).await;
    none_left(&running, &["erik.private", &ids[1]]).await;
    // What was said to be somebody else stays that one's, whoever has the same name.
    done(&eu, scheduled(&eu, "sam.one@example.cn", 0).await.unwrap()).await;
    let known = imported(&eu, head(&activity, "plain", "Europe/Brussels"), file.as_bytes()).await.unwrap();
    assert!(known.is_known, "the same file brings nobody back");
    for zone in ["Europe/London", "Europe/Brussels"] {
        let anew = imported(&eu, head(&activity, "plain", zone), file.as_bytes()).await.unwrap();
        assert!(!anew.is_known, "read in another zone it takes its own place");
        none_left(&running, &["Dana", "dana.private", "erik.private"]).await;
    }
    held(&eu, &activity.name).await;
    let made = issued(&eu, &activity, 80).await.unwrap();
    let printed: Vec<_> = made.certificates.iter().map(|one| one.printed_name.as_str()).collect();
    assert_eq!(printed, ["Erik Quux", "Sam Twin"]);
    let request = wire::GetAttendanceRequest { name: format!("{}/attendance", activity.name) };
    let after = eu.attendance.clone().get_attendance(request).await.unwrap().into_inner();
    assert_eq!((after.present, after.unregistered), (3, 1), "that she was there stays");
}

/// The first of a group is erased: the next is written to, and nobody loses a seat or a certificate; then each of the others.
pub async fn of_a_group(running: Running) {
    let (running, _folder) = with_folder(running).await;
    running.set_clock("2027-01-10T09:00:00Z");
    let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let mut activity = webinar(3);
    activity.registration.as_mut().unwrap().largest_group = 3;
    let activity = published(&eu, activity).await;
    let unnamed = wire::Person { email: String::new(), ..person("Third Zork") };
    let people = vec![person("First Zork"), person("Second Zork"), unnamed];
    let request = wire::RegisterRequest {
        parent: activity.name.clone(),
        registration: Some(wire::Registration { people, ..registration("First Zork", 3) }),
        request_id: request_id(),
        ..Default::default()
    };
    let group = gacc.registrations.clone().register(request).await.unwrap().into_inner().name;
    registered(&gacc, &activity, "Next In Line", "next@example.cn").await;
    done(&eu, scheduled(&eu, &person("First Zork").email, 0).await.unwrap()).await;
    let now = got(&gacc, &group).await;
    let names: Vec<_> = now.people.iter().map(|one| one.full_name.as_str()).collect();
    assert_eq!((names, now.written_to), (vec!["", "Second Zork", "Third Zork"], 1));
    assert_eq!((now.state(), now.seats, now.erase_time), (RegistrationState::Confirmed, 3, None));
    eventually("the next is invited", SOON, async || {
        let mails = exported(&gacc, &person("Second Zork").email).await.mails;
        if mails.is_empty() { Err("not yet") } else { Ok(()) }
    })
    .await;
    // An empty place stays so.
    let people = vec![wire::Person::default(), now.people[1].clone(), now.people[2].clone()];
    let request = wire::TransferRegistrationRequest {
        name: group.clone(),
        people,
        request_id: request_id(),
        ..Default::default()
    };
    let same = gacc.registrations.clone().transfer_registration(request).await.unwrap().into_inner();
    assert_eq!((same.people, same.written_to), (now.people, 1));

    running.set_clock("2027-03-16T09:00:00Z");
    held(&eu, &activity.name).await;
    let file = format!("{PLAIN}{}{}", row("Second Zork", ""), row("Third Zork", ""));
    imported(&eu, head(&activity, "plain", "Europe/Brussels"), file.as_bytes()).await.unwrap();
    let made = issued(&eu, &activity, 80).await.unwrap().certificates;
    let [second, third] = made.as_slice() else { panic!("{made:?}") };
    let certificate = async |name: &str| {
        let request = wire::GetCertificateRequest { name: name.to_owned() };
        eu.certificates.clone().get_certificate(request).await.unwrap().into_inner()
    };
    done(&eu, scheduled(&eu, &person("Second Zork").email, 0).await.unwrap()).await;
    assert_eq!(certificate(&second.name).await.printed_name, "");
    assert_eq!(certificate(&third.name).await, *third, "it is another's");
    let now = got(&gacc, &group).await;
    assert_eq!((now.people[2].full_name.as_str(), now.state()), ("Third Zork", RegistrationState::Confirmed));

    // Who has no address is known by the name.
    let known = by_name(&eu, "zork third").await;
    assert_eq!((known.registrations.len(), known.certificates.len(), known.presences.len()), (1, 1, 1));
    assert_eq!(known.sightings.len(), 1);
    let refused = scheduled(&eu, "", 0).await.unwrap_err();
    assert_eq!(fields(&refused)[0].0, "email", "an address or a name");
    erased_by_name(&eu, "Third Zork").await;
    assert_eq!(certificate(&third.name).await.printed_name, "");
    none_left(&running, &["Zork", "zork"]).await;
    assert!(got(&gacc, &group).await.people.is_empty());
    for (one, name) in [(second, "Second Zork"), (third, "Third Zork")] {
        let answer = verified(&running, &one.code, name).await.unwrap();
        assert_eq!(
            (answer.state(), answer.name_match()),
            (wire::CertificateState::Issued, wire::NameMatch::Same)
        );
    }
}

/// Events are kept for good: those who speak are announced, and stand in none.
pub async fn speakers(running: Running) {
    let (mut eu, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let mut activity = webinar(20);
    let speaker = wire::Speaker { name: "Dr Blorb Speaker".to_owned(), ..Default::default() };
    let other = wire::Speaker { name: "Dr Other".to_owned(), ..Default::default() };
    activity.sessions[0].speakers = vec![speaker.clone(), other.clone()];
    let name = published(&eu, activity).await.name;
    assert_eq!(
        seen(&gacc, &name).await.unwrap().sessions[0].speakers.len(),
        2,
        "whoever may see it sees them"
    );
    for partner in [&mut eu, &mut gacc] {
        let told: Vec<wire::ActivityChanged> = partner.told().await;
        assert!(!told.is_empty() && !format!("{told:?}").contains("Dr "), "{told:?}");
    }
    let known = by_name(&eu, "speaker blorb dr").await.speeches;
    let [speech] = known.as_slice() else { panic!("{known:?}") };
    assert_eq!(
        (&speech.activity, speech.session.as_str(), speech.speaker.as_ref()),
        (&name, "day-1", Some(&speaker))
    );
    assert!(by_name(&gacc, "Dr Blorb Speaker").await.speeches.is_empty(), "the EU leads it");
    let request = wire::ListHoldingsRequest::default();
    let declared = eu.personal_data.list_holdings(request).await.unwrap().into_inner().holdings;
    assert!(declared.iter().any(|one| one.place == "activity.document"), "{declared:?}");

    // Somebody is called by a part of that name: what was answered about that one stays.
    let call = wire::RegisterRequest {
        parent: name.clone(),
        registration: Some(registration("Dr Other", 1)),
        request_id: request_id(),
        ..Default::default()
    };
    let registered = gacc.registrations.clone().register(call.clone()).await.unwrap().into_inner();
    erased_by_name(&eu, "Dr Blorb Speaker").await;
    assert_eq!(seen(&gacc, &name).await.unwrap().sessions[0].speakers, [other]);
    none_left(&running, &["Blorb", "blorb"]).await;
    assert_eq!(gacc.registrations.clone().register(call).await.unwrap().into_inner(), registered);
    let told: Vec<wire::ActivityChanged> = gacc.told().await;
    assert_eq!(told.last().unwrap().change(), wire::ActivityChange::Updated);
}

/// What a platform saw of a meeting for which nobody registers, and what is known of those of a campaign without meetings, ends as
/// everything does.
pub async fn without_registration(running: Running) {
    let running = running.with(&[("personal_data.retention_days", "30")]).await;
    running.set_clock("2027-01-10T09:00:00Z");
    let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let open = published(&eu, wire::Activity { registration: None, ..webinar(1) }).await;
    let day = |month: i32, day: i32| Some(CivilDate { year: 2027, month, day });
    let campaign = |last: (i32, i32)| wire::Activity {
        kind: wire::ActivityKind::Campaign.into(),
        sessions: Vec::new(),
        campaign: Some(wire::Campaign {
            products: vec!["kettles".to_owned()],
            hazards: vec!["burns".to_owned()],
            period: Some(CivilDateRange { start: day(2, 1), end: day(last.0, last.1) }),
            ..Default::default()
        }),
        ..webinar(20)
    };
    let over = published(&eu, campaign((3, 15))).await;
    let early = published(&eu, campaign((12, 31))).await;
    for (activity, name) in [(&over, "Over Grault"), (&early, "Held Grault")] {
        registered(&gacc, activity, name, &format!("{}@example.cn", name.replace(' ', ".").to_lowercase()))
            .await;
    }
    running.set_clock("2027-03-15T12:00:00Z");
    let file = format!("{PLAIN}{}", row("Seen Grault", "seen.grault@example.cn"));
    imported(&eu, head(&open, "plain", "Europe/Brussels"), file.as_bytes()).await.unwrap();
    assert_eq!(seen(&eu, &open.name).await.unwrap().seats, None, "there are no seats to tell of");
    held(&eu, &open.name).await;
    held(&eu, &early.name).await;
    running.set_clock("2027-04-14T08:00:00Z");
    assert!(contains(&bytes_of(&running).await, "Seen Grault"), "the thirtieth day is not over");
    running.set_clock("2027-04-15T12:00:00Z");
    none_left(&running, &["Grault", "grault"]).await;
    // What comes later does not stay either.
    let later = format!("{PLAIN}{}", row("Late Grault", ""));
    let eu = running.partner("eu-just");
    imported(&eu, head(&open, "plain", "Europe/Brussels"), later.as_bytes()).await.unwrap();
    none_left(&running, &["Grault"]).await;
}

/// Whoever takes a place gets nothing that the one before said, and of that one nothing is left that an erasure would not find.
pub async fn after_a_transfer(running: Running) {
    let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let mut activity = webinar(20);
    let laboratory = session("laboratory", "2027-03-16T09:00", "Europe/Brussels", 60);
    activity.sessions.push(wire::Session { capacity: Some(5), ..laboratory });
    activity.registration.as_mut().unwrap().form = vec![wire::FormQuestion {
        id: "words".to_owned(),
        label: both("What do you make?", "生产什么？"),
        kind: wire::AnswerKind::Text.into(),
        ..Default::default()
    }];
    let name = published(&eu, activity).await.name;
    let answers =
        vec![wire::FormAnswer { question: "words".to_owned(), value: "Plughwort kettles".to_owned() }];
    let mut made = Vec::new();
    for session in ["", "laboratory"] {
        let one = wire::Registration {
            answers: answers.clone(),
            session: session.to_owned(),
            ..registration("Plughwort First", 1)
        };
        let call = wire::RegisterRequest {
            parent: name.clone(),
            registration: Some(one),
            request_id: request_id(),
            ..Default::default()
        };
        made.push(gacc.registrations.clone().register(call).await.unwrap().into_inner().name);
    }
    let marks = ["Plughwort", "plughwort"];
    let before = bytes_of(&running).await;
    assert!(marks.iter().all(|mark| contains(&before, mark)), "it is there to be erased");
    let request = wire::TransferRegistrationRequest {
        name: made[0].clone(),
        people: vec![person("Li Second")],
        request_id: request_id(),
        ..Default::default()
    };
    let transfer =
        gacc.registrations.clone().transfer_registration(request.clone()).await.unwrap().into_inner();
    let again = gacc.registrations.clone().transfer_registration(request).await.unwrap().into_inner();
    assert_eq!((&transfer.answers, transfer.people[0].full_name.as_str()), (&vec![], "Li Second"));
    assert_eq!(again, transfer, "the answer to the call itself stands");
    let own = got(&gacc, &made[1]).await;
    assert_eq!((own.answers, own.people[0].full_name.as_str()), (vec![], "Li Second"));
    let erasure = scheduled(&gacc, "plughwort.first@ningbo.example.cn", 0).await.unwrap();
    done(&gacc, erasure).await;
    none_left(&running, &marks).await;
}

/// A platform saw somebody by name alone who never registered: exported and erased by the name, and nobody else with it.
pub async fn seen_by_name_alone(running: Running) {
    running.set_clock("2027-03-01T09:00:00Z");
    let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let activity = published(&eu, webinar(20)).await;
    registered(&gacc, &activity, "Li One", "li.one@example.cn").await;
    running.set_clock("2027-03-15T12:00:00Z");
    let eu = running.partner("eu-just");
    let file = format!("{PLAIN}{}{}", row("Frobozz Stranger", ""), row("Grue Neighbour", ""));
    imported(&eu, head(&activity, "plain", "Europe/Brussels"), file.as_bytes()).await.unwrap();
    assert_eq!(by_name(&eu, "stranger frobozz").await.sightings.len(), 1);
    erased_by_name(&eu, "Frobozz Stranger").await;
    none_left(&running, &["Frobozz", "frobozz"]).await;
    assert!(by_name(&eu, "Frobozz Stranger").await.sightings.is_empty());
    assert_eq!(by_name(&eu, "Grue Neighbour").await.sightings.len(), 1, "the other one stays");
}

/// An activity whose people were erased in their time is moved to a later day: whoever registers then is erased in time as well.
pub async fn moved_after_its_time(running: Running) {
    running.set_clock("2027-03-01T09:00:00Z");
    let eu = running.partner("eu-just");
    let mut activity = webinar(5);
    activity.registration.as_mut().unwrap().retention_days = 1;
    let activity = published(&eu, activity).await;
    registered(&running.partner("cn-gacc"), &activity, "Early Quux", "early.quux@example.cn").await;
    running.set_clock("2027-03-17T12:00:00Z");
    none_left(&running, &["Quux", "quux"]).await;
    let eu = running.partner("eu-just");
    let request = wire::RescheduleActivityRequest {
        name: activity.name.clone(),
        sessions: vec![session("day-1", "2027-04-15T09:00", "Europe/Brussels", 90)],
        reason: "Nobody came.".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    eu.activities.clone().reschedule_activity(request).await.unwrap();
    registered(&running.partner("cn-gacc"), &activity, "Late Quux", "late.quux@example.cn").await;
    assert!(contains(&bytes_of(&running).await, "Late Quux"));
    running.set_clock("2027-04-17T12:00:00Z");
    none_left(&running, &["Quux", "quux"]).await;
}
