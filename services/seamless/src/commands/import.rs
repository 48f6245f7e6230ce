//! `seamless import`: streams a file's rows to the service and accounts for each of them.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures::StreamExt;
use indicatif::{ProgressBar, ProgressStyle};
use seamless_proto::seamless::notifications::v1 as wire;
use serde::Serialize;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::{
    cli,
    connection::Connection,
    error::{Failure, SOME_REJECTED},
    import::{self, ReadError, Row, RowError},
    output,
};

/// Rows on their way to the service; memory stays flat however large the file is.
const IN_FLIGHT: usize = 1_024;
/// Remarks told at the end, unless all are asked for.
const FIRST_REMARKS: usize = 5;
/// Errors told at the end; all of them are in the file of rejected rows.
const FIRST_ERRORS: usize = 10;
/// How large a buffer the file is read through.
const BUFFER: usize = 256 * 1024;

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

/// A rejected row, as it is written to the file.
#[derive(Debug, Serialize)]
pub struct Rejected {
    pub place: String,
    pub errors: Vec<FieldError>,
    pub row: String,
}

/// What is wrong with a field.
#[derive(Clone, Debug, Serialize)]
pub struct FieldError {
    pub field: String,
    pub description: String,
}

impl From<RowError> for FieldError {
    fn from(error: RowError) -> Self {
        Self { field: error.field, description: error.description }
    }
}

/// Imports a file.
pub async fn run(connection: &Connection, arguments: cli::Import, json: bool) -> Result<(), Failure> {
    let rejected_file = arguments.rejected.clone().unwrap_or_else(|| rejected_file(&arguments.file));
    let read = Arc::new(AtomicU64::new(0));
    let (source, size) = source(&arguments.file, read.clone())?;
    let rows = import::open(arguments.format, source)
        .map_err(|error| Failure::usage(format!("{}: {error}", arguments.file.display())))?;
    let mut terminal = Terminal {
        bar: progress_bar(size),
        read,
        first: Vec::new(),
        remarks: Vec::new(),
        remark_count: 0,
        most_remarks: if arguments.remarks { usize::MAX } else { FIRST_REMARKS },
        file: None,
        path: rejected_file,
    };
    let sent = send(connection, rows, arguments.draft, &mut terminal).await;
    terminal.bar.finish_and_clear();
    let counts = sent?;
    if let Some(file) = &mut terminal.file {
        file.flush().map_err(|error| Failure::while_doing(terminal.path.display(), error))?;
    }
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
    if counts.rejected == 0 {
        return Ok(());
    }
    for (place, error) in &terminal.first {
        output::complain(format!("{place}: {}: {}", error.field, error.description));
    }
    let message = format!("{} rows rejected; they are in {}", counts.rejected, terminal.path.display());
    Err(Failure { exit: SOME_REJECTED, message })
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

/// Shows progress, keeps the first errors, and writes all rejected rows to a file.
struct Terminal {
    bar: ProgressBar,
    read: Arc<AtomicU64>,
    first: Vec<(String, FieldError)>,
    remarks: Vec<(String, FieldError)>,
    remark_count: usize,
    most_remarks: usize,
    file: Option<io::BufWriter<File>>,
    path: PathBuf,
}

impl Observer for Terminal {
    fn row(&mut self, counts: &Counts) {
        self.bar.set_position(self.read.load(Ordering::Relaxed));
        if counts.rows.is_multiple_of(100) {
            self.bar.set_message(format!("{} rows, {} rejected", counts.rows, counts.rejected));
        }
    }

    fn remarked(&mut self, place: &str, remarks: Vec<FieldError>) {
        self.remark_count += remarks.len();
        let room = self.most_remarks.saturating_sub(self.remarks.len());
        self.remarks.extend(remarks.into_iter().take(room).map(|remark| (place.to_owned(), remark)));
    }

    fn rejected(&mut self, rejected: &Rejected) -> Result<(), Failure> {
        let room = FIRST_ERRORS.saturating_sub(self.first.len());
        self.first
            .extend(rejected.errors.iter().take(room).map(|error| (rejected.place.clone(), error.clone())));
        let fail = |error: &dyn std::fmt::Display| Failure::while_doing(self.path.display(), error);
        let file = match &mut self.file {
            Some(file) => file,
            None => {
                let file = File::create(&self.path).map_err(|error| fail(&error))?;
                self.file.insert(io::BufWriter::new(file))
            }
        };
        serde_json::to_writer(&mut *file, rejected).map_err(|error| fail(&error))?;
        file.write_all(b"\n").map_err(|error| fail(&error))
    }
}

fn rejected_file(file: &Path) -> PathBuf {
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    PathBuf::from(format!("{name}.rej.jsonl"))
}

/// The file, counting what is read of it; and its size, where it has one.
fn source(path: &Path, read: Arc<AtomicU64>) -> Result<(Box<dyn BufRead + Send>, Option<u64>), Failure> {
    if path == Path::new("-") {
        let input = Counting { inner: io::stdin(), read };
        return Ok((Box::new(BufReader::with_capacity(BUFFER, input)), None));
    }
    let fail = |error: io::Error| Failure::usage(format!("{}: {error}", path.display()));
    let file = File::open(path).map_err(fail)?;
    let size = file.metadata().map_err(fail)?.len();
    Ok((Box::new(BufReader::with_capacity(BUFFER, Counting { inner: file, read })), Some(size)))
}

struct Counting<R> {
    inner: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// A bar with rate and time left; on anything but a terminal it draws nothing.
fn progress_bar(size: Option<u64>) -> ProgressBar {
    let template = match size {
        Some(_) => "{bar:40} {percent:>3}%  {bytes_per_sec}  {eta} left  {msg}",
        None => "{spinner} {bytes}  {bytes_per_sec}  {msg}",
    };
    let bar = ProgressBar::new(size.unwrap_or(0));
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
