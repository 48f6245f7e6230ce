//! A bucket that is watched, or a folder by its URL: each file is fetched into a folder of this machine, screened there, and
//! what comes of it is put into the bucket.
//!
//! Invariant: an object is deleted after its decisions, and a copy of it in `done` or `refused`, stand in the bucket.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use seamless_files::{FileError, Inbox, Incoming};
use tempfile::TempDir;

use super::folder::{Folder, INNER, Looked, Named, is_unfinished};
use crate::error::{Failure, OUT_OF_REACH};

/// A bucket, and the folder in which one file at a time is screened.
pub(super) struct Bucket {
    url: String,
    inbox: Inbox,
    /// As they were listed last.
    listed: Vec<Incoming>,
    /// The one that is screened.
    taken: Option<(Incoming, String)>,
    place: TempDir,
    folder: Folder,
}

impl Bucket {
    pub(super) fn open(url: &str) -> Result<Self, Failure> {
        let inbox = Inbox::open(url, None).map_err(|error| failure(url, &error))?;
        let place = TempDir::new().map_err(|error| Failure::while_doing("a temporary folder", error))?;
        let folder = Folder::open(place.path())?;
        Ok(Self { url: url.to_owned(), inbox, listed: Vec::new(), taken: None, place, folder })
    }

    pub(super) fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Objects are complete as soon as they are listed.
    pub(super) async fn look(&mut self) -> Result<Looked, Failure> {
        let listed = self.inbox.list().await.map_err(|error| failure(&self.url, &error))?;
        self.listed = listed;
        let names = self.listed.iter().map(|incoming| PathBuf::from(&incoming.name));
        // A file of the name of one of our folders would stand in its way.
        let is_one =
            |name: &PathBuf| !is_unfinished(name) && !INNER.iter().any(|inner| name == Path::new(inner));
        Ok(Looked { complete: names.filter(is_one).collect(), waiting: 0 })
    }

    /// Fetches a file; none if it has gone, or is another one by now.
    pub(super) async fn read(&mut self, name: &Path) -> Result<Option<Named>, Failure> {
        let Some(incoming) = self.listed.iter().find(|incoming| Path::new(&incoming.name) == name) else {
            return Ok(None);
        };
        // What is left of one before whose decisions could not be put into the bucket.
        self.clear().map_err(|error| Failure::while_doing(self.place.path().display(), error))?;
        let path = self.place.path().join(&incoming.name);
        let fetched = self.inbox.fetch(incoming, &path).await;
        if !fetched.map_err(|error| failure(&format!("{}/{}", self.url, incoming.name), &error))? {
            return Ok(None);
        }
        let named = Named::of(&path)?;
        self.taken = Some((incoming.clone(), named.unique.clone()));
        Ok(Some(named))
    }

    /// Puts everything that came of the file into the bucket, and then takes the file away. What was replaced meanwhile stays:
    /// it is another file, whose turn comes.
    pub(super) async fn conclude(&mut self) -> Result<(), Failure> {
        let fail = |error: &FileError| failure(&self.url, error);
        let Some((incoming, unique)) = self.taken.take() else { return Ok(()) };
        for inner in INNER {
            let inside = self.place.path().join(inner);
            for entry in entries(&inside).map_err(|error| Failure::while_doing(inner, error))? {
                let mut name = entry.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
                if name == incoming.name
                    && self.inbox.has(inner, &name).await.map_err(|error| fail(&error))?
                {
                    name = unique.as_str().into();
                }
                self.inbox.put(inner, &name, &entry).await.map_err(|error| fail(&error))?;
            }
        }
        self.inbox.take_away(&incoming).await.map(drop).map_err(|error| fail(&error))
    }

    fn clear(&self) -> io::Result<()> {
        let inner = INNER.map(|inner| self.place.path().join(inner));
        for folder in inner.iter().chain([&self.place.path().to_owned()]) {
            for file in entries(folder)? {
                fs::remove_file(file)?;
            }
        }
        Ok(())
    }
}

/// The files of a folder.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() {
            files.push(path);
        }
    }
    Ok(files)
}

fn failure(place: &str, error: &FileError) -> Failure {
    match error {
        FileError::Unavailable(why) => {
            Failure { exit: OUT_OF_REACH, message: format!("{place} is out of reach: {why}") }
        }
        error => Failure::usage(format!("{place}: {error}")),
    }
}
