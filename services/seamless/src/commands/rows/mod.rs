//! The rows of a file, delivered to a service that answers each: with progress, and with an account of those that were
//! rejected, by the reader or by the service.

mod answered_stream;
mod declared;
mod entries;
pub mod goods;
mod rejects;
mod source_file;

use std::{future::Future, path::Path, time::Duration};

use prost::{Message, Name};
use seamless_proto::seamless::consignments::v1::ItemViolation;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Response, Status, Streaming};

use answered_stream::exchange;
pub use declared::deliver_declaration;
use entries::of_sheet;
pub use entries::{Entries, Entry, id_of, read_ahead};
pub use rejects::{FieldError, Rejects};
use rejects::{Rejected, rejected_file};
pub use source_file::SourceFile;

use crate::{cli, error::Failure, import::sheet};

/// Rows between two updates of what the progress bar says.
const TELL_EVERY: u64 = 256;

/// What became of a file.
pub struct Delivered {
    /// How many rows it has.
    pub rows: u64,
    /// Those that were rejected; to be told last.
    pub rejects: Rejects,
}

/// Whether progress is shown, on a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    Shown,
    /// The answers go to the same terminal.
    Hidden,
}

/// Delivers the rows of a sheet, whose columns `header` names: `make` gives a message its subject for people and its request, `open` opens a stream, and
/// `accept` takes each answer, and gives what is wrong with the row.
///
/// # Errors
/// The file cannot be opened; those of [`deliver`].
pub async fn deliver_sheet<M, Q, A, F>(
    rows: &cli::Rows,
    progress: Progress,
    header: sheet::Header,
    make: impl FnMut(M) -> (String, Result<Q, Vec<FieldError>>) + Send + 'static,
    open: impl Fn(ReceiverStream<Q>) -> F,
    mut accept: impl FnMut(&Entry<Q>, A) -> Result<Vec<ItemViolation>, Failure>,
) -> Result<Delivered, Failure>
where
    M: Message + Name + Default + 'static,
    Q: Message + Clone + 'static,
    F: Future<Output = Result<Response<Streaming<A>>, Status>>,
{
    let (file, source) = SourceFile::open(&rows.file)?;
    if progress == Progress::Hidden {
        file.finish();
    }
    let sheet = sheet::open::<M>(source, header)
        .map_err(|error| Failure::usage(format!("{}: {error}", rows.file.display())))?;
    let titles = sheet.titles();
    let mut delivery = Delivery::of(file, &rows.file, rows.rejected.as_deref(), rows.patience);
    let accept = |entry: &Entry<Q>, answer| {
        let wrong = accept(entry, answer)?.into_iter();
        let named =
            wrong.map(|wrong| FieldError { field: titles.of(wrong.field), description: wrong.description });
        Ok(named.collect())
    };
    delivery.run(read_ahead(of_sheet(sheet, make)), open, accept).await?;
    Ok(delivery.delivered())
}

/// A file that is being delivered, and what became of its rows so far.
pub struct Delivery {
    file: SourceFile,
    patience: Duration,
    delivered: Delivered,
}

impl Delivery {
    /// Begins with a file. Its rejected rows go to `rejected`, or else to a file beside it that is named after it.
    pub fn of(file: SourceFile, path: &Path, rejected: Option<&Path>, patience: Duration) -> Self {
        let rejected = rejected.map_or_else(|| rejected_file(path), Path::to_owned);
        Self { file, patience, delivered: Delivered { rows: 0, rejects: Rejects::new(rejected) } }
    }

    /// Delivers the entries over `open`; `accept` takes each answer, and gives what is wrong with the row.
    ///
    /// # Errors
    /// The file cannot be read on; the service cannot be reached or refuses the call; those of `accept`. What was found
    /// wrong until then is told.
    pub async fn run<Q, A, F>(
        &mut self,
        entries: Entries<Q>,
        open: impl Fn(ReceiverStream<Q>) -> F,
        mut accept: impl FnMut(&Entry<Q>, A) -> Result<Vec<FieldError>, Failure>,
    ) -> Result<(), Failure>
    where
        Q: Message + Clone,
        F: Future<Output = Result<Response<Streaming<A>>, Status>>,
    {
        let patience = self.patience;
        let told = |entry: Entry<Q>, answer: Option<A>| {
            let errors = match answer {
                Some(answer) => accept(&entry, answer)?,
                None => entry.request.err().unwrap_or_default(),
            };
            self.count(entry.place, entry.raw, errors)
        };
        let sent = exchange(entries, patience, open, told).await;
        self.file.finish();
        self.delivered.rejects.flush()?;
        if sent.is_err() {
            // Why it ended is told last.
            let _ = self.delivered.rejects.tell();
        }
        sent
    }

    /// What became of the rows.
    pub fn delivered(self) -> Delivered {
        self.delivered
    }

    fn count(&mut self, place: String, row: String, errors: Vec<FieldError>) -> Result<(), Failure> {
        let Delivered { rows, rejects } = &mut self.delivered;
        *rows += 1;
        if !errors.is_empty() {
            rejects.keep(&Rejected { place, errors, row })?;
        }
        self.file.advance();
        if rows.is_multiple_of(TELL_EVERY) {
            self.file.say(format!("{rows} rows, {} rejected", rejects.count()));
        }
        Ok(())
    }
}
