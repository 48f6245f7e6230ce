//! Who gets a certificate: those who were there, for what they are registered for, under the name that is right by then.

use seamless_proto::seamless::training::v1 as wire;
use tonic::Status;

use super::{
    attendance::{head, imported, registered},
    certificates::{issue, issued},
    obligations::held,
    personal_data::exported,
    published,
};
use crate::{
    running::{Partner, Running},
    words::{fields, person, registration, request_id, session, webinar},
};

/// Puts these people in the place of those who are registered.
async fn transferred(
    partner: &Partner,
    name: &str,
    people: Vec<wire::Person>,
) -> Result<wire::Registration, Status> {
    let (name, request_id) = (name.to_owned(), request_id());
    let request = wire::TransferRegistrationRequest { name, people, request_id, ..Default::default() };
    partner.registrations.clone().transfer_registration(request).await.map(tonic::Response::into_inner)
}

fn called(name: &str, email: &str) -> wire::Person {
    wire::Person { email: email.to_owned(), ..person(name) }
}

/// Says who somebody is who was seen under this name.
async fn answered(partner: &Partner, activity: &wire::Activity, name: &str, is: &str) -> Result<(), Status> {
    let request = wire::AnswerAttendanceRequest {
        name: format!("{}/attendance", activity.name),
        answers: vec![wire::AttendanceAnswer {
            name_asked: name.to_owned(),
            is: Some(wire::RegisteredPerson { registration: is.to_owned(), person: 0 }),
            ..Default::default()
        }],
        request_id: request_id(),
        ..Default::default()
    };
    partner.attendance.clone().answer_attendance(request).await.map(drop)
}

