//! The files of three platforms about one webinar, each of 5,000 people.

use std::{
    fmt::Write,
    io::Cursor,
    time::{Duration, Instant},
};

use calamine::{Reader, Xlsx, open_workbook_from_rs};
use seamless_proto::seamless::training::v1::{
    self as wire, attendance_service_client::AttendanceServiceClient, import_attendance_request::Part,
};
use seamless_storage::Database;
use seamless_testkit::sheets::{InSheet, utf_16, workbook};
use uuid::Uuid;

use super::{Service, register, webinar};
use crate::{
    Failure,
    outcome::{Goal, Outcome},
    plain_table,
};

const PEOPLE: usize = 5_000;
/// Octets of a part of a file.
const CHUNK: usize = 1 << 16;

/// Imports three files into a webinar with 5,000 registrations, each followed by reading the same file in the plainest code and
/// inserting its rows.
///
/// # Errors
/// If a file is refused, somebody is not found present, or a database fails.
pub(super) async fn measure(service: &Service, plain: &Database) -> Result<(), Failure> {
    plain_table::create(plain).await?;
    let parent = webinar(service.of("eu-just")).await?;
    register(&service.of("cn-gacc"), &parent, 0..PEOPLE).await?;
    let files = files()?;
    let mut client = AttendanceServiceClient::new(service.of("eu-just"));
    let (mut imported, mut inserted) = (Vec::new(), Vec::new());
    for (mapping, bytes) in &files {
        let head = wire::AttendanceFileHead {
            parent: parent.clone(),
            mapping: (*mapping).to_owned(),
            zone: "Asia/Shanghai".to_owned(),
            request_id: Uuid::new_v4().to_string(),
            ..Default::default()
        };
        let chunks = bytes.chunks(CHUNK).map(|chunk| Part::Chunk(chunk.to_vec()));
        let parts: Vec<_> = std::iter::once(Part::Head(head))
            .chain(chunks)
            .map(|part| wire::ImportAttendanceRequest { part: Some(part) })
            .collect();
        let begun = Instant::now();
        let answer = client.import_attendance(tokio_stream::iter(parts)).await?.into_inner();
        imported.push(begun.elapsed());
        let attendance = answer.attendance.unwrap_or_default();
        if usize::try_from(attendance.present) != Ok(PEOPLE) || !attendance.questions.is_empty() {
            let (present, asked) = (attendance.present, attendance.questions.len());
            return Err(
                format!("{mapping}: {present} of {PEOPLE} were there, {asked} are asked about").into()
            );
        }
        inserted.push(plainly(plain, bytes).await?);
    }
    let seconds = |times: &[Duration]| times.iter().sum::<Duration>().as_secs_f64();
    let each: Vec<f64> = imported.iter().map(Duration::as_secs_f64).collect();
    let outcome = Outcome {
        measure: format!("training-attendance-{}", service.kind),
        value: seconds(&imported),
        unit: "s",
        baseline: seconds(&inserted),
        goal: Goal::Below(5.0),
        note: format!(
            "Teams, Zoom and Tencent Meeting, one after the other, until everybody is told present; baseline: the same files split \
             into rows, which are inserted 500 at a time; {}",
            service.note
        ),
        facts: vec![("registrations", PEOPLE.into()), ("files", each.into())],
    };
    outcome.print()
}

/// As the platforms write them: a table in UTF-16 with tabs, one with commas, a workbook.
fn files() -> Result<[(&'static str, Vec<u8>); 3], Failure> {
    let mut teams =
        String::from("3. In-Meeting Activities\nName\tJoin Time\tLeave Time\tDuration\tEmail\tRole\n");
    let mut zoom = String::from("Name (Original Name),User Email,Join Time,Leave Time\n");
    let mut tencent: Vec<Vec<InSheet>> = vec![vec!["用户昵称".into(), "入会时间".into(), "退会时间".into()]];
    for number in 0..PEOPLE {
        let (name, email, minute) =
            (format!("Li Number {number}"), format!("li.{number}@example.cn"), number % 50);
        writeln!(
            teams,
            "{name}\t3/15/2036, 9:{minute:02}:00 AM\t3/15/2036, 10:20:00 AM\t1h\t{email}\tAttendee"
        )?;
        writeln!(zoom, "{name},{email},03/15/2036 09:{minute:02}:00 AM,03/15/2036 10:25:00 AM")?;
        let joined = format!("2036-03-15 09:{minute:02}:00");
        tencent.push(vec![name.as_str().into(), joined.as_str().into(), "2036-03-15 10:15:00".into()]);
    }
    Ok([
        ("teams", utf_16(&teams, true)),
        ("zoom", zoom.into_bytes()),
        ("tencent", workbook(&[("明细", tencent)])),
    ])
}

/// Reads the rows of a file without asking what they mean, and inserts them.
async fn plainly(database: &Database, bytes: &[u8]) -> Result<Duration, Failure> {
    let begun = Instant::now();
    let rows: Vec<String> = match bytes {
        [b'P', b'K', ..] => {
            let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes))?;
            let sheet = book.worksheet_range_at(0).ok_or("a workbook without a sheet")??;
            let rows =
                sheet.rows().map(|row| row.iter().map(ToString::to_string).collect::<Vec<_>>().join("\t"));
            rows.collect()
        }
        [0xff, 0xfe, text @ ..] => {
            let units: Vec<u16> =
                text.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
            String::from_utf16(&units)?.lines().map(str::to_owned).collect()
        }
        text => std::str::from_utf8(text)?.lines().map(str::to_owned).collect(),
    };
    let documents = rows.into_iter().map(|document| plain_table::Model { id: Uuid::new_v4(), document });
    plain_table::insert(database, documents.collect()).await?;
    Ok(begun.elapsed())
}
