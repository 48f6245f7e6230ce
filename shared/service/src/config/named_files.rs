//! The files that settings name: whether each can be read.

use std::fmt;
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::PathBuf;

/// A file, or a folder, that must be there before the service starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedFile {
    key: String,
    path: PathBuf,
    is_folder: bool,
}

/// Why a file that a key names cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnusableFile {
    /// Dotted path.
    pub key: String,
    /// As the key names it.
    pub path: PathBuf,
    /// What is wrong.
    pub why: String,
}

impl fmt::Display for UnusableFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {} {}", self.key, self.path.display(), self.why)
    }
}

impl NamedFile {
    /// A file with something in it.
    pub fn file(key: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        Self { key: key.into(), path: path.into(), is_folder: false }
    }

    /// A folder.
    pub fn folder(key: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        Self { key: key.into(), path: path.into(), is_folder: true }
    }

    /// The same, seen from the table that has the settings in `section`.
    #[must_use]
    pub fn within(mut self, section: &str) -> Self {
        self.key = format!("{section}.{}", self.key);
        self
    }

    /// Looks whether it can be read.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn look(&self) -> Result<(), UnusableFile> {
        self.problem()
            .map_or(Ok(()), |why| Err(UnusableFile { key: self.key.clone(), path: self.path.clone(), why }))
    }

    fn problem(&self) -> Option<String> {
        let unreadable = |error: std::io::Error| match error.kind() {
            ErrorKind::NotFound => "is not there".to_owned(),
            ErrorKind::PermissionDenied => "may not be read".to_owned(),
            _ => format!("cannot be read: {error}"),
        };
        match (fs::metadata(&self.path), self.is_folder) {
            (Err(error), _) => Some(unreadable(error)),
            (Ok(found), true) if !found.is_dir() => Some("is a file; a folder is wanted".to_owned()),
            (Ok(_), true) => fs::read_dir(&self.path).err().map(unreadable),
            (Ok(found), false) if found.is_dir() => Some("is a folder; a file is wanted".to_owned()),
            (Ok(_), false) => match File::open(&self.path).and_then(|mut file| file.read(&mut [0])) {
                Err(error) => Some(unreadable(error)),
                Ok(0) => Some("is empty".to_owned()),
                Ok(_) => None,
            },
        }
    }
}
