//! Whether a database that holds nothing is one that begins, or one that was lost.
//!
//! Invariant: where something lies that only an earlier database can have left, nothing is begun without a word from the
//! operator, and no file is made.

use std::path::{Path, PathBuf};

use seamless_storage::DatabaseSettings;

use crate::StartError;

/// Folders that are looked through for a kept file, at most; what is kept lies two folders deep.
const LOOKED_THROUGH: usize = 10_000;

/// What an earlier database left: the mark beside its file, its log, and files that were kept for it under `files`, a path
/// or URL. None where the operator allows to begin anew.
pub(crate) fn remains(settings: &DatabaseSettings, files: &str) -> Vec<PathBuf> {
    if settings.begin_anew {
        return Vec::new();
    }
    let mut remains = Vec::new();
    if let Some(file) = settings.sqlite_file() {
        let mut log = file.clone().into_os_string();
        log.push("-wal");
        let log = PathBuf::from(log);
        let is_left = |path: &PathBuf| std::fs::metadata(path).is_ok_and(|found| found.len() > 0);
        remains.extend([seamless_feed::mark_of(&file)].into_iter().filter(is_left));
        // Beside a database its log is nothing of note.
        if !file.exists() {
            remains.extend([log].into_iter().filter(is_left));
        }
    }
    remains.extend(folder_of(files).and_then(|folder| first_file(&folder)));
    remains
}

/// Whether a SQLite file is missing, or holds nothing.
pub(crate) fn is_missing(settings: &DatabaseSettings) -> bool {
    let found = settings.sqlite_file().map(std::fs::metadata);
    found.is_some_and(|found| found.map_or(true, |found| found.len() == 0))
}

/// Says what it looks like, and what to do.
pub(crate) fn refusal(settings: &DatabaseSettings, remains: &[PathBuf]) -> StartError {
    let what = match settings.sqlite_file() {
        Some(file) => format!("{} is missing or empty", file.display()),
        None => "it is empty".to_owned(),
    };
    let remains: Vec<String> = remains.iter().map(|path| path.display().to_string()).collect();
    let why = format!(
        "{what}, but there is {}: it looks as if the database was lost; restore it from a backup (see \"restore from \
         backup\" in the README of the service), or say that it is to begin anew: database.begin_anew=true, or \
         --begin-anew of `seamless up`",
        remains.join(" and ")
    );
    StartError::Part { what: "database", why }
}

/// The local folder that a path or URL names; none of a bucket.
fn folder_of(url: &str) -> Option<PathBuf> {
    match url.split_once("://") {
        None => Some(PathBuf::from(url)),
        Some(("file", path)) => Some(PathBuf::from(path)),
        Some(_) => None,
    }
}

/// A file in a folder or below; none if there is none, or no folder.
fn first_file(folder: &Path) -> Option<PathBuf> {
    let mut folders = vec![folder.to_path_buf()];
    for _ in 0..LOOKED_THROUGH {
        let entries = std::fs::read_dir(folders.pop()?).ok()?;
        for entry in entries.flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                Ok(kind) if kind.is_file() => return Some(entry.path()),
                _ => {}
            }
        }
    }
    None
}
