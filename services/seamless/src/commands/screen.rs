//! `seamless screen`: a file of arriving goods goes in, decisions come out, one JSON document a line.

use std::{
    fs::File,
    io::{self, IsTerminal, Write},
};

use seamless_proto::seamless::consignments::v1 as wire;
use serde::Serialize;

use super::{
    decisions::{Decisions, Form},
    event_status,
    rows::{Delivered, Entry, Progress, deliver_declaration, deliver_sheet, goods, id_of},
};
use crate::{
    cli,
    connection::Connection,
    error::Failure,
    import::declarations::{self, Mapping, Otherwise},
    output,
};

/// How many goods met which fate.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    rows: u64,
    red: u64,
    yellow: u64,
    green: u64,
    blue: u64,
    /// Of those: decided by an earlier run; their first answer was given again.
    decided_before: u64,
    /// Of those: decided without a field that could not be read.
    unread: u64,
    rejected: u64,
}

/// Screens a file, or those that come into a folder.
pub async fn run(connection: &Connection, arguments: cli::Screen, json: bool) -> Result<(), Failure> {
    if arguments.watched.watch {
        return super::watch::run(connection, &arguments, json).await;
    }
    let (writer, target): (Box<dyn Write>, _) = match &arguments.out {
        None => (Box::new(io::stdout()), "standard output".to_owned()),
        Some(path) => {
            let target = path.display().to_string();
            let file = File::create(path).map_err(|error| Failure::usage(format!("{target}: {error}")))?;
            (Box::new(file), target)
        }
    };
    let form = if arguments.brief { Form::Brief } else { Form::Json };
    let mut decisions = Decisions::to(writer, target, form)?;
    let progress = match arguments.out.is_none() && io::stdout().is_terminal() {
        true => Progress::Hidden,
        false => Progress::Shown,
    };
    let reader = Reader::of(&arguments)?;
    let screened = file(connection, &reader, &arguments.rows, progress, &mut decisions).await;
    decisions.flush()?;
    let (counts, delivered) = screened?;
    let summary = if json { output::plain_json(&counts)? } else { counts.for_people(arguments.rows.check) };
    // Standard output belongs to the decisions, unless they go elsewhere.
    match arguments.out {
        Some(_) => output::line(summary),
        None => output::complain(summary),
    }
    delivered.rejects.tell()
}

/// How files of goods are read.
pub struct Reader {
    round: String,
    status: i32,
    /// Of declarations; none for rows.
    declared: Option<(Mapping, Otherwise)>,
}

impl Reader {
    /// As the command line says it.
    ///
    /// # Errors
    /// The mapping cannot be read.
    pub fn of(arguments: &cli::Screen) -> Result<Self, Failure> {
        let cli::Declared { declarations, mapping, entry_point, arrival_time } = &arguments.declared;
        let declared = declarations.then(|| {
            let told = mapping.as_deref().map(|path| {
                let fail = |why: String| Failure::usage(format!("{}: {why}", path.display()));
                let text = std::fs::read_to_string(path).map_err(|error| fail(error.to_string()))?;
                declarations::mapping(Some(&text)).map_err(fail)
            });
            let mapping = told.unwrap_or_else(|| {
                declarations::mapping(None).map_err(|why| Failure::while_doing("reading the mapping", why))
            });
            let otherwise = Otherwise { entry_point: entry_point.clone(), arrival_time: *arrival_time };
            mapping.map(|mapping| (mapping, otherwise))
        });
        let status = event_status(arguments.status) as i32;
        Ok(Self { round: arguments.round.clone(), status, declared: declared.transpose()? })
    }
}

/// Screens a file.
///
/// # Errors
/// It cannot be read at all; the service cannot be reached or refuses the call; the decisions cannot be written.
pub async fn file(
    connection: &Connection,
    reader: &Reader,
    rows: &cli::Rows,
    progress: Progress,
    decisions: &mut Decisions,
) -> Result<(Counts, Delivered), Failure> {
    let (status, validate_only) = (reader.status, rows.check);
    let client = connection.screenings();
    let open = |requests| {
        let mut client = client.clone();
        async move { client.screen_consignments(requests).await }
    };
    let mut counts = Counts::default();
    let accept = |entry: &Entry<wire::ScreenConsignmentsRequest>,
                  answer: wire::ScreenConsignmentsResponse| {
        let Some(screening) = answer.screening else {
            return Ok(answer.violations.into_iter().map(of_the_row).collect());
        };
        *match screening.lane() {
            wire::Lane::Red => &mut counts.red,
            wire::Lane::Yellow => &mut counts.yellow,
            wire::Lane::Blue => &mut counts.blue,
            wire::Lane::Green | wire::Lane::Unspecified => &mut counts.green,
        } += 1;
        counts.decided_before += u64::from(answer.repeated_request);
        counts.unread += u64::from(!(entry.remarks.is_empty() && screening.unread.is_empty()));
        decisions.write(entry, &screening, answer.repeated_request)?;
        Ok(Vec::new())
    };
    let asked = move |consignment: wire::Consignment, request_id: String| {
        let subject = goods::known_as(&consignment);
        let consignment = Some(consignment);
        (subject, Ok(wire::ScreenConsignmentsRequest { consignment, request_id, validate_only, status }))
    };
    let round = reader.round.clone();
    let delivered = match &reader.declared {
        None => {
            let make = move |consignment: wire::Consignment| {
                let parts = [b"screen".as_slice(), round.as_bytes(), &status.to_be_bytes()];
                let request_id = id_of(&[parts.as_slice(), &[&goods::bytes_of(&consignment)]].concat());
                asked(consignment, request_id)
            };
            deliver_sheet(rows, progress, goods::HEADER, make, open, accept).await?
        }
        Some((mapping, otherwise)) => {
            let make = move |digest: &[u8], path: &str, consignment: wire::Consignment| {
                let parts = [b"declared".as_slice(), round.as_bytes(), &status.to_be_bytes()];
                let request_id = id_of(&[parts.as_slice(), &[digest, path.as_bytes()]].concat());
                asked(consignment, request_id)
            };
            deliver_declaration(rows, progress, (mapping, otherwise), make, open, accept).await?
        }
    };
    (counts.rows, counts.rejected) = (delivered.rows, delivered.rejects.count());
    Ok((counts, delivered))
}

/// A wrong field, named as the file names it.
fn of_the_row(wrong: wire::ItemViolation) -> wire::ItemViolation {
    let field = wrong.field.strip_prefix("consignment.").map(str::to_owned);
    wire::ItemViolation { field: field.unwrap_or(wrong.field), description: wrong.description }
}

impl Counts {
    /// In a line.
    pub fn for_people(&self, only_checked: bool) -> String {
        let Self { rows, red, yellow, green, blue, decided_before, unread, rejected } = self;
        let mut text = format!(
            "{rows} rows: {red} red, {yellow} yellow, {green} green, {blue} blue, {rejected} rejected"
        );
        if *decided_before > 0 {
            text.push_str(&format!("; {decided_before} of them had been decided before"));
        }
        if *unread > 0 {
            text.push_str(&format!("; {unread} of them without a field that could not be read"));
        }
        if only_checked {
            text.push_str("; nothing was stored");
        }
        text
    }
}
