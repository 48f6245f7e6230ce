//! The stream of a reader that follows the feed.
//!
//! It is driven by its consumer: no task of its own, nothing read ahead but the present page, so a slow reader slows
//! only itself. Pages are read by turns with what other authorities want. Invariant: the next page begins where the last
//! event that was handed over ends.

use std::{
    time::{Duration, Instant},
    vec,
};

use futures::stream::{self, BoxStream, StreamExt};
use seamless_proto::seamless::{error::v1::ErrorReason, feed::v1::Event};
use seamless_service::{Weight, WorkTurns, error::ApiError};
use seamless_storage::StorageError;
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status};

use crate::{
    Redactor,
    epoch::Epoch,
    failure,
    lost::{self, Followed},
    reader::{Page, Reader},
};

/// Events of a page.
const PAGE: usize = 500;

/// The age at which what is left of a page is read anew: a reader may lose a right while it is slow to read.
const STALE: Duration = Duration::from_secs(1);

struct Following<R> {
    reader: Reader<R>,
    /// The epoch that the stream began in; it ends with it.
    epoch: Epoch,
    drain: CancellationToken,
    turns: Option<WorkTurns>,
    page: vec::IntoIter<Event>,
    page_end: i64,
    caught_up: bool,
    read_at: Instant,
    /// Up to where everything was handed over or passed over.
    done: i64,
    /// The position of the event handed over last, once there is one.
    previous: Option<i64>,
}

/// The events after a position of an epoch, and further ones as they are committed, until `drain` is cancelled or another
/// epoch begins.
pub(crate) fn following<R: Redactor>(
    reader: Reader<R>,
    epoch: Epoch,
    after: i64,
    drain: CancellationToken,
    turns: Option<WorkTurns>,
) -> BoxStream<'static, Result<Event, Status>> {
    let following = Following {
        reader,
        epoch,
        drain,
        turns,
        page: Vec::new().into_iter(),
        page_end: after,
        caught_up: false,
        read_at: Instant::now(),
        done: after,
        previous: None,
    };
    stream::unfold(Some(following), |following| async {
        let mut following = following?;
        match following.next().await {
            Ok(event) => Some((Ok(event), Some(following))),
            Err(error) => Some((Err(error.into()), None)),
        }
    })
    .boxed()
}

impl<R: Redactor> Following<R> {
    async fn next(&mut self) -> Result<Event, ApiError> {
        loop {
            if self.drain.is_cancelled() {
                return Err(draining());
            }
            if self.read_at.elapsed() < STALE
                && let Some(event) = self.page.next()
            {
                self.done = event.position;
                self.previous = Some(event.position);
                return Ok(event);
            }
            if self.page.len() > 0 {
                self.caught_up = false;
                self.page_end = self.done;
            }
            self.done = self.page_end;
            if self.caught_up {
                tokio::select! {
                    () = self.drain.cancelled() => continue,
                    told = self.news() => told.map_err(failure::of_storage)?,
                }
            }
            // What just happened is little; whoever has to catch up has whole pages to read.
            let weight = if self.caught_up { Weight::Light } else { Weight::Heavy };
            let turn = WorkTurns::take_if_any(self.turns.as_ref(), weight).await;
            let Page { events, next_after, caught_up, epoch } =
                self.reader.page(self.done, self.previous, PAGE).await?;
            drop(turn);
            if epoch.id != self.epoch.id {
                return Err(lost::changed(&self.reader, Followed::Named(self.epoch.id), self.done).await?);
            }
            self.page = events.into_iter();
            self.page_end = next_after;
            self.caught_up = caught_up;
            self.read_at = Instant::now();
        }
    }

    /// Waits for something behind what was done, or for another epoch.
    async fn news(&self) -> Result<(), StorageError> {
        let Reader { signal, database, clock, .. } = &self.reader;
        signal.beyond(self.done, self.epoch.id, database, &**clock).await
    }
}

fn draining() -> ApiError {
    ApiError::reason(
        Code::Unavailable,
        ErrorReason::NotServing,
        "the server is stopping, follow on at another",
    )
}
