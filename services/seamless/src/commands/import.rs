//! `seamless import`: streams a file's alerts to the service and accounts for each of them.

use std::collections::BTreeMap;

use seamless_proto::seamless::notifications::v1 as wire;
use serde::Serialize;

use super::{
    missing,
    rows::{Delivery, Entry, FieldError, Rejects, SourceFile, read_ahead},
};
use crate::{
    cli,
    connection::Connection,
    error::Failure,
    import::{self, Row},
    output,
};

/// Fields of which a remark is told at the end, unless all are asked for.
const FIRST_REMARKS: usize = 10;

/// Fields that drafts lack of which each is told.
const FIRST_LACKING: usize = 10;

/// How many rows met which fate.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Counts {
    pub rows: u64,
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub rejected: u64,
    /// Of the created and updated: drafts, since something that a complete alert needs is missing.
    pub drafts: u64,
}

impl Counts {
    fn add(&mut self, answer: &wire::ImportNotificationsResponse) {
        match answer.outcome() {
            wire::ImportOutcome::Created => self.created += 1,
            wire::ImportOutcome::Updated => self.updated += 1,
            wire::ImportOutcome::Unchanged => self.unchanged += 1,
            wire::ImportOutcome::Rejected | wire::ImportOutcome::Unspecified => {}
        }
        let stored = matches!(answer.outcome(), wire::ImportOutcome::Created | wire::ImportOutcome::Updated);
        self.drafts += u64::from(stored && answer.state() == wire::NotificationState::Draft);
    }
}

/// What became of a file.
pub struct Imported {
    pub counts: Counts,
    rejects: Rejects,
    remarks: Remarks,
    lacking: Lacking,
}

/// Imports a file.
pub async fn run(connection: &Connection, arguments: cli::Import, json: bool) -> Result<(), Failure> {
    let Imported { counts, rejects, remarks, lacking } = send(connection, &arguments).await?;
    if json {
        output::line(output::plain_json(&Told { counts, lacking: &lacking.counts })?);
    } else {
        let Counts { rows, created, updated, unchanged, rejected, drafts } = counts;
        output::line(format!(
            "{rows} rows: {created} created, {updated} updated, {unchanged} unchanged, {rejected} rejected"
        ));
        if drafts > 0 && !arguments.draft {
            output::line(format!(
                "{drafts} of them are drafts, since they are incomplete: seamless list --state draft"
            ));
        }
    }
    lacking.tell();
    remarks.tell();
    rejects.tell()
}

/// Sends the rows of a file, and accounts for each.
///
/// # Errors
/// The file cannot be read; the service cannot be reached or refuses the call.
pub async fn send(connection: &Connection, arguments: &cli::Import) -> Result<Imported, Failure> {
    let (file, source) = SourceFile::open(&arguments.file)?;
    let rows = import::open(arguments.format, source)
        .map_err(|error| Failure::usage(format!("{}: {error}", arguments.file.display())))?;
    let stage = if arguments.draft { wire::ImportStage::Draft } else { wire::ImportStage::Validated };
    let entries = read_ahead(rows.map(move |row| Ok(entry(row?, stage))));
    let client = connection.notifications();
    let open = |requests| {
        let mut client = client.clone();
        async move { client.import_notifications(requests).await }
    };
    let mut counts = Counts::default();
    let mut lacking = Lacking::default();
    let most = if arguments.remarks { usize::MAX } else { FIRST_REMARKS };
    let mut remarks = Remarks { most, ..Remarks::default() };
    let accept = |entry: &Entry<_>, answer: wire::ImportNotificationsResponse| {
        counts.add(&answer);
        lacking.add(&entry.place, &answer);
        remarks.add(&entry.place, &entry.remarks);
        let wrong = answer.violations.into_iter();
        Ok(wrong.map(|wrong| FieldError { field: wrong.field, description: wrong.description }).collect())
    };
    let mut delivery = Delivery::of(file, &arguments.file, arguments.rejected.as_deref(), arguments.patience);
    if let Err(mut failure) = delivery.run(entries, open, accept).await {
        let Counts { created, updated, unchanged, .. } = counts;
        let stored = format!("until then {created} were created, {updated} updated, {unchanged} unchanged");
        failure.message = format!("{}\n{stored}", failure.message);
        return Err(failure);
    }
    let delivered = delivery.delivered();
    (counts.rows, counts.rejected) = (delivered.rows, delivered.rejects.count());
    Ok(Imported { counts, rejects: delivered.rejects, remarks, lacking })
}

fn entry(row: Row, stage: wire::ImportStage) -> Entry<wire::ImportNotificationsRequest> {
    let Row { place, read, remarks, raw } = row;
    let request = match read {
        Ok(notification) => Ok(wire::ImportNotificationsRequest {
            item_id: place.clone(),
            notification: Some(*notification),
            stage: stage.into(),
        }),
        Err(errors) => Err(errors.into_iter().map(FieldError::from).collect()),
    };
    let remarks = remarks.into_iter().map(FieldError::from).collect();
    Entry { place, subject: String::new(), raw, request, remarks }
}

/// What programs read.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    counts: Counts,
    /// How many drafts lack each field.
    lacking: &'a BTreeMap<String, usize>,
}

/// What drafts lack before they can be submitted.
#[derive(Default)]
struct Lacking {
    /// The first drafts, each with a field and what it wants.
    first: Vec<(String, FieldError)>,
    /// How many lack each field.
    counts: BTreeMap<String, usize>,
}

impl Lacking {
    fn add(&mut self, place: &str, answer: &wire::ImportNotificationsResponse) {
        if answer.state() != wire::NotificationState::Draft {
            return;
        }
        for finding in missing(&answer.findings) {
            *self.counts.entry(finding.field.clone()).or_default() += 1;
            if self.first.len() < FIRST_LACKING {
                let (field, description) = (finding.field.clone(), finding.description.clone());
                self.first.push((place.to_owned(), FieldError { field, description }));
            }
        }
    }

    fn tell(&self) {
        for (place, lack) in &self.first {
            output::complain(format!("draft: {place}: {}: {}", lack.field, lack.description));
        }
        let count: usize = self.counts.values().sum();
        if count > self.first.len() {
            let each = self.counts.iter().map(|(field, count)| format!("{field} ({count})"));
            output::complain(format!("draft: missing in all: {}", each.collect::<Vec<_>>().join(", ")));
        }
    }
}

/// What was taken, but not understood in full.
#[derive(Default)]
struct Remarks {
    /// The first of each field, with its place; or all.
    first: Vec<(String, FieldError)>,
    /// How many each field has.
    counts: BTreeMap<String, usize>,
    /// How many are told.
    most: usize,
}

impl Remarks {
    fn add(&mut self, place: &str, remarks: &[FieldError]) {
        for remark in remarks {
            let count = self.counts.entry(remark.field.clone()).or_default();
            *count += 1;
            if self.first.len() < self.most && (*count == 1 || self.most == usize::MAX) {
                self.first.push((place.to_owned(), remark.clone()));
            }
        }
    }

    fn tell(&self) {
        for (place, remark) in &self.first {
            let others = match self.counts.get(&remark.field) {
                Some(count) if *count > 1 && self.most < usize::MAX => {
                    format!(" (and {} more of it)", count - 1)
                }
                _ => String::new(),
            };
            output::complain(format!("note: {place}: {}: {}{others}", remark.field, remark.description));
        }
        let count: usize = self.counts.values().sum();
        if count > self.first.len() {
            output::complain(format!(
                "note: {count} values were not taken in full; --remarks names them all"
            ));
        }
    }
}
