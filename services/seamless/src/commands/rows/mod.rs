//! The rows of a file, delivered to a service that answers each: with progress, and with an account of those that were
//! rejected, by the reader or by the service.

use std::future::Future;

use prost::{Message, Name};
use seamless_proto::seamless::consignments::v1::ItemViolation;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Response, Status, Streaming};

use super::{
    exchange::{Entry, exchange, read_ahead},
    reading::{FieldError, Reading, Rejected, Rejects, rejected_file},
};
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

/// Delivers the rows: `make` gives a message its subject for people and its request, `open` opens a stream, and
/// `accept` takes each answer, and gives what is wrong with the row.
///
/// # Errors
/// The file cannot be opened or read on; the service cannot be reached or refuses the call; those of `accept`.
pub async fn deliver<M, Q, A, F>(
    rows: &cli::Rows,
    progress: Progress,
    aliases: &[(&str, &str)],
    make: impl FnMut(M) -> (String, Result<Q, Vec<FieldError>>) + Send + 'static,
    open: impl Fn(ReceiverStream<Q>) -> F,
    mut accept: impl FnMut(&Entry<Q>, A) -> Result<Vec<ItemViolation>, Failure>,
) -> Result<Delivered, Failure>
where
    M: Message + Name + Default + 'static,
    Q: Message + Clone + 'static,
    F: Future<Output = Result<Response<Streaming<A>>, Status>>,
{
    let (reading, source) = Reading::open(&rows.file)?;
    if progress == Progress::Hidden {
        reading.finish();
    }
    let sheet = sheet::open::<M>(source, aliases)
        .map_err(|error| Failure::usage(format!("{}: {error}", rows.file.display())))?;
    let rejected = rows.rejected.clone().unwrap_or_else(|| rejected_file(&rows.file));
    let mut delivered = Delivered { rows: 0, rejects: Rejects::new(rejected) };
    let account = &mut delivered;
    let told = |entry: Entry<Q>, answer: Option<A>| {
        account.rows += 1;
        let errors = match answer {
            None => entry.request.err().unwrap_or_default(),
            Some(answer) => {
                let wrong = accept(&entry, answer)?.into_iter();
                wrong.map(|wrong| FieldError { field: wrong.field, description: wrong.description }).collect()
            }
        };
        if !errors.is_empty() {
            account.rejects.keep(&Rejected { place: entry.place, errors, row: entry.raw })?;
        }
        reading.advance();
        if account.rows.is_multiple_of(TELL_EVERY) {
            reading.say(format!("{} rows, {} rejected", account.rows, account.rejects.count()));
        }
        Ok(())
    };
    let sent = exchange(read_ahead(sheet, make), rows.patience, open, told).await;
    reading.finish();
    delivered.rejects.flush()?;
    match sent {
        Ok(()) => Ok(delivered),
        Err(failure) => {
            // What was found wrong until then is told, too; why it ended is told last.
            let _ = delivered.rejects.tell();
            Err(failure)
        }
    }
}
