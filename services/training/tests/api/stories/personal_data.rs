//! Personal data: exported, erased to the last byte, and kept no longer than an activity says.

use std::time::Duration;

use sea_orm::{ConnectionTrait, Statement};
use seamless_proto::seamless::training::v1::{self as wire, ErasureState, RegistrationState};
use seamless_storage::Backend;
use seamless_testkit::eventually;
use tonic::Code;

use super::{
    attendance::{head, imported},
    mails::with_folder,
    published,
    registrations::{registered, state_of},
    seen,
};
use crate::{
    running::{Partner, Running},
    words::{both, fields, person, registration, request_id, webinar},
};

pub(super) const SOON: Duration = Duration::from_secs(20);

/// Everything that the database holds, as bytes: of SQLite its files, of PostgreSQL every row.
pub(super) async fn bytes_of(running: &Running) -> Vec<u8> {
    let database = &running.database.database;
    if database.backend() == Backend::Sqlite {
        let file = running.database.url.trim_start_matches("sqlite://");
        let files = ["", "-wal"].map(|end| std::fs::read(format!("{file}{end}")).unwrap_or_default());
        let bytes = files.concat();
        assert!(bytes.len() > 100_000, "{file} is no database");
        return bytes;
    }
    by_table(running).await.into_iter().map(|(_, rows)| rows).collect::<String>().into_bytes()
}

/// Every row of PostgreSQL as text, by table.
async fn by_table(running: &Running) -> Vec<(String, String)> {
    let tables = queried(running, "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'").await;
    let mut all = Vec::new();
    for table in tables {
        // Bytes are shown as hexadecimal digits in JSON; encoded so, they are searched as text.
        let sql = format!("SELECT encode(convert_to(t::text, 'UTF8'), 'escape') FROM {table} t");
        let mut rows = queried(running, &sql).await;
        for (binary, column) in [("request", "response"), ("mail_outbox", "content")] {
            if table == binary {
                rows.extend(
                    queried(running, &format!("SELECT encode({column}, 'escape') FROM {table}")).await,
                );
            }
        }
        all.push((table, rows.join("\n")));
    }
    all
}

/// The first column of what a query finds.
async fn queried(running: &Running, sql: &str) -> Vec<String> {
    let connection = running.database.database.read();
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let rows = connection.query_all_raw(statement).await.unwrap();
    rows.into_iter().map(|row| row.try_get_by_index::<String>(0).unwrap()).collect()
}

/// The tables that hold one of these, of PostgreSQL: there what was overwritten is left in a table until it is vacuumed.
async fn holding(running: &Running, marks: &[&str]) -> Vec<String> {
    if running.database.database.backend() == Backend::Sqlite {
        return Vec::new();
    }
    let holds = |rows: &str| marks.iter().any(|mark| rows.contains(mark));
    let tables = by_table(running).await.into_iter().filter(|(_, rows)| holds(rows));
    tables.map(|(table, _)| table).collect()
}

/// Waits until all of these were vacuumed.
async fn vacuumed(running: &Running, tables: Vec<String>) {
    if tables.is_empty() {
        return;
    }
    eventually("what was overwritten is gone", SOON, async || {
        let done =
            queried(running, "SELECT relname::text FROM pg_stat_user_tables WHERE vacuum_count > 0").await;
        let left: Vec<_> = tables.iter().filter(|table| !done.contains(table)).collect();
        if left.is_empty() { Ok(()) } else { Err(format!("{left:?}")) }
    })
    .await;
}

pub(super) fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

pub(super) async fn scheduled(
    partner: &Partner,
    email: &str,
    after_days: i32,
) -> Result<wire::Erasure, tonic::Status> {
    let request = wire::ScheduleErasureRequest {
        email: email.to_owned(),
        after_days: Some(after_days),
        request_id: request_id(),
        ..Default::default()
    };
    partner.personal_data.clone().schedule_erasure(request).await.map(tonic::Response::into_inner)
}

pub(super) async fn exported(partner: &Partner, email: &str) -> wire::ExportPersonalDataResponse {
    let request = wire::ExportPersonalDataRequest { email: email.to_owned(), ..Default::default() };
    partner.personal_data.clone().export_personal_data(request).await.unwrap().into_inner()
}

