//! Who was there: files of platforms are merged, who cannot be told is asked, and the same file again changes nothing.

use std::time::Duration;

use seamless_proto::seamless::training::v1 as wire;
use seamless_testkit::eventually;
use tokio_stream::iter;
use tonic::{Code, Status};
use wire::import_attendance_request::Part;

use super::{created, published};
use crate::{
    running::{Partner, Running},
    words::{at, fields, person, registration, request_id, webinar},
};

const ZOOM: &str = "Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants\n812,Kettles,,,,,\n\n\
    Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n";

/// Registers somebody, under this address.
pub(super) async fn registered(
    partner: &Partner,
    activity: &wire::Activity,
    name: &str,
    email: &str,
) -> String {
    let mut content = registration(name, 1);
    content.people[0].email = email.to_owned();
    let request = wire::RegisterRequest {
        parent: activity.name.clone(),
        registration: Some(content),
        request_id: request_id(),
        ..Default::default()
    };
    partner.registrations.clone().register(request).await.unwrap().into_inner().name
}

pub(super) fn head(activity: &wire::Activity, mapping: &str, zone: &str) -> wire::AttendanceFileHead {
    wire::AttendanceFileHead {
        parent: activity.name.clone(),
        mapping: mapping.to_owned(),
        zone: zone.to_owned(),
        request_id: request_id(),
        ..Default::default()
    }
}

/// Sends a file in chunks of a few octets.
pub(super) async fn imported(
    partner: &Partner,
    head: wire::AttendanceFileHead,
    bytes: &[u8],
) -> Result<wire::ImportAttendanceResponse, Status> {
    let chunks = bytes.chunks(1_000).map(|chunk| Part::Chunk(chunk.to_vec()));
    let parts: Vec<_> = std::iter::once(Part::Head(head)).chain(chunks).collect();
    let parts = parts.into_iter().map(|part| wire::ImportAttendanceRequest { part: Some(part) });
    partner.attendance.clone().import_attendance(iter(parts)).await.map(tonic::Response::into_inner)
}

async fn presences(partner: &Partner, activity: &wire::Activity, page_size: i32) -> Vec<wire::Presence> {
    let mut all = Vec::new();
    let mut page_token = String::new();
    loop {
        let parent = format!("{}/attendance", activity.name);
        let request = wire::ListPresencesRequest { parent, page_size, page_token, ..Default::default() };
        let page = partner.attendance.clone().list_presences(request).await.unwrap().into_inner();
        all.extend(page.presences);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return all;
        }
    }
}

async fn got(partner: &Partner, activity: &wire::Activity) -> Result<wire::Attendance, Status> {
    let request = wire::GetAttendanceRequest { name: format!("{}/attendance", activity.name) };
    partner.attendance.clone().get_attendance(request).await.map(tonic::Response::into_inner)
}

