//! Decisions on goods as they are written: for programs, for people, or as a table.

use std::io::{BufWriter, Write};

use seamless_proto::seamless::consignments::v1 as wire;

use super::{cells::guarded, rows::Entry};
use crate::{error::Failure, output};

/// Decisions written together.
const FLUSH_EVERY: u64 = 256;
/// The columns of a table of decisions.
const COLUMNS: [&str; 9] = [
    "place",
    "goods",
    "lane",
    "unsafe_probability",
    "selection",
    "screening",
    "decided_before",
    "why",
    "unread",
];

/// How they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One JSON document a line.
    Json,
    /// A line for people for each.
    Brief,
    /// A table of comma-separated values.
    Csv,
}

/// Where decisions go.
pub struct Decisions {
    writer: Box<dyn Write>,
    target: String,
    form: Form,
    written: u64,
}

impl Decisions {
    /// They go to `writer`, which people call `target`.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn to(writer: Box<dyn Write>, target: String, form: Form) -> Result<Self, Failure> {
        let writer = Box::new(BufWriter::with_capacity(64 << 10, writer));
        let mut decisions = Self { writer, target, form, written: 0 };
        if form == Form::Csv {
            decisions.line(&row(COLUMNS.map(str::to_owned))?)?;
        }
        Ok(decisions)
    }

    /// Writes one; `before` says that it was made by an earlier run.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write<Q>(
        &mut self,
        entry: &Entry<Q>,
        screening: &wire::Screening,
        before: bool,
    ) -> Result<(), Failure> {
        let text = match self.form {
            Form::Brief => brief(entry, screening),
            Form::Json => document(entry, screening, before)?,
            Form::Csv => table_row(entry, screening, before)?,
        };
        self.line(&text)?;
        self.written += 1;
        if self.written.is_multiple_of(FLUSH_EVERY) { self.flush() } else { Ok(()) }
    }

    fn line(&mut self, text: &str) -> Result<(), Failure> {
        writeln!(self.writer, "{text}").map_err(|error| Failure::while_doing(&self.target, error))
    }

    /// Writes what waits.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn flush(&mut self) -> Result<(), Failure> {
        self.writer.flush().map_err(|error| Failure::while_doing(&self.target, error))
    }
}

fn document<Q>(entry: &Entry<Q>, screening: &wire::Screening, before: bool) -> Result<String, Failure> {
    let (place, goods) = (output::plain_json(&entry.place)?, output::plain_json(&entry.subject)?);
    let screening = output::json_text(screening)?;
    // Beside what the service could not read, which stands in the screening.
    let left_out = match entry.remarks.is_empty() {
        true => String::new(),
        false => format!(r#""leftOut":{},"#, output::plain_json(&entry.remarks)?),
    };
    Ok(format!(
        r#"{{"place":{place},"goods":{goods},"decidedBefore":{before},{left_out}"screening":{screening}}}"#
    ))
}

fn brief<Q>(entry: &Entry<Q>, screening: &wire::Screening) -> String {
    let lane = output::word(screening.lane().as_str_name(), "LANE_");
    let unsafe_probability = output::probability(screening.unsafe_probability.as_ref());
    let why = screening.reasons.first().map(|reason| reason.explanation.as_str()).unwrap_or_default();
    format!("{:<10} {lane:<6} {unsafe_probability:<20} {:<22} {why}", entry.place, entry.subject)
}

fn table_row<Q>(entry: &Entry<Q>, screening: &wire::Screening, before: bool) -> Result<String, Failure> {
    let probability = screening.unsafe_probability.as_ref().map(|known| known.mean.to_string());
    let draw = screening.draw.clone().unwrap_or_default();
    let left_out = entry.remarks.iter().map(|one| (&one.field, &one.description));
    let unread = screening.unread.iter().map(|one| (&one.field, &one.description));
    let told = |(field, description): (&String, &String)| {
        format!("{}: {description}", field.strip_prefix("consignment.").unwrap_or(field))
    };
    let unread: Vec<String> = left_out.chain(unread).map(told).collect();
    let reasons: Vec<&str> = screening.reasons.iter().map(|reason| reason.explanation.as_str()).collect();
    row([
        guarded(&entry.place),
        guarded(&entry.subject),
        output::word(screening.lane().as_str_name(), "LANE_"),
        probability.unwrap_or_default(),
        output::word(draw.selection().as_str_name(), "SELECTION_"),
        screening.name.clone(),
        before.to_string(),
        guarded(&reasons.join("; ")),
        guarded(&unread.join("; ")),
    ])
}

fn row(cells: [String; COLUMNS.len()]) -> Result<String, Failure> {
    let fail = |error: &dyn std::fmt::Display| Failure::while_doing("writing a table", error);
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(cells).map_err(|error| fail(&error))?;
    let bytes = writer.into_inner().map_err(|error| fail(&error))?;
    Ok(String::from_utf8_lossy(&bytes).trim_end_matches('\n').to_owned())
}
