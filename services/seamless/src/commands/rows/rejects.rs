//! The rows of a file that were rejected, by the reader or by the service.

use std::{
    fs::File,
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::Serialize;

use crate::{
    error::{Failure, SOME_REJECTED},
    import::RowError,
    output,
};

/// Errors told at the end; all of them are in the file of rejected rows.
const FIRST_ERRORS: usize = 10;

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
