//! `seamless screen DIR --watch`: files that come into a folder are screened, each once, and their decisions written beside.
//!
//! Invariants: a file is read once it is complete, that is, as it is for a while. Decisions stand in `results` in full or not
//! at all. A file leaves the folder after its decisions stand there; where the program ends in between, the file is read
//! again, and gets the same decisions under the same names, since the request ids of its rows follow from what it says.

use std::{
    collections::HashMap,
    ffi::OsStr,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    time::{Duration, Instant, SystemTime},
};

use sha2::{Digest, Sha256};

use super::{
    decisions::{Decisions, Form},
    rows::Progress,
    screen::{self, Counts, Reader},
};
use crate::{
    cli,
    connection::Connection,
    error::{Failure, OUT_OF_REACH, USAGE},
    output,
};

/// Between two looks into the folder.
const BETWEEN: Duration = Duration::from_millis(500);
/// What the names of files end with that are still being written.
const UNFINISHED: [&str; 5] = ["tmp", "part", "partial", "crdownload", "filepart"];

/// Screens what comes into the folder, until the program is asked to stop, or once.
///
/// # Errors
/// The folder cannot be read or written; the service refuses the calls.
pub async fn run(connection: &Connection, arguments: &cli::Screen, json: bool) -> Result<(), Failure> {
    let reader = Reader::of(arguments)?;
    let mut folder = Folder::open(&arguments.rows.file)?;
    let stop = seamless_service::run::shutdown_signal();
    let stop = stop.map_err(|error| Failure::while_doing("signals", error))?;
    let (cli::Watched { settled, once, results, .. }, patience) =
        (&arguments.watched, arguments.rows.patience);
    let form = match results {
        cli::Results::Json => Form::Json,
        cli::Results::Csv => Form::Csv,
    };
    while !stop.is_cancelled() {
        let Looked { complete, waiting } = folder.look(*settled)?;
        let mut is_idle = waiting == 0;
        let mut is_out_of_reach = false;
        for path in complete {
            if stop.is_cancelled() {
                return Ok(());
            }
            let named = match Named::of(&path) {
                Ok(named) => named,
                // Somebody has taken it away meanwhile, or has it to himself: the others are not kept waiting.
                Err(failure) => {
                    if path.exists() {
                        output::complain(format!("{}; it is tried again", failure.message));
                    }
                    continue;
                }
            };
            is_idle = false;
            match screened(connection, &reader, &folder, &named, form, patience).await {
                Ok(counts) => told(&named, &counts, json)?,
                Err(failure) if failure.exit == USAGE => {
                    folder.refuse(&named, &failure.message)?;
                    output::complain(format!("refused: {}", failure.message));
                }
                Err(failure) if failure.exit == OUT_OF_REACH && !once => {
                    output::complain(format!("{}: {}; it is tried again", named.name, failure.message));
                    is_out_of_reach = true;
                    break;
                }
                Err(failure) => return Err(failure),
            }
        }
        if *once && is_idle {
            return Ok(());
        }
        let pause = if is_out_of_reach { 10 * BETWEEN } else { BETWEEN };
        let _ = tokio::time::timeout(pause, stop.cancelled()).await;
    }
    Ok(())
}

