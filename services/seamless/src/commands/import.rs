//! `seamless import`: streams a file's rows to the service and accounts for each of them.

use futures::StreamExt;
use seamless_proto::seamless::notifications::v1 as wire;
use serde::Serialize;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::reading::{FieldError, Reading, Rejected, Rejects, rejected_file};
use crate::{
    cli,
    connection::Connection,
    error::Failure,
    import::{self, ReadError, Row},
    output,
};

/// Rows on their way to the service; memory stays flat however large the file is.
const IN_FLIGHT: usize = 1_024;
/// Remarks told at the end, unless all are asked for.
const FIRST_REMARKS: usize = 5;

type Rows = Box<dyn Iterator<Item = Result<Row, ReadError>> + Send>;

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

/// Who is told how the import goes.
pub trait Observer {
    /// A row met its fate.
    fn row(&mut self, counts: &Counts);
    /// A row was taken, but not understood in full.
    fn remarked(&mut self, place: &str, remarks: Vec<FieldError>);
    /// A row was rejected.
    fn rejected(&mut self, rejected: &Rejected) -> Result<(), Failure>;
}

/// Tells nobody.
pub struct Quiet;

impl Observer for Quiet {
    fn row(&mut self, _: &Counts) {}

    fn remarked(&mut self, _: &str, _: Vec<FieldError>) {}

    fn rejected(&mut self, _: &Rejected) -> Result<(), Failure> {
        Ok(())
    }
}

/// Imports a file.
pub async fn run(connection: &Connection, arguments: cli::Import, json: bool) -> Result<(), Failure> {
    let rejected_file = arguments.rejected.clone().unwrap_or_else(|| rejected_file(&arguments.file));
    let (reading, source) = Reading::open(&arguments.file)?;
    let rows = import::open(arguments.format, source)
        .map_err(|error| Failure::usage(format!("{}: {error}", arguments.file.display())))?;
    let mut terminal = Terminal {
        reading,
        rejects: Rejects::new(rejected_file),
        remarks: Vec::new(),
        remark_count: 0,
        most_remarks: if arguments.remarks { usize::MAX } else { FIRST_REMARKS },
    };
    let sent = send(connection, rows, arguments.draft, &mut terminal).await;
    terminal.reading.finish();
    let counts = sent?;
    terminal.rejects.flush()?;
    if json {
        output::line(
            serde_json::to_string(&counts).map_err(|error| Failure::while_doing("writing JSON", error))?,
        );
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
    for (place, remark) in &terminal.remarks {
        output::complain(format!("note: {place}: {}: {}", remark.field, remark.description));
    }
    if terminal.remark_count > terminal.remarks.len() {
        let count = terminal.remark_count;
        output::complain(format!("note: {count} values were kept as text only; --remarks names them all"));
    }
    terminal.rejects.tell()
}

/// Sends the rows, and accounts for each.
pub async fn send(
    connection: &Connection,
    rows: Rows,
    draft: bool,
    observer: &mut impl Observer,
) -> Result<Counts, Failure> {
    let stage = if draft { wire::ImportStage::Draft } else { wire::ImportStage::Validated };
    let (requests, stream) = mpsc::channel(IN_FLIGHT);
    // What was sent and not answered yet, in the order sent: the raw row is needed if it is rejected.
    let (waiting, mut answered) = mpsc::channel::<Sent>(IN_FLIGHT);
    let reader = tokio::task::spawn_blocking(move || read_rows(rows, stage, &requests, &waiting));
    let mut results =
        connection.notifications().import_notifications(ReceiverStream::new(stream)).await?.into_inner();
    let mut counts = Counts::default();
    while let Some(sent) = answered.recv().await {
        counts.rows += 1;
        match sent {
            Sent::Refused(rejected) => {
                counts.rejected += 1;
                observer.rejected(&rejected)?;
            }
            Sent::Row { place, raw, remarks } => {
                if !remarks.is_empty() {
                    observer.remarked(&place, remarks);
                }
                let result = match results.next().await {
                    Some(result) => result?,
                    None => return Err(Failure::while_doing("import", "the service ended the stream early")),
                };
                let stored =
                    matches!(result.outcome(), wire::ImportOutcome::Created | wire::ImportOutcome::Updated);
                if stored && result.state() == wire::NotificationState::Draft {
                    counts.drafts += 1;
                }
                match result.outcome() {
                    wire::ImportOutcome::Created => counts.created += 1,
                    wire::ImportOutcome::Updated => counts.updated += 1,
                    wire::ImportOutcome::Unchanged => counts.unchanged += 1,
                    wire::ImportOutcome::Rejected | wire::ImportOutcome::Unspecified => {
                        counts.rejected += 1;
                        let errors = result.violations.into_iter();
                        let errors = errors
                            .map(|error| FieldError { field: error.field, description: error.description });
                        observer.rejected(&Rejected { place, errors: errors.collect(), row: raw })?;
                    }
                }
            }
        }
        observer.row(&counts);
    }
    match reader.await {
        Ok(Ok(())) => Ok(counts),
        Ok(Err(error)) => {
            let done = format!("{} created, {} updated before it", counts.created, counts.updated);
            Err(Failure::usage(format!(
                "{error} ({done}; run it again once it is mended: nothing is doubled)"
            )))
        }
        Err(error) => Err(Failure::while_doing("reading", error)),
    }
}

enum Sent {
    /// On its way.
    Row { place: String, raw: String, remarks: Vec<FieldError> },
    /// It could not be read.
    Refused(Rejected),
}

/// Reads rows until the end, or until nobody takes them any more.
fn read_rows(
    rows: Rows,
    stage: wire::ImportStage,
    requests: &mpsc::Sender<wire::ImportNotificationsRequest>,
    waiting: &mpsc::Sender<Sent>,
) -> Result<(), ReadError> {
    for row in rows {
        let Row { place, read, remarks, raw } = row?;
        let gone = match read {
            Ok(notification) => {
                let request = wire::ImportNotificationsRequest {
                    item_id: place.clone(),
                    notification: Some(*notification),
                    stage: stage.into(),
                };
                let remarks = remarks.into_iter().map(FieldError::from).collect();
                waiting.blocking_send(Sent::Row { place, raw, remarks }).is_err()
                    || requests.blocking_send(request).is_err()
            }
            Err(errors) => {
                let errors = errors.into_iter().map(FieldError::from);
                waiting
                    .blocking_send(Sent::Refused(Rejected { place, errors: errors.collect(), row: raw }))
                    .is_err()
            }
        };
        if gone {
            return Ok(());
        }
    }
    Ok(())
}

/// Shows progress, and keeps what is rejected and what is odd.
struct Terminal {
    reading: Reading,
    rejects: Rejects,
    remarks: Vec<(String, FieldError)>,
    remark_count: usize,
    most_remarks: usize,
}

impl Observer for Terminal {
    fn row(&mut self, counts: &Counts) {
        self.reading.advance();
        if counts.rows.is_multiple_of(100) {
            self.reading.say(format!("{} rows, {} rejected", counts.rows, counts.rejected));
        }
    }

    fn remarked(&mut self, place: &str, remarks: Vec<FieldError>) {
        self.remark_count += remarks.len();
        let room = self.most_remarks.saturating_sub(self.remarks.len());
        self.remarks.extend(remarks.into_iter().take(room).map(|remark| (place.to_owned(), remark)));
    }

    fn rejected(&mut self, rejected: &Rejected) -> Result<(), Failure> {
        self.rejects.keep(rejected)
    }
}