/// What is known of who was there is true of nobody who comes into the place, and of nobody who withdrew.
pub async fn in_the_place_of_another(running: Running) {
    running.set_clock("2027-01-10T09:00:00Z");
    let (mut eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let activity = published(&eu, webinar(20)).await;
    let mut names = Vec::new();
    for (name, email) in [
        ("Alice There", "alice@example.cn"),
        ("Eve There", "eve@example.cn"),
        ("Dan There", "dan@example.cn"),
        ("Carol There", "carol@example.cn"),
    ] {
        names.push(registered(&gacc, &activity, name, email).await);
    }
    let row = |name: &str, email: &str| format!("{name},{email},2027-03-15 09:00,2027-03-15 10:30\n");
    let file = format!(
        "name,email,join,leave\n{}{}{}{}",
        row("Alice There", "alice@example.cn"),
        row("A nickname", ""),
        row("Dan There", "dan@example.cn"),
        row("Carol There", "carol@example.cn"),
    );
    imported(&eu, head(&activity, "plain", "Europe/Brussels"), file.as_bytes()).await.unwrap();
    let nobody = answered(&eu, &activity, "no nickname", &names[1]).await.unwrap_err();
    assert_eq!(fields(&nobody)[0].0, "answers[0].name_asked", "nobody was seen under this name");
    answered(&eu, &activity, "a nickname", &names[1]).await.unwrap();
    // Three others are there by the end, of whom nothing is known.
    running.set_clock("2027-01-11T09:00:00Z");
    transferred(&gacc, &names[0], vec![called("Bob Else", "bob@example.cn")]).await.unwrap();
    transferred(&gacc, &names[1], vec![called("Finn Else", "finn@example.cn")]).await.unwrap();
    let request = wire::WithdrawRegistrationRequest {
        name: names[2].clone(),
        request_id: request_id(),
        ..Default::default()
    };
    gacc.registrations.clone().withdraw_registration(request).await.unwrap();

    running.set_clock("2027-03-15T08:30:00Z");
    let late = transferred(&gacc, &names[3], vec![called("Gus Else", "gus@example.cn")]).await.unwrap_err();
    assert_eq!(fields(&late)[0].0, "people[0].email", "the meeting has begun: {late:?}");
    running.set_clock("2027-03-16T12:00:00Z");
    held(&eu, &activity.name).await;
    let made = issued(&eu, &activity, 80).await.unwrap();
    let printed: Vec<_> = made.certificates.iter().map(|one| one.printed_name.as_str()).collect();
    assert_eq!(printed, ["Carol There"], "{made:?}");
    let told: Vec<wire::AttendanceMerged> = eu.told().await;
    assert_eq!(told.last().unwrap().present[0].people, 1, "what was found is told");
    let of_bob = wire::RegisteredPerson { registration: names[0].clone(), person: 0 };
    let request = wire::IssueCertificatesRequest { people: vec![of_bob], ..issue(&activity, 80) };
    let refused = eu.certificates.issue_certificates(request).await.unwrap_err();
    assert_eq!(fields(&refused)[0].0, "people[0]");
}

/// What takes place at the same time counts once, and a session with seats of its own for those alone who have one.
pub async fn at_the_same_time(running: Running) {
    running.set_clock("2027-01-10T09:00:00Z");
    let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let mut activity = webinar(20);
    activity.sessions.push(session("beside", "2027-03-15T09:00", "Europe/Brussels", 90));
    let lab = session("lab", "2027-03-15T13:00", "Europe/Brussels", 120);
    activity.sessions.push(wire::Session { capacity: Some(5), ..lab });
    let activity = published(&eu, activity).await;
    for name in ["Jo", "Kim", "Lee"] {
        registered(&gacc, &activity, name, &format!("{name}@example.cn")).await;
    }
    for name in ["Kim", "Lee"] {
        let mut one = registration(name, 1);
        (one.session, one.people[0].email) = ("lab".to_owned(), format!("{name}@example.cn"));
        let request = wire::RegisterRequest {
            parent: activity.name.clone(),
            registration: Some(one),
            request_id: request_id(),
            ..Default::default()
        };
        gacc.registrations.clone().register(request).await.unwrap();
    }
    running.set_clock("2027-03-16T12:00:00Z");
    let row = |name: &str, from: &str, to: &str| format!("{name},,2027-03-15 {from},2027-03-15 {to}\n");
    let file = format!(
        "name,email,join,leave\n{}{}{}{}",
        row("Jo", "09:00", "10:30"),
        row("Kim", "08:50", "10:30"),
        row("Kim", "13:00", "15:00"),
        row("Lee", "09:00", "10:30"),
    );
    held(&eu, &activity.name).await;
    imported(&eu, head(&activity, "plain", "Europe/Brussels"), file.as_bytes()).await.unwrap();
    let made = issued(&eu, &activity, 100).await.unwrap();
    let minutes: Vec<_> = made
        .certificates
        .iter()
        .map(|one| (one.printed_name.as_str(), one.facts.as_ref().unwrap().minutes))
        .collect();
    assert_eq!(minutes, [("Jo", 90), ("Kim", 210)]);
    assert_eq!(made.below_minimum, 1, "Lee has a seat in the laboratory, and was not there");
}

/// A name is put right after the event as well; who it is stays, and what is known of it.
pub async fn under_the_right_name(running: Running) {
    running.set_clock("2027-01-10T09:00:00Z");
    let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let mut activity = webinar(20);
    activity.registration.as_mut().unwrap().largest_group = 3;
    let lab = session("lab", "2027-03-14T13:00", "Europe/Brussels", 120);
    activity.sessions.push(wire::Session { capacity: Some(5), ..lab });
    let activity = published(&eu, activity).await;
    const WRONG: &str = "Wu \u{10FFFF}";
    let unnamed = |name: &str| called(name, "");
    let mut group = registration("Li Leader", 2);
    group.people = vec![person("Li Leader"), unnamed(WRONG)];
    let mut register = wire::RegisterRequest {
        parent: activity.name.clone(),
        registration: Some(group.clone()),
        request_id: request_id(),
        ..Default::default()
    };
    let made = gacc.registrations.clone().register(register.clone()).await.unwrap().into_inner();
    group.session = "lab".to_owned();
    (register.registration, register.request_id) = (Some(group), request_id());
    let lab = gacc.registrations.clone().register(register).await.unwrap().into_inner();
    running.set_clock("2027-03-16T12:00:00Z");
    let file = format!(
        "name,email,join,leave\nLi Leader,,2027-03-14 13:00,2027-03-15 10:30\n\
         {WRONG},,2027-03-14 13:00,2027-03-15 10:30\n"
    );
    imported(&eu, head(&activity, "plain", "Europe/Brussels"), file.as_bytes()).await.unwrap();
    held(&eu, &activity.name).await;
    let first = issued(&eu, &activity, 80).await.unwrap();
    assert_eq!((first.certificates.len(), first.refused.len()), (1, 1), "{first:?}");

    for (people, wanted) in [
        (vec![person("Li Leader")], vec!["people"]),
        (vec![called("Li Leader", "other@example.cn"), unnamed("Wu Right")], vec!["people[0].email"]),
        (vec![person("Li Leader"), called("Wu Right", "wu@example.cn")], vec!["people[1].email"]),
        (vec![person("Li Leader"), wire::Person::default()], vec!["people[1].full_name"]),
    ] {
        let refused = transferred(&gacc, &made.name, people).await.unwrap_err();
        let named: Vec<_> = fields(&refused).into_iter().map(|(field, _)| field).collect();
        assert_eq!(named, wanted);
    }
    let people = vec![person("Li Leader"), unnamed("Wu Right")];
    let right = transferred(&gacc, &made.name, people).await.unwrap();
    assert!(right.warnings.is_empty() && right.state() == wire::RegistrationState::Confirmed, "{right:?}");
    assert_eq!(right.people[1].former_names, [WRONG]);
    let request = wire::GetRegistrationRequest { name: lab.name };
    let lab = gacc.registrations.clone().get_registration(request).await.unwrap().into_inner();
    assert_eq!(lab.people[1].full_name, "Wu Right", "in the session as well");
    let second = issued(&eu, &activity, 80).await.unwrap();
    assert_eq!((second.certificates.len(), second.already_issued, second.refused.len()), (1, 1, 0));
    assert_eq!(second.certificates[0].printed_name, "Wu Right");
    assert_eq!(second.certificates[0].facts.as_ref().unwrap().minutes, 210);
    let known = exported(&eu, &person("Li Leader").email).await;
    assert_eq!(known.certificates.len(), 1, "that of the other is the other's");
}