fn told(named: &Named, counts: &Counts, json: bool) -> Result<(), Failure> {
    let name = &named.name;
    output::line(match json {
        true => {
            format!(r#"{{"file":{},"counts":{}}}"#, output::plain_json(name)?, output::plain_json(counts)?)
        }
        false => format!("{name}: {}", counts.for_people(false)),
    });
    Ok(())
}

/// A file with the name that its results get: what it is called and what it says make it.
struct Named {
    path: PathBuf,
    name: String,
    /// The name, and the beginning of the digest of its content.
    unique: String,
}

impl Named {
    fn of(path: &Path) -> Result<Self, Failure> {
        let fail = |error: io::Error| Failure::while_doing(path.display(), error);
        let mut file = File::open(path).map_err(fail)?;
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
        Ok(Self { path: path.to_owned(), unique: format!("{name}.{digest}"), name })
    }
}

/// Screens a file, writes its decisions, and puts it aside.
async fn screened(
    connection: &Connection,
    reader: &Reader,
    folder: &Folder,
    named: &Named,
    form: Form,
    patience: Duration,
) -> Result<Counts, Failure> {
    let fail = |error: io::Error| Failure::while_doing(&named.name, error);
    let ending = if form == Form::Csv { "csv" } else { "jsonl" };
    let (unique, results) = (&named.unique, folder.results());
    let (part, rejected) =
        (results.join(format!(".{unique}.part")), results.join(format!(".{unique}.rejected.part")));
    for left_over in [&part, &rejected] {
        remove(left_over).map_err(fail)?;
    }
    let file = File::create(&part).map_err(fail)?;
    let written = file.try_clone().map_err(fail)?;
    let mut decisions = Decisions::to(Box::new(file), part.display().to_string(), form)?;
    let rows =
        cli::Rows { file: named.path.clone(), check: false, rejected: Some(rejected.clone()), patience };
    let screened = screen::file(connection, reader, &rows, Progress::Hidden, &mut decisions).await;
    let screened = screened.and_then(|screened| decisions.flush().map(|()| screened));
    drop(decisions);
    let (counts, delivered) = match screened {
        Ok(screened) => screened,
        Err(failure) => {
            for left_over in [&part, &rejected] {
                remove(left_over).map_err(fail)?;
            }
            return Err(failure);
        }
    };
    written.sync_all().map_err(fail)?;
    if delivered.rejects.count() > 0 {
        fs::rename(&rejected, results.join(format!("{unique}.rejected.jsonl"))).map_err(fail)?;
    }
    fs::rename(&part, results.join(format!("{unique}.decisions.{ending}"))).map_err(fail)?;
    folder.put(named, "done").map_err(fail)?;
    Ok(counts)
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The folder, and how its files were when they were seen first as they are.
struct Folder {
    path: PathBuf,
    seen: HashMap<PathBuf, (u64, Option<SystemTime>, Instant)>,
}

/// What is in the folder.
struct Looked {
    /// In the order of their names.
    complete: Vec<PathBuf>,
    /// How many are not yet complete.
    waiting: usize,
}

impl Folder {
    fn open(path: &Path) -> Result<Self, Failure> {
        let folder = Self { path: path.to_owned(), seen: HashMap::new() };
        if !path.is_dir() {
            return Err(Failure::usage(format!("{}: --watch wants a folder", path.display())));
        }
        for inner in ["results", "done", "refused"] {
            let inner = path.join(inner);
            fs::create_dir_all(&inner).map_err(|error| Failure::while_doing(inner.display(), error))?;
        }
        Ok(folder)
    }

    fn results(&self) -> PathBuf {
        self.path.join("results")
    }

    fn look(&mut self, settled: Duration) -> Result<Looked, Failure> {
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

    /// Puts a file into an inner folder, under a name of its own if there is one of its name.
    fn put(&self, named: &Named, inner: &str) -> io::Result<()> {
        let inner = self.path.join(inner);
        let free = inner.join(&named.name);
        let to = if free.exists() { inner.join(&named.unique) } else { free };
        fs::rename(&named.path, to)
    }

    /// Puts a file aside that cannot be read, with the reason beside it.
    fn refuse(&self, named: &Named, why: &str) -> Result<(), Failure> {
        let fail = |error: io::Error| Failure::while_doing(&named.name, error);
        let reason = self.path.join("refused").join(format!("{}.reason.txt", named.unique));
        let part = reason.with_extension("part");
        fs::write(&part, format!("{why}\n")).map_err(fail)?;
        fs::rename(&part, reason).map_err(fail)?;
        self.put(named, "refused").map_err(fail)
    }
}

/// Whether somebody is still writing it, or it is none for us.
fn is_unfinished(path: &Path) -> bool {
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
        file("a.xml", "<a/>");
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
