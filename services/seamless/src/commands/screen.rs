//! `seamless screen`: a file of arriving goods goes in, decisions come out, one JSON document a line.

use std::{
    fs::File,
    io::{self, BufWriter, IsTerminal, Write},
};

use seamless_proto::seamless::consignments::v1 as wire;
use serde::Serialize;

use super::{
    event_status,
    rows::{Entry, Progress, deliver_sheet, goods, id_of},
};
use crate::{cli, connection::Connection, error::Failure, output};

/// Decisions written together.
const FLUSH_EVERY: u64 = 256;

/// How many goods met which fate.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Counts {
    rows: u64,
    red: u64,
    yellow: u64,
    green: u64,
    blue: u64,
    /// Of those: decided by an earlier run; their first answer was given again.
    decided_before: u64,
    rejected: u64,
}

/// Screens a file.
pub async fn run(connection: &Connection, arguments: cli::Screen, json: bool) -> Result<(), Failure> {
    let status = event_status(arguments.status) as i32;
    let validate_only = arguments.rows.check;
    let round = arguments.round.clone();
    let make = move |consignment: wire::Consignment| {
        let parts = [b"screen".as_slice(), round.as_bytes(), &status.to_be_bytes()];
        let request_id = id_of(&[parts.as_slice(), &[&goods::bytes_of(&consignment)]].concat());
        let subject = goods::known_as(&consignment);
        let consignment = Some(consignment);
        (subject, Ok(wire::ScreenConsignmentsRequest { consignment, request_id, validate_only, status }))
    };
    let client = connection.screenings();
    let open = |requests| {
        let mut client = client.clone();
        async move { client.screen_consignments(requests).await }
    };
    let mut decisions = Decisions::open(&arguments)?;
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
        decisions.write(entry, &screening, answer.repeated_request)?;
        Ok(Vec::new())
    };
    let progress = match arguments.out.is_none() && io::stdout().is_terminal() {
        true => Progress::Hidden,
        false => Progress::Shown,
    };
    let delivered = deliver_sheet(&arguments.rows, progress, goods::ALIASES, make, open, accept).await;
    decisions.flush()?;
    let delivered = delivered?;
    (counts.rows, counts.rejected) = (delivered.rows, delivered.rejects.count());
    let summary = if json { output::plain_json(&counts)? } else { counts.for_people(validate_only) };
    // Standard output belongs to the decisions, unless they go elsewhere.
    match arguments.out {
        Some(_) => output::line(summary),
        None => output::complain(summary),
    }
    delivered.rejects.tell()
}

/// A wrong field, named as the file names it.
fn of_the_row(wrong: wire::ItemViolation) -> wire::ItemViolation {
    let field = wrong.field.strip_prefix("consignment.").map(str::to_owned);
    wire::ItemViolation { field: field.unwrap_or(wrong.field), description: wrong.description }
}

impl Counts {
    fn for_people(&self, only_checked: bool) -> String {
        let Self { rows, red, yellow, green, blue, decided_before, rejected } = self;
        let mut text = format!(
            "{rows} rows: {red} red, {yellow} yellow, {green} green, {blue} blue, {rejected} rejected"
        );
        if *decided_before > 0 {
            text.push_str(&format!("; {decided_before} of them had been decided before"));
        }
        if only_checked {
            text.push_str("; nothing was stored");
        }
        text
    }
}

/// Where decisions go.
struct Decisions {
    writer: Box<dyn Write>,
    target: String,
    is_brief: bool,
    written: u64,
}

impl Decisions {
    fn open(arguments: &cli::Screen) -> Result<Self, Failure> {
        let (writer, target): (Box<dyn Write>, _) = match &arguments.out {
            None => (Box::new(io::stdout()), "standard output".to_owned()),
            Some(path) => {
                let target = path.display().to_string();
                let file =
                    File::create(path).map_err(|error| Failure::usage(format!("{target}: {error}")))?;
                (Box::new(file), target)
            }
        };
        let writer = Box::new(BufWriter::with_capacity(64 << 10, writer));
        Ok(Self { writer, target, is_brief: arguments.brief, written: 0 })
    }

    fn write<Q>(
        &mut self,
        entry: &Entry<Q>,
        screening: &wire::Screening,
        before: bool,
    ) -> Result<(), Failure> {
        let text = match self.is_brief {
            true => brief(entry, screening),
            false => document(entry, screening, before)?,
        };
        let failed = |error| Failure::while_doing(&self.target, error);
        writeln!(self.writer, "{text}").map_err(failed)?;
        self.written += 1;
        if self.written.is_multiple_of(FLUSH_EVERY) { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), Failure> {
        self.writer.flush().map_err(|error| Failure::while_doing(&self.target, error))
    }
}

fn document<Q>(entry: &Entry<Q>, screening: &wire::Screening, before: bool) -> Result<String, Failure> {
    let (place, goods) = (output::plain_json(&entry.place)?, output::plain_json(&entry.subject)?);
    let screening = output::json_text(screening)?;
    Ok(format!(r#"{{"place":{place},"goods":{goods},"decidedBefore":{before},"screening":{screening}}}"#))
}

fn brief<Q>(entry: &Entry<Q>, screening: &wire::Screening) -> String {
    let lane = output::word(screening.lane().as_str_name(), "LANE_");
    let unsafe_probability = output::probability(screening.unsafe_probability.as_ref());
    let why = screening.reasons.first().map(|reason| reason.explanation.as_str()).unwrap_or_default();
    format!("{:<10} {lane:<6} {unsafe_probability:<20} {:<22} {why}", entry.place, entry.subject)
}
