//! A file on its way to a service: how far it was read, and what of it was rejected.

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

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::{
    error::{Failure, SOME_REJECTED},
    import::RowError,
    output,
};

/// Errors told at the end; all of them are in the file of rejected rows.
const FIRST_ERRORS: usize = 10;
/// How large a buffer the file is read through.
const BUFFER: usize = 256 * 1024;

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

/// A rejected row, as it is written to the file.
#[derive(Debug, Serialize)]
pub struct Rejected {
    pub place: String,
    pub errors: Vec<FieldError>,
    pub row: String,
}

/// The rejected rows of a file: the first errors to be told, and all rows in a file of their own.
pub struct Rejects {
    first: Vec<(String, FieldError)>,
    count: u64,
    file: Option<io::BufWriter<File>>,
    path: PathBuf,
}

impl Rejects {
    /// None yet; those to come go to `path`, which is made for the first.
    pub fn new(path: PathBuf) -> Self {
        Self { first: Vec::new(), count: 0, file: None, path }
    }

    /// Keeps a row.
    pub fn keep(&mut self, rejected: &Rejected) -> Result<(), Failure> {
        self.count += 1;
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

    /// How many were kept.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Writes what is left to the file.
    pub fn flush(&mut self) -> Result<(), Failure> {
        match &mut self.file {
            Some(file) => file.flush().map_err(|error| Failure::while_doing(self.path.display(), error)),
            None => Ok(()),
        }
    }

    /// Tells the first errors, and fails if there are any.
    pub fn tell(&self) -> Result<(), Failure> {
        if self.count == 0 {
            return Ok(());
        }
        for (place, error) in &self.first {
            output::complain(format!("{place}: {}: {}", error.field, error.description));
        }
        let message = format!("{} rows rejected; they are in {}", self.count, self.path.display());
        Err(Failure { exit: SOME_REJECTED, message })
    }
}

/// Where rejected rows go if nobody says.
pub fn rejected_file(file: &Path) -> PathBuf {
    if file == Path::new("-") {
        return PathBuf::from("stdin.rej.jsonl");
    }
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    PathBuf::from(format!("{name}.rej.jsonl"))
}

/// A file that is being read.
pub struct Reading {
    bar: ProgressBar,
    read: Arc<AtomicU64>,
}

impl Reading {
    /// Opens a file, - being standard input, and shows how far it was read.
    pub fn open(path: &Path) -> Result<(Self, Box<dyn BufRead + Send>), Failure> {
        let read = Arc::new(AtomicU64::new(0));
        let (source, size) = source(path, read.clone())?;
        Ok((Self { bar: progress_bar(size), read }, source))
    }

    /// Shows how far it was read.
    pub fn advance(&self) {
        self.bar.set_position(self.read.load(Ordering::Relaxed));
    }

    /// Shows a message beside the bar.
    pub fn say(&self, message: String) {
        self.bar.set_message(message);
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
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
