//! `seamless screen DIR --watch`: files that come into a folder or a bucket are screened, each once, and their decisions
//! written beside.
//!
//! Invariants: a file is read once it is complete, that is, as it is for a while; an object of a bucket is so from the
//! beginning. Decisions stand in `results` in full or not at all. A file leaves its place after its decisions stand there;
//! where the program ends in between, the file is read again, and gets the same decisions under the same names, since the
//! request ids of its rows follow from what it says.

mod bucket;
mod folder;

use std::{
    fs::{self, File},
    io,
    path::Path,
    time::Duration,
};

use tokio_util::sync::CancellationToken;

use bucket::Bucket;
use folder::{Folder, Looked, Named};

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

/// Between two looks into a folder.
const BETWEEN: Duration = Duration::from_millis(500);
/// Between two looks into a bucket, each of which is paid for.
const BETWEEN_LISTS: Duration = Duration::from_secs(5);

/// Where files come in.
enum Place {
    Folder(Folder),
    Bucket(Box<Bucket>),
}

/// Screens what comes into the folder or bucket, until the program is asked to stop, or once.
///
/// # Errors
/// The place cannot be read or written; the service refuses the calls.
pub async fn run(connection: &Connection, arguments: &cli::Screen, json: bool) -> Result<(), Failure> {
    let reader = Reader::of(arguments)?;
    let mut place = Place::open(&arguments.rows.file)?;
    let stop = seamless_service::run::shutdown_signal();
    let stop = stop.map_err(|error| Failure::while_doing("signals", error))?;
    let cli::Watched { settled, once, results, .. } = &arguments.watched;
    let form = match results {
        cli::Results::Json => Form::Json,
        cli::Results::Csv => Form::Csv,
    };
    let round = Round { connection, reader: &reader, form, patience: arguments.rows.patience, json };
    while !stop.is_cancelled() {
        let pause = match round.look(&mut place, *settled, &stop).await {
            Ok(is_idle) if *once && is_idle => return Ok(()),
            Ok(_) if *once => BETWEEN,
            Ok(_) => place.between(),
            Err(failure) if failure.exit == OUT_OF_REACH && !once => {
                output::complain(format!("{}; it is tried again", failure.message));
                10 * BETWEEN
            }
            Err(failure) => return Err(failure),
        };
        let _ = tokio::time::timeout(pause, stop.cancelled()).await;
    }
    Ok(())
}

impl Place {
    fn open(given: &Path) -> Result<Self, Failure> {
        match given.to_str().filter(|given| given.contains("://")) {
            Some(url) => Bucket::open(url).map(|bucket| Self::Bucket(Box::new(bucket))),
            None => Folder::open(given).map(Self::Folder),
        }
    }

    async fn look(&mut self, settled: Duration) -> Result<Looked, Failure> {
        match self {
            Self::Folder(folder) => folder.look(settled),
            Self::Bucket(bucket) => bucket.look().await,
        }
    }

    /// A file as it is read; none if it has gone, or is another one by now.
    async fn read(&mut self, path: &Path) -> Result<Option<Named>, Failure> {
        match self {
            Self::Folder(_) => match Named::of(path) {
                Err(_) if !path.exists() => Ok(None),
                named => named.map(Some),
            },
            Self::Bucket(bucket) => bucket.read(path).await,
        }
    }

    /// The folder in which files are screened.
    fn folder(&self) -> &Folder {
        match self {
            Self::Folder(folder) => folder,
            Self::Bucket(bucket) => bucket.folder(),
        }
    }

    /// Hands over what stands in the folder now.
    async fn conclude(&mut self) -> Result<(), Failure> {
        match self {
            Self::Folder(_) => Ok(()),
            Self::Bucket(bucket) => bucket.conclude().await,
        }
    }

    fn between(&self) -> Duration {
        match self {
            Self::Folder(_) => BETWEEN,
            Self::Bucket(_) => BETWEEN_LISTS,
        }
    }
}

/// How each file is screened.
struct Round<'a> {
    connection: &'a Connection,
    reader: &'a Reader,
    form: Form,
    patience: Duration,
    json: bool,
}

impl Round<'_> {
    /// Takes what is complete; whether there was nothing to do, and nothing is on its way.
    async fn look(
        &self,
        place: &mut Place,
        settled: Duration,
        stop: &CancellationToken,
    ) -> Result<bool, Failure> {
        let Looked { complete, waiting } = place.look(settled).await?;
        let mut is_idle = waiting == 0;
        for path in complete {
            if stop.is_cancelled() {
                break;
            }
            match place.read(&path).await {
                Ok(named) => {
                    is_idle = false;
                    if let Some(named) = named {
                        self.take(place, &named).await?;
                    }
                }
                Err(failure) if failure.exit == OUT_OF_REACH => return Err(failure),
                // Somebody has it to himself: the others are not kept waiting.
                Err(failure) => output::complain(format!("{}; it is tried again", failure.message)),
            }
        }
        Ok(is_idle)
    }

    /// Screens a file of the place, or puts it aside with the reason.
    async fn take(&self, place: &mut Place, named: &Named) -> Result<(), Failure> {
        match self.screen(place.folder(), named).await {
            Ok(counts) => {
                place.conclude().await?;
                told(named, &counts, self.json)
            }
            Err(failure) if failure.exit == USAGE => {
                place.folder().refuse(named, &failure.message)?;
                place.conclude().await?;
                output::complain(format!("refused: {}", failure.message));
                Ok(())
            }
            Err(Failure { exit, message }) => {
                Err(Failure { exit, message: format!("{}: {message}", named.name) })
            }
        }
    }

    /// Screens a file, writes its decisions, and puts it aside.
    async fn screen(&self, folder: &Folder, named: &Named) -> Result<Counts, Failure> {
        let Self { connection, reader, form, patience, .. } = *self;
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

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
