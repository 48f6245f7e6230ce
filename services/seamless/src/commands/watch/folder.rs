//! The folder that is watched: which of its files are complete, and where they go.

use std::{
    collections::HashMap,
    ffi::OsStr,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    time::{Duration, Instant, SystemTime},
};

use sha2::{Digest, Sha256};

use crate::error::Failure;

/// Where decisions stand, files that were screened, and files that cannot be read.
pub(super) const INNER: [&str; 3] = ["results", "done", "refused"];
/// What the names of files end with that are still being written.
const UNFINISHED: [&str; 5] = ["tmp", "part", "partial", "crdownload", "filepart"];

/// A file with the name that its results get: what it is called and what it says make it.
pub(super) struct Named {
    pub(super) path: PathBuf,
    pub(super) name: String,
    /// The name, and the beginning of the digest of its content.
    pub(super) unique: String,
    /// Its length and when it was written, as it was read.
    state: Option<(u64, SystemTime)>,
}

impl Named {
    pub(super) fn of(path: &Path) -> Result<Self, Failure> {
        let fail = |error: io::Error| Failure::while_doing(path.display(), error);
        let mut file = File::open(path).map_err(fail)?;
        let state = state_of(&file.metadata().map_err(fail)?);
        let (mut hash, mut chunk) = (Sha256::new(), vec![0; 64 << 10]);
        loop {
            let read = file.read(&mut chunk).map_err(fail)?;
            match chunk.get(..read) {
                Some(bytes) if !bytes.is_empty() => hash.update(bytes),
                _ => break,
            }
        }
        let digest: [u8; 32] = hash.finalize().into();
        let digest = hex::encode(digest.first_chunk::<4>().copied().unwrap_or_default());
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Self { path: path.to_owned(), unique: format!("{name}.{digest}"), name, state })
    }
}

fn state_of(facts: &fs::Metadata) -> Option<(u64, SystemTime)> {
    facts.modified().ok().map(|modified| (facts.len(), modified))
}

/// The folder, and how its files were when they were seen first as they are.
pub(super) struct Folder {
    path: PathBuf,
    seen: HashMap<PathBuf, (u64, Option<SystemTime>, Instant)>,
}

/// What is in the folder.
pub(super) struct Looked {
    /// In the order of their names.
    pub(super) complete: Vec<PathBuf>,
    /// How many are not yet complete.
    pub(super) waiting: usize,
}

impl Folder {
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let folder = Self { path: path.to_owned(), seen: HashMap::new() };
        if !path.is_dir() {
            return Err(Failure::usage(format!("{}: --watch wants a folder", path.display())));
        }
        for inner in INNER {
            let inner = path.join(inner);
            fs::create_dir_all(&inner).map_err(|error| Failure::while_doing(inner.display(), error))?;
        }
        Ok(folder)
    }

    pub(super) fn results(&self) -> PathBuf {
        self.path.join("results")
    }

    pub(super) fn look(&mut self, settled: Duration) -> Result<Looked, Failure> {
        let fail = |error: io::Error| Failure::while_doing(self.path.display(), error);
        let (mut complete, mut waiting, mut seen) = (Vec::new(), 0, HashMap::new());
        for entry in fs::read_dir(&self.path).map_err(fail)? {
            let entry = entry.map_err(fail)?;
            let path = entry.path();
            // One that is gone meanwhile is no file any more.
            let Ok(facts) = fs::metadata(&path) else { continue };
            if !facts.is_file() || is_unfinished(&path) {
                continue;
            }
            let (length, modified) = (facts.len(), facts.modified().ok());
            let known = self.seen.get(&path).filter(|(known, time, _)| (*known, *time) == (length, modified));
            let since = known.map_or_else(Instant::now, |(.., since)| *since);
            if since.elapsed() >= settled {
                complete.push(path.clone())
            } else {
                waiting += 1
            }
            seen.insert(path, (length, modified, since));
        }
        self.seen = seen;
        complete.sort();
        Ok(Looked { complete, waiting })
    }

    /// Puts a file into an inner folder, under a name of its own if there is one of its name. One that was replaced since it
    /// was read stays: it is another file, whose turn comes.
    pub(super) fn put(&self, named: &Named, inner: &str) -> io::Result<()> {
        match fs::metadata(&named.path) {
            Ok(facts) if state_of(&facts) == named.state => {}
            Ok(_) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        }
        let inner = self.path.join(inner);
        let free = inner.join(&named.name);
        let to = if free.exists() { inner.join(&named.unique) } else { free };
        fs::rename(&named.path, to)
    }

    /// Puts a file aside that cannot be read, with the reason beside it.
    pub(super) fn refuse(&self, named: &Named, why: &str) -> Result<(), Failure> {
        let fail = |error: io::Error| Failure::while_doing(&named.name, error);
        let reason = self.path.join("refused").join(format!("{}.reason.txt", named.unique));
        let part = reason.with_extension("part");
        fs::write(&part, format!("{why}\n")).map_err(fail)?;
        fs::rename(&part, reason).map_err(fail)?;
        self.put(named, "refused").map_err(fail)
    }
}

/// Whether somebody is still writing it, or it is none for us.
pub(super) fn is_unfinished(path: &Path) -> bool {
    let name = path.file_name().map(OsStr::to_string_lossy).unwrap_or_default();
    let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default().to_lowercase();
    name.starts_with('.') || name.ends_with('~') || UNFINISHED.contains(&ending.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_taken_once_it_is_as_it_is_for_a_while() {
        let place = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| fs::write(place.path().join(name), text).unwrap();
        let mut folder = Folder::open(place.path()).unwrap();
        file("b.xml", "<a>");
        file(".hidden.xml", "<a/>");
        file("c.xml.part", "<a/>");
        let Looked { complete, waiting } = folder.look(Duration::from_secs(3_600)).unwrap();
        assert_eq!((complete.len(), waiting), (0, 1), "nobody knows yet whether more comes");
        file("a.xml", "<a/>");
        let Looked { complete, waiting } = folder.look(Duration::ZERO).unwrap();
        let names: Vec<_> = complete.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!((names, waiting), (vec!["a.xml", "b.xml"], 0));

        let named = Named::of(&place.path().join("a.xml")).unwrap();
        folder.refuse(&named, "is no XML").unwrap();
        file("a.xml", "<a />");
        folder.refuse(&named, "is no XML").unwrap();
        assert!(place.path().join("a.xml").exists(), "what was put in its place since is another file");
        file("a.xml", "<a/>");
        let named = Named::of(&named.path).unwrap();
        folder.refuse(&named, "is no XML").unwrap();
        let refused = place.path().join("refused");
        let reason = fs::read_to_string(refused.join(format!("{}.reason.txt", named.unique))).unwrap();
        assert_eq!(reason, "is no XML\n");
        assert!(
            refused.join("a.xml").exists() && refused.join(&named.unique).exists(),
            "none takes another's place"
        );
    }
}