/// The meeting restarted, so there are two files of one platform, and one of another; two are called Dana Twin, of whom one has
/// no address in the file; Jo clicks the link an hour after the end.
pub async fn merged(running: Running) {
    running.set_clock("2027-01-10T09:00:00Z");
    let (mut eu, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let activity = published(&eu, webinar(20)).await;
    let jo = registered(&gacc, &activity, "Jo Blogs", "jo@example.cn").await;
    let first = registered(&gacc, &activity, "Dana Twin", "dana.one@example.cn").await;
    let second = registered(&gacc, &activity, "Dana Twin", "dana.two@example.cn").await;
    running.set_clock("2027-03-15T12:00:00Z");

    // Nine to half past ten in Brussels: 08:00 to 09:30 UTC.
    let before = format!(
        "{ZOOM}Jo Blogs,jo@example.cn,03/15/2027 08:58:00 AM,03/15/2027 09:30:00 AM,32,No\n\
         Dana Twin,dana.one@example.cn,03/15/2027 09:00:00 AM,03/15/2027 09:30:00 AM,30,No\n\
         Dana Twin,,03/15/2027 09:10:00 AM,03/15/2027 09:30:00 AM,20,Yes\n\
         A stranger,,03/15/2027 09:00:00 AM,03/15/2027 09:30:00 AM,30,Yes\nBroken,,yesterday,03/15/2027 09:30:00 AM,1,No\n"
    );
    let after = format!(
        "{ZOOM}Jo Blogs,jo@example.cn,03/15/2027 09:35:00 AM,03/15/2027 10:35:00 AM,60,No\n\
         Jo Blogs,jo@example.cn,03/15/2027 11:30:00 AM,03/15/2027 11:31:00 AM,1,No\n"
    );
    // The file has no zone: that is asked, and nothing is stored.
    let asked = imported(&eu, head(&activity, "zoom", ""), before.as_bytes()).await.unwrap();
    assert!(asked.file.is_none() && asked.file_questions[0].asks_zone, "{asked:?}");
    assert_eq!(got(&eu, &activity).await.unwrap_err().code(), Code::PermissionDenied);
    let dry = wire::AttendanceFileHead { validate_only: true, ..head(&activity, "zoom", "Europe/Brussels") };
    let dry = imported(&eu, dry, before.as_bytes()).await.unwrap();
    assert_eq!(dry.attendance.unwrap().present, 2);
    assert_eq!(got(&eu, &activity).await.unwrap_err().code(), Code::PermissionDenied, "it was only tried");

    let taken = imported(&eu, head(&activity, "zoom", "Europe/Brussels"), before.as_bytes()).await.unwrap();
    let refused: Vec<_> =
        taken.refused.iter().map(|row| (row.row, row.column.as_str(), row.got.as_str())).collect();
    assert_eq!(refused, [(9, "Join Time", "yesterday")]);
    assert_eq!((taken.file.unwrap().stays, taken.is_known), (4, false));
    let told = taken.attendance.unwrap();
    assert_eq!((told.present, told.unregistered, told.questions.len()), (2, 1, 1));
    imported(&eu, head(&activity, "zoom", "Europe/Brussels"), after.as_bytes()).await.unwrap();
    // Beijing is seven hours ahead: another device, at the same time.
    let tencent = "用户昵称,入会时间,退会时间\nJo Blogs,2027-03-15 16:00:00,2027-03-15 16:20:00\n";
    imported(&eu, head(&activity, "tencent", ""), tencent.as_bytes()).await.unwrap();

    let there = presences(&eu, &activity, 1).await;
    let of = |name: &str| there.iter().find(|one| one.who.as_ref().unwrap().registration == *name);
    let present = of(&jo).unwrap();
    assert_eq!(
        (present.join_time, present.leave_time),
        (at("2027-03-15T07:58:00Z"), at("2027-03-15T09:35:00Z"))
    );
    assert_eq!((present.minutes, present.platforms.join(" ")), (85, "Tencent Meeting Zoom".to_owned()));
    assert_eq!(of(&first).unwrap().minutes, 30);
    assert_eq!(of(&second), None, "nobody is credited by the order of keys");

    // The same file again, under whatever request, changes nothing and tells nothing.
    let known = got(&eu, &activity).await.unwrap();
    let again = imported(&eu, head(&activity, "zoom", "Europe/Brussels"), before.as_bytes()).await.unwrap();
    assert!(again.is_known && again.attendance == Some(known.clone()), "{again:?}");

    // A person says who it was; it is kept, and the other Dana has nothing of it.
    let question = known.questions[0].clone();
    assert_eq!(
        (question.name.as_str(), question.doubt()),
        ("dana twin", wire::AttendanceDoubt::SeveralOfTheName)
    );
    let candidates: Vec<_> = question.candidates.iter().map(|one| one.registration.clone()).collect();
    assert_eq!(candidates, [first.clone(), second.clone()]);
    let answer = wire::AnswerAttendanceRequest {
        name: known.name.clone(),
        answers: vec![wire::AttendanceAnswer {
            stay: question.stays[0].id.clone(),
            is: Some(question.candidates[1].clone()),
            ..Default::default()
        }],
        etag: known.etag.clone(),
        request_id: request_id(),
        ..Default::default()
    };
    let answered = eu.attendance.answer_attendance(answer.clone()).await.unwrap().into_inner();
    assert_eq!((answered.questions.len(), answered.present), (0, 3));
    let stale = wire::AnswerAttendanceRequest { request_id: request_id(), ..answer };
    assert_eq!(eu.attendance.answer_attendance(stale).await.unwrap_err().code(), Code::Aborted);
    let there = presences(&eu, &activity, 0).await;
    let minutes: Vec<i32> = there.iter().map(|one| one.minutes).collect();
    assert_eq!(minutes, [85, 30, 20]);
    imported(&eu, head(&activity, "zoom", "Europe/Brussels"), after.replace("11:31", "11:32").as_bytes())
        .await
        .unwrap();
    assert_eq!(
        got(&eu, &activity).await.unwrap().questions,
        [],
        "what was said counts for files that come later"
    );

    // The other side learns how many, and no names; what it may not read, it does not learn whether it is there.
    let told: Vec<wire::AttendanceMerged> = gacc.told().await;
    assert_eq!(told.len(), 5, "three files, an answer, a file; what changed nothing tells nothing");
    let last = told.last().unwrap();
    let manufacturers = wire::TargetAudience::Manufacturer.into();
    assert_eq!(
        last.present,
        [wire::PresentCount { country: "CN".to_owned(), audience: manufacturers, people: 3 }]
    );
    assert_eq!((last.unregistered, last.open_questions), (1, 0));
    assert_eq!(eu.told::<wire::AttendanceMerged>().await, told);
    assert_eq!(got(&gacc, &activity).await.unwrap_err().code(), Code::PermissionDenied);
    let foreign = imported(&gacc, head(&activity, "zoom", "UTC"), before.as_bytes()).await.unwrap_err();
    assert_eq!(foreign.code(), Code::PermissionDenied);
}

/// That somebody was there stays when he is erased, also when another file comes; the same file does not bring him back; and who
/// stands behind him in a group stays who he is.
pub async fn outlives_erasure(running: Running) {
    running.set_clock("2027-01-10T09:00:00Z");
    let (mut eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let mut group = webinar(20);
    group.registration.as_mut().unwrap().largest_group = 3;
    let activity = published(&eu, group).await;
    let own = registered(&gacc, &activity, "Zhou Alone", "zhou@example.cn").await;
    let mut content = registration("Li Leader", 3);
    content.people = vec![person("Li Leader"), person("Zhou Erased"), person("Behind Him")];
    content.people[1].email = "zhou@example.cn".to_owned();
    let request = wire::RegisterRequest {
        parent: activity.name.clone(),
        registration: Some(content),
        request_id: request_id(),
        ..Default::default()
    };
    let group = gacc.registrations.clone().register(request).await.unwrap().into_inner().name;
    let row = |name: &str| format!("{name},,03/15/2027 09:00:00 AM,03/15/2027 10:00:00 AM,60,No\n");
    let first =
        format!("{ZOOM}{}{}{}{}", row("Li Leader"), row("Zhou Erased"), row("Zhou Alone"), row("A nickname"));
    let file = || head(&activity, "zoom", "Europe/Brussels");
    let taken = imported(&eu, file(), first.as_bytes()).await.unwrap().attendance.unwrap();
    assert_eq!((taken.present, taken.unregistered), (3, 1), "{:?}", taken.questions);
    let answer = wire::AnswerAttendanceRequest {
        name: taken.name,
        answers: vec![wire::AttendanceAnswer {
            name_asked: "a nickname".to_owned(),
            is: Some(wire::RegisteredPerson { registration: group.clone(), person: 2 }),
            ..Default::default()
        }],
        request_id: request_id(),
        ..Default::default()
    };
    let before = eu.attendance.answer_attendance(answer).await.unwrap().into_inner();
    assert_eq!((before.present, before.unregistered), (4, 0));
    let there = presences(&eu, &activity, 0).await;

    let erasure = wire::ScheduleErasureRequest {
        email: "zhou@example.cn".to_owned(),
        after_days: Some(0),
        request_id: request_id(),
        ..Default::default()
    };
    let erasure = eu.personal_data.schedule_erasure(erasure).await.unwrap().into_inner();
    eventually("he is erased", Duration::from_secs(20), async || {
        let request = wire::GetErasureRequest { name: erasure.name.clone() };
        let now = eu.personal_data.clone().get_erasure(request).await?.into_inner();
        match now.state() {
            wire::ErasureState::Done => Ok(()),
            _ => Err(Status::unavailable(format!("{now:?}"))),
        }
    })
    .await;
    let shown = async |name: &str| {
        let request = wire::GetRegistrationRequest { name: name.to_owned() };
        eu.registrations.clone().get_registration(request).await.unwrap().into_inner()
    };
    assert_eq!(shown(&own).await.people, []);
    let people = shown(&group).await.people;
    let names: Vec<&str> = people.iter().map(|one| one.full_name.as_str()).collect();
    assert_eq!(names, ["Li Leader", "", "Behind Him"], "everybody keeps his place");

    let again = imported(&eu, file(), first.as_bytes()).await.unwrap();
    assert!(again.is_known, "{again:?}");
    let other = format!("{ZOOM}{}", row("Somebody Else"));
    let after = imported(&eu, file(), other.as_bytes()).await.unwrap().attendance.unwrap();
    assert_eq!((after.present, after.unregistered), (4, 1), "{:?}", after.questions);
    assert_eq!(presences(&eu, &activity, 0).await, there);
}

/// What is wrong is said with its place, and nothing is stored of it.
pub async fn wrong(running: Running) {
    running.set_clock("2027-01-10T09:00:00Z");
    let eu = running.partner("eu-just");
    let draft = created(&eu, webinar(20)).await;
    let file = "name,email,join,leave\nAnna,,2027-03-15 09:00,2027-03-15 10:00\n";
    let early = imported(&eu, head(&draft, "plain", "Europe/Brussels"), file.as_bytes()).await.unwrap_err();
    assert_eq!(early.code(), Code::FailedPrecondition, "{early}");
    let activity = published(&eu, webinar(20)).await;
    let bad = wire::AttendanceFileHead {
        parent: "activities/1".to_owned(),
        date_order: 9,
        ..head(&activity, "skype", "Mars")
    };
    let refused = imported(&eu, bad, file.as_bytes()).await.unwrap_err();
    let told: Vec<String> = fields(&refused).into_iter().map(|(field, _)| field).collect();
    assert_eq!(told, ["head.parent", "head.mapping", "head.zone", "head.date_order"]);
    for (bytes, wanted) in [
        ("<html></html>", "the file is no export of Zoom"),
        ("", "the file is empty"),
        ("Name,Join Time,Leave Time\n\"Anna", "the file is cut"),
    ] {
        let refused = imported(&eu, head(&activity, "zoom", "UTC"), bytes.as_bytes()).await.unwrap_err();
        let (field, why) = fields(&refused)[0].clone();
        assert!(field == "chunk" && why.starts_with(wanted), "{field}: {why}");
    }
    let large = vec![b' '; 20_971_521];
    let parts = std::iter::once(Part::Head(head(&activity, "zoom", "UTC")));
    let chunks = large.chunks(1_000_000).map(|chunk| Part::Chunk(chunk.to_vec()));
    let parts: Vec<_> =
        parts.chain(chunks).map(|part| wire::ImportAttendanceRequest { part: Some(part) }).collect();
    let refused = eu.attendance.clone().import_attendance(iter(parts)).await.unwrap_err();
    assert_eq!(fields(&refused)[0].1, "all chunks have more than 20971520 octets together");

    // Day and month can be read in two ways, and neither is on a day of the meeting.
    let odd = "name,email,join,leave\nAnna,,03/04/2027 09:00,03/04/2027 10:00\n";
    let asked = imported(&eu, head(&activity, "plain", "Europe/Brussels"), odd.as_bytes()).await.unwrap();
    assert_eq!(asked.file_questions[0].day_first, "2027-04-03T09:00:00");
    let said = wire::AttendanceFileHead {
        date_order: wire::DateOrder::MonthFirst.into(),
        ..head(&activity, "plain", "Europe/Brussels")
    };
    let taken = imported(&eu, said, odd.as_bytes()).await.unwrap().attendance.unwrap();
    assert_eq!((taken.present, taken.unregistered, taken.elsewhere), (0, 0, 1));
    let answer = wire::AnswerAttendanceRequest {
        name: taken.name.clone(),
        answers: vec![
            wire::AttendanceAnswer::default(),
            wire::AttendanceAnswer {
                name_asked: "anna".to_owned(),
                is: Some(wire::RegisteredPerson { registration: "registrations/1".to_owned(), person: -1 }),
                ..Default::default()
            },
        ],
        request_id: request_id(),
        ..Default::default()
    };
    let refused = eu.attendance.clone().answer_attendance(answer).await.unwrap_err();
    let told: Vec<String> = fields(&refused).into_iter().map(|(field, _)| field).collect();
    assert_eq!(told, ["answers[0]", "answers[1].is.person", "answers[1].is.registration"]);
    let unknown = wire::AnswerAttendanceRequest {
        name: taken.name.clone(),
        answers: vec![wire::AttendanceAnswer {
            stay: "0".repeat(32),
            is: Some(wire::RegisteredPerson {
                registration: format!("{}/registrations/{}", activity.name, request_id()),
                person: 0,
            }),
            ..Default::default()
        }],
        request_id: request_id(),
        ..Default::default()
    };
    let refused = eu.attendance.clone().answer_attendance(unknown).await.unwrap_err();
    let told: Vec<String> = fields(&refused).into_iter().map(|(field, _)| field).collect();
    assert_eq!(told, ["answers[0].stay", "answers[0].is"]);
}