/// One person, in a registration of her own, in a group, and in answers that are kept; erased by the side that leads.
pub async fn erased(running: Running) {
    let (running, _folder) = with_folder(running).await;
    let (mut eu, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let canada = running.partner("ca-hc");
    let mut activity = webinar(1);
    let terms = activity.registration.as_mut().unwrap();
    terms.form = vec![wire::FormQuestion {
        id: "words".to_owned(),
        label: both("What do you make?", "生产什么？"),
        kind: wire::AnswerKind::Text.into(),
        ..Default::default()
    }];
    let activity = published(&eu, activity).await;
    let name = activity.name.clone();
    let answer = wire::FormAnswer { question: "words".to_owned(), value: "Xyzzyquux kettles".to_owned() };
    let call = wire::RegisterRequest {
        parent: name.clone(),
        registration: Some(wire::Registration {
            answers: vec![answer],
            ..registration("Zhuang Erasable", 1)
        }),
        request_id: request_id(),
        ..Default::default()
    };
    let own = gacc.registrations.register(call.clone()).await.unwrap().into_inner();
    let next = registered(&gacc, &name, "Li Two", 1).await.unwrap();
    let mut larger = webinar(10);
    larger.registration.as_mut().unwrap().largest_group = 3;
    let other = published(&eu, larger).await.name;
    let group = wire::RegisterRequest {
        parent: other,
        registration: Some(wire::Registration {
            people: vec![person("Li Leader"), person("Zhuang Erasable")],
            ..registration("Li Leader", 2)
        }),
        request_id: request_id(),
        ..Default::default()
    };
    let group = gacc.registrations.register(group).await.unwrap().into_inner();
    // A platform saw her by her name alone, and by her address, and somebody else.
    let seen_by_platform = "name,email,join,leave\nErasable Zhuang,,2027-03-15 09:00,2027-03-15 10:00\n\
        Xyzzyquux,ZHUANG.ERASABLE@ningbo.example.cn,2027-03-15 09:00,2027-03-15 10:00\n\
        Somebody Else,else@example.cn,2027-03-15 09:00,2027-03-15 10:00\n";
    let file = head(&activity, "plain", "Europe/Brussels");
    let taken = imported(&eu, file, seen_by_platform.as_bytes()).await.unwrap();
    assert_eq!(taken.file.map(|file| file.stays), Some(3), "{:?}", taken.refused);
    let email = "Zhuang.Erasable@ningbo.example.cn";
    let marks = ["Zhuang", "zhuang.erasable", "Xyzzyquux"];
    let before = bytes_of(&running).await;
    assert!(marks.iter().all(|mark| contains(&before, mark)), "it is there to be erased");
    let held_in = holding(&running, &marks).await;

    let known = exported(&eu, email).await;
    let mut names: Vec<_> = known.registrations.iter().map(|one| one.name.clone()).collect();
    let mut wanted = vec![own.name.clone(), group.name.clone()];
    names.sort();
    wanted.sort();
    assert_eq!(names, wanted);
    assert_eq!(known.registrations.len(), exported(&gacc, email).await.registrations.len());
    let mails = eventually("she is written to", SOON, async || {
        let mails = exported(&gacc, email).await.mails;
        if mails.is_empty() { Err("not yet") } else { Ok(mails) }
    })
    .await;
    assert!(mails[0].name.starts_with(&own.name) && mails[0].recipient == person("Zhuang Erasable").email);
    assert!(exported(&canada, email).await.registrations.is_empty(), "it is none of Canada's");
    // What platforms saw is the organiser's: under her address, and under her name where no address was told.
    let mut saw: Vec<_> = known.sightings.iter().map(|one| one.name.as_str()).collect();
    saw.sort_unstable();
    assert_eq!(saw, ["Erasable Zhuang", "Xyzzyquux"]);
    assert!(known.sightings.iter().all(|one| one.activity == name && one.leave_time.is_some()));
    let there: Vec<_> = known.presences.iter().map(|one| one.who.clone().unwrap().registration).collect();
    assert_eq!(there, std::slice::from_ref(&own.name));
    assert_eq!(known.presences[0].minutes, 60);
    let told_to_gacc = exported(&gacc, email).await;
    assert!(told_to_gacc.sightings.is_empty() && told_to_gacc.presences.is_empty());

    let refused = scheduled(&eu, "no address", 0).await.unwrap_err();
    assert_eq!(fields(&refused)[0].0, "email");
    let first = scheduled(&eu, email, 7).await.unwrap();
    assert_eq!(scheduled(&eu, email, 7).await.unwrap_err().code(), Code::AlreadyExists);
    let cancel = wire::CancelErasureRequest {
        name: first.name.clone(),
        request_id: request_id(),
        ..Default::default()
    };
    let cancelled = eu.personal_data.cancel_erasure(cancel.clone()).await.unwrap().into_inner();
    assert_eq!(cancelled.state(), ErasureState::Cancelled);
    let others = wire::CancelErasureRequest { request_id: request_id(), ..cancel };
    let denied = gacc.personal_data.cancel_erasure(others).await.unwrap_err();
    assert_eq!(denied.code(), Code::PermissionDenied);

    let erasure = scheduled(&eu, email, 0).await.unwrap();
    let request = wire::GetErasureRequest { name: erasure.name.clone() };
    eventually("the person is erased", SOON, async || {
        let now = eu.personal_data.clone().get_erasure(request.clone()).await?.into_inner();
        match now.state() {
            ErasureState::Done if now.registrations == 2 => Ok(()),
            _ => Err(tonic::Status::unavailable(format!("{now:?}"))),
        }
    })
    .await;
    eventually("no byte is left", SOON, async || {
        let after = bytes_of(&running).await;
        let left: Vec<_> = marks.iter().filter(|mark| contains(&after, mark)).collect();
        assert!(contains(&after, "Li Leader") && contains(&after, "Somebody Else"), "who is not meant stays");
        if left.is_empty() { Ok(()) } else { Err(format!("{left:?}")) }
    })
    .await;
    vacuumed(&running, held_in).await;
    assert_eq!(exported(&eu, email).await, wire::ExportPersonalDataResponse::default());
    // The seat went to who was next; the counts name nobody, and stay.
    assert_eq!(state_of(&gacc, &own.name).await, RegistrationState::Withdrawn);
    assert_eq!(state_of(&gacc, &next.name).await, RegistrationState::Confirmed);
    assert_eq!(seen(&eu, &name).await.unwrap().seats.unwrap().confirmed, 1);
    // The same call again does nothing twice, and tells nobody what was erased.
    let again = gacc.registrations.register(call).await.unwrap().into_inner();
    assert_eq!(again, wire::Registration { name: own.name, ..Default::default() });
    let told: Vec<wire::PersonErased> = eu.told().await;
    assert_eq!(told.iter().map(|one| one.registrations).collect::<Vec<_>>(), [2]);
    assert!(gacc.told::<wire::PersonErased>().await.is_empty(), "it is the EU's");
}

/// Names go when the time has come; what was counted stays.
pub async fn kept(running: Running) {
    running.set_clock("2027-03-01T09:00:00Z");
    let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let mut activity = webinar(5);
    activity.registration.as_mut().unwrap().retention_days = 30;
    let name = published(&eu, activity).await.name;
    let one = registered(&gacc, &name, "Zhuang Retained", 1).await.unwrap();
    running.set_clock("2027-04-14T09:00:00Z");
    let eu = running.partner("eu-just");
    let get = wire::GetRegistrationRequest { name: one.name.clone() };
    let shown = eu.registrations.clone().get_registration(get.clone()).await.unwrap().into_inner();
    assert_eq!(shown.people.len(), 1, "the thirtieth day is not over");
    running.set_clock("2027-04-14T10:00:00Z");
    let eu = running.partner("eu-just");
    eventually("the names are erased", SOON, async || {
        let shown = eu.registrations.clone().get_registration(get.clone()).await?.into_inner();
        match shown.erase_time {
            Some(_) if shown.people.is_empty() && shown.state() == RegistrationState::Confirmed => Ok(()),
            _ => Err(tonic::Status::unavailable("not yet")),
        }
    })
    .await;
    eventually("no byte is left", SOON, async || match contains(&bytes_of(&running).await, "Retained") {
        false => Ok(()),
        true => Err("it is there"),
    })
    .await;
    assert_eq!(seen(&eu, &name).await.unwrap().seats.unwrap().confirmed, 1);
    let told: Vec<wire::PersonErased> = eu.clone().told().await;
    assert_eq!((told.len(), told[0].activity.as_str(), told[0].registrations), (1, name.as_str(), 1));
}
