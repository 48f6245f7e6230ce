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
use seamless_proto::seamless::{
    error::v1::ErrorReason,
    feed::v1::{Event, Heartbeat},
};
use seamless_service::{Weight, WorkTurns, error::ApiError};
use seamless_storage::StorageError;
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status};

use crate::{
    Redactor,
    epoch::{Epoch, Head},
    failure,
    lost::{self, Followed},
    reader::{Page, Reader, timestamp},
};

/// Events of a page.
const PAGE: usize = 500;

/// The age at which what is left of a page is read anew: a reader may lose a right while it is slow to read.
const STALE: Duration = Duration::from_secs(1);

/// The heartbeats of a stream.
pub(crate) struct Heartbeats {
    longest_silence: Duration,
    /// When something was sent last.
    sent_at: Instant,
    /// Whether it was said that the stream has caught up.
    told_first: bool,
}

impl Heartbeats {
    /// One whenever nothing was sent for so long.
    pub(crate) fn every(longest_silence: Duration) -> Self {
        Self { longest_silence, sent_at: Instant::now(), told_first: false }
    }

    fn is_due(&self, caught_up: bool) -> bool {
        (caught_up && !self.told_first) || self.sent_at.elapsed() >= self.longest_silence
    }
}

struct Following<R> {
    reader: Reader<R>,
    /// The epoch that the stream began in; it ends with it.
    epoch: Epoch,
    drain: CancellationToken,
    turns: Option<WorkTurns>,
    page: vec::IntoIter<Event>,
    page_end: i64,
    caught_up: bool,
    /// The head, as it was when the page was read, and when that was, in microseconds since 1970 UTC.
    head: Head,
    head_time_us: i64,
    read_at: Instant,
    heartbeats: Option<Heartbeats>,
    /// Up to where everything was handed over or passed over.
    done: i64,
    /// The position of the event handed over last, once there is one.
    previous: Option<i64>,
}

/// The events after a position of an epoch, and further ones as they are committed, with heartbeats among them if there are
/// to be any, until `drain` is cancelled or another epoch begins.
pub(crate) fn following<R: Redactor>(
    reader: Reader<R>,
    epoch: Epoch,
    after: i64,
    heartbeats: Option<Heartbeats>,
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
        head: Head { position: after, epoch },
        head_time_us: 0,
        read_at: Instant::now(),
        heartbeats,
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
                if let Some(heartbeats) = &mut self.heartbeats {
                    heartbeats.sent_at = Instant::now();
                }
                return Ok(event);
            }
            if self.page.len() > 0 {
                self.caught_up = false;
                self.page_end = self.done;
            }
            self.done = self.page_end;
            let is_due = self.heartbeats.as_ref().is_some_and(|due| due.is_due(self.caught_up));
            if is_due && self.head_time_us > 0 && self.read_at.elapsed() < STALE {
                return Ok(self.heartbeat());
            }
            if self.caught_up && !is_due {
                tokio::select! {
                    () = self.drain.cancelled() => continue,
                    told = self.news() => told.map_err(failure::of_storage)?,
                    () = self.silence() => {}
                }
            }
            // What just happened is little; whoever has to catch up has whole pages to read.
            let weight = if self.caught_up { Weight::Light } else { Weight::Heavy };
            let turn = WorkTurns::take_if_any(self.turns.as_ref(), weight).await;
            let Page { events, next_after, caught_up, head, head_time_us } =
                self.reader.page(self.done, self.previous, PAGE).await?;
            drop(turn);
            if head.epoch.id != self.epoch.id {
                return Err(lost::changed(&self.reader, Followed::Named(self.epoch.id), self.done).await?);
            }
            self.page = events.into_iter();
            self.page_end = next_after;
            self.caught_up = caught_up;
            self.head = head;
            self.head_time_us = head_time_us;
            self.read_at = Instant::now();
        }
    }

    /// How far the stream is, as an event that is none.
    fn heartbeat(&mut self) -> Event {
        if let Some(heartbeats) = &mut self.heartbeats {
            heartbeats.sent_at = Instant::now();
            heartbeats.told_first |= self.caught_up;
        }
        let heartbeat = Heartbeat {
            complete_to_position: self.done,
            head_position: self.head.position,
            head_time: Some(timestamp(self.head_time_us)),
        };
        Event { heartbeat: Some(heartbeat), epoch: self.epoch.id.to_string(), ..Event::default() }
    }

    /// Waits until a heartbeat is due; for ever where there are none.
    async fn silence(&self) {
        match &self.heartbeats {
            Some(Heartbeats { longest_silence, sent_at, .. }) => {
                tokio::time::sleep_until((*sent_at + *longest_silence).into()).await;
            }
            None => std::future::pending().await,
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
