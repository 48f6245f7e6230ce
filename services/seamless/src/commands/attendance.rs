//! `seamless attendance`: files of meeting platforms are taken in, and who cannot be told is answered.

use seamless_proto::seamless::training::v1 as wire;
use wire::import_attendance_request::Part;

use super::{activities::name_of, pages, request_id};
use crate::{cli, connection::Connection, error::Failure, output};

/// Octets of a chunk.
const CHUNK_BYTES: usize = 256 * 1024;

/// Carries the step out.
pub async fn run(connection: &Connection, step: cli::Attendance, json: bool) -> Result<(), Failure> {
    match step {
        cli::Attendance::Import(given) => import(connection, given, json).await,
        cli::Attendance::Show(activity) => {
            let name = format!("{}/attendance", name_of(connection, &activity.name).await?);
            let request = wire::GetAttendanceRequest { name };
            show(&connection.attendance().get_attendance(request).await?.into_inner(), json)
        }
        cli::Attendance::List { activity, session, limit } => {
            let parent = format!("{}/attendance", name_of(connection, &activity.name).await?);
            let there = pages(limit, async |page_size, page_token| {
                let (parent, session) = (parent.clone(), session.clone());
                let request = wire::ListPresencesRequest { parent, session, page_size, page_token };
                let page = connection.attendance().list_presences(request).await?.into_inner();
                Ok((page.presences, page.next_page_token))
            })
            .await?;
            list(&there, json)
        }
        cli::Attendance::Answer(given) => {
            let answer = wire::AttendanceAnswer {
                name_asked: given.asked,
                email_asked: given.email,
                stay: given.stay,
                is: given
                    .is
                    .map(|registration| wire::RegisteredPerson { registration, person: given.person }),
            };
            let request = wire::AnswerAttendanceRequest {
                name: format!("{}/attendance", name_of(connection, &given.activity.name).await?),
                answers: vec![answer],
                request_id: request_id(),
                ..Default::default()
            };
            show(&connection.attendance().answer_attendance(request).await?.into_inner(), json)
        }
    }
}

async fn import(connection: &Connection, given: cli::ImportAttendance, json: bool) -> Result<(), Failure> {
    let file = &given.file;
    let bytes =
        std::fs::read(file).map_err(|error| Failure::usage(format!("{}: {error}", file.display())))?;
    let date_order = match given.date_order.as_deref() {
        None => wire::DateOrder::Unspecified,
        Some("day-first") => wire::DateOrder::DayFirst,
        Some("month-first") => wire::DateOrder::MonthFirst,
        Some(other) => {
            return Err(Failure::usage(format!("--date-order wants day-first or month-first, got {other}")));
        }
    };
    let head = wire::AttendanceFileHead {
        parent: name_of(connection, &given.activity.name).await?,
        mapping: given.mapping,
        zone: given.zone,
        date_order: date_order.into(),
        request_id: request_id(),
        validate_only: given.check,
    };
    let chunks = bytes.chunks(CHUNK_BYTES).map(|chunk| Part::Chunk(chunk.to_vec()));
    let parts: Vec<wire::ImportAttendanceRequest> = std::iter::once(Part::Head(head))
        .chain(chunks)
        .map(|part| wire::ImportAttendanceRequest { part: Some(part) })
        .collect();
    let parts = tokio_stream::iter(parts);
    let answer = connection.attendance().import_attendance(parts).await?.into_inner();
    if json {
        return output::json(&answer);
    }
    for row in &answer.refused {
        let wire::AttendanceRowFault { row, column, wanted, got } = row;
        let place = if column.is_empty() { format!("row {row}") } else { format!("row {row}, {column}") };
        output::complain(format!("{place}: wants {wanted}; got {got}"));
    }
    for question in &answer.file_questions {
        let example = &question.example;
        output::line(match question.asks_zone {
            true => format!("nothing is stored yet: say the --zone of {example}"),
            false => format!(
                "nothing is stored yet: is {example} {} (--date-order day-first) or {} (--date-order month-first)?",
                question.day_first, question.month_first
            ),
        });
    }
    let Some(attendance) = &answer.attendance else { return Ok(()) };
    match (answer.is_known, given.check) {
        (true, _) => output::line("the file was taken in before; nothing was changed"),
        (false, true) => output::line("the file would be taken in; nothing was stored"),
        (false, false) => {}
    }
    show(attendance, json)
}

fn show(attendance: &wire::Attendance, json: bool) -> Result<(), Failure> {
    if json {
        return output::json(attendance);
    }
    let wire::Attendance { present, unregistered, elsewhere, .. } = attendance;
    output::line(format!(
        "{present} registered people were there, {unregistered} who are not registered, {elsewhere} at no session"
    ));
    let mut files = output::table(&["file", "platform", "stays", "refused", "absent", "imported"]);
    for file in &attendance.files {
        files.add_row([
            file.sha256.chars().take(12).collect(),
            file.platform.clone(),
            file.stays.to_string(),
            file.refused.to_string(),
            file.absent.to_string(),
            output::time(file.import_time.as_ref()),
        ]);
    }
    output::line(files);
    if attendance.questions.is_empty() {
        return Ok(());
    }
    output::line("who are they? `seamless attendance answer` says it:");
    let mut questions = output::table(&["name", "address", "why", "stay", "from", "to", "may be"]);
    for question in &attendance.questions {
        let may_be: Vec<String> =
            question.candidates.iter().map(|one| format!("{} {}", one.registration, one.person)).collect();
        for stay in &question.stays {
            questions.add_row([
                question.name.clone(),
                question.email.clone(),
                output::word(question.doubt().as_str_name(), "ATTENDANCE_DOUBT_"),
                stay.id.clone(),
                output::time(stay.join_time.as_ref()),
                output::time(stay.leave_time.as_ref()),
                may_be.join(", "),
            ]);
        }
    }
    output::line(questions);
    Ok(())
}

fn list(presences: &[wire::Presence], json: bool) -> Result<(), Failure> {
    if json {
        return presences.iter().try_for_each(output::json);
    }
    let mut table =
        output::table(&["registration", "person", "session", "from", "to", "minutes", "platforms"]);
    for one in presences {
        let who = one.who.clone().unwrap_or_default();
        table.add_row([
            who.registration,
            who.person.to_string(),
            one.session.clone(),
            output::time(one.join_time.as_ref()),
            output::time(one.leave_time.as_ref()),
            one.minutes.to_string(),
            one.platforms.join(", "),
        ]);
    }
    output::line(table);
    Ok(())
}
