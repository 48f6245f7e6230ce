//! A file on its way to a service: how far it was read, on a bar.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

use crate::error::Failure;

/// How large a buffer the file is read through.
const BUFFER: usize = 256 * 1024;

/// A file that is being read.
pub struct SourceFile {
    bar: ProgressBar,
    read: Arc<AtomicU64>,
}

impl SourceFile {
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
