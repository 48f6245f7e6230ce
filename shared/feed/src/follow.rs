//! Following the feed of another service and applying each of its events exactly once.
//!
//! Invariants: effects and checkpoint are committed together, and the checkpoint only moves on from the position that the
//! effects were computed for. So a follower may be killed anywhere, and any number of replicas may follow the same
//! source. Before it goes on, a follower has the source prove that it has the last event still: where it has not, its
//! service was restored, and the effects are built anew beside those that stand, which they replace at once.

use std::{sync::Arc, time::Duration};

use futures::{FutureExt, StreamExt, stream::BoxStream};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use seamless_pause::Pause;
use seamless_proto::seamless::feed::v1::{
    Event, FollowEventsRequest, feed_service_client::FeedServiceClient,
};
use seamless_service::error::metadata_of;
use seamless_storage::{Database, StorageError};
use tokio_util::sync::CancellationToken;
use tonic::{
    Status,
    body::Body,
    client::GrpcService,
    codegen::{Body as HttpBody, Bytes, StdError},
};
use tracing::Instrument;

use crate::{
    lost::PRESENT_EPOCH,
    proof::{self, Proof},
    standing::{self, Place, Standing},
    trace_link,
};

/// The most events applied in one transaction.
pub(crate) const BATCH: usize = 500;

/// After an interruption before which nothing moved.
const BEFORE_ANOTHER_CONNECTION: Pause = Pause::doubling(Duration::from_millis(100), Duration::from_secs(10));

/// What events of another service do to ours.
#[async_trait::async_trait]
pub trait Effect: Send + Sync + 'static {
    /// Applies events, in the order given, in a transaction that also moves the checkpoint. It may run several times
    /// for the same events, of which at most one commits: it has no effects but those in the transaction.
    ///
    /// An event of no interest or of unknown type is passed over with `Ok`.
    ///
    /// # Errors
    /// Rolls the transaction back. The events come again after a while, each in a transaction of its own, until they
    /// succeed; nothing behind them is applied before.
    async fn apply(&self, tx: &DatabaseTransaction, events: &[Event]) -> Result<(), StorageError>;

    /// The source was restored: makes room for effects that are built anew beside those that stand, and forgets what was
    /// built so before.
    ///
    /// # Errors
    /// As of [`Effect::apply`].
    async fn begin_anew(&self, tx: &DatabaseTransaction) -> Result<(), StorageError>;

    /// Applies events beside, as [`Effect::apply`] does in place.
    ///
    /// # Errors
    /// As of [`Effect::apply`].
    async fn apply_anew(&self, tx: &DatabaseTransaction, events: &[Event]) -> Result<(), StorageError>;

    /// Puts what was built beside in the place of what stands: it has all that the source has.
    ///
    /// # Errors
    /// As of [`Effect::apply`].
    async fn replace(&self, tx: &DatabaseTransaction) -> Result<(), StorageError>;

    /// Everything has taken effect that the source told by then, in seconds since 1970 UTC by its clock. Told again and again,
    /// also where nothing happens; outside of any transaction.
    fn known_until(&self, _seconds: u64) {}
}

/// A follower of the feed of one service.
#[derive(Clone, Debug)]
pub struct Follower<C> {
    pub(crate) source: String,
    pub(crate) client: FeedServiceClient<C>,
    pub(crate) database: Database,
}

/// Why a connection to the source ended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Interruption {
    #[error("the source refused or broke off: {0}")]
    Source(#[from] Status),
    #[error("the source ended the stream")]
    Ended,
    #[error("the events could not be applied")]
    Storage(#[from] StorageError),
    #[error("an event is missing")]
    Gap,
    #[error("the source was restored meanwhile")]
    Restored,
}

/// How a run of connections goes.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// Something was applied since the last interruption.
    pub(crate) moved: bool,
    /// The last batch failed: apply one event at a time, so that only the one at fault waits.
    pub(crate) singly: bool,
    /// The position that a missing event was noticed at, to tell a passing gap from a lasting one.
    pub(crate) gap_at: Option<i64>,
}

impl<C> Follower<C>
where
    C: GrpcService<Body> + Clone + Send + Sync + 'static,
    C::Error: Into<StdError>,
    C::ResponseBody: HttpBody<Data = Bytes> + Send + 'static,
    <C::ResponseBody as HttpBody>::Error: Into<StdError> + Send,
    C::Future: Send,
{
    /// A follower that keeps its checkpoint in `database` (see [`crate::migration`]) under the name `source`.
    pub fn new(source: impl Into<String>, channel: C, database: Database) -> Self {
        Self { source: source.into(), client: FeedServiceClient::new(channel), database }
    }

    /// Sets the largest message that the follower accepts, in bytes.
    #[must_use]
    pub fn max_message_bytes(mut self, limit: usize) -> Self {
        self.client = self.client.max_decoding_message_size(limit);
        self
    }

    /// Follows from the stored checkpoint until `token` is cancelled; goes on after every interruption, after a pause of
    /// 100 ms where there was progress, and else of one that doubles up to 10 s.
    pub async fn run<E: Effect>(&self, effect: Arc<E>, token: CancellationToken) {
        let mut progress = Progress::default();
        let mut pause = BEFORE_ANOTHER_CONNECTION;
        loop {
            let interruption = tokio::select! {
                () = token.cancelled() => return,
                interruption = self.follow(&effect, &token, &mut progress) => match interruption {
                    Ok(()) => return,
                    Err(interruption) => interruption,
                },
            };
            if std::mem::take(&mut progress.moved) {
                pause.start_over();
            }
            match &interruption {
                Interruption::Storage(error) => {
                    tracing::error!(source = self.source, %error, "events of a feed could not be applied");
                }
                other => {
                    tracing::warn!(source = self.source, reason = %other, "following a feed was interrupted")
                }
            }
            tokio::select! {
                () = token.cancelled() => return,
                () = pause.wait() => {}
            }
        }
    }

    /// Follows over one connection. `Ok` only if the token was cancelled.
    async fn follow<E: Effect>(
        &self,
        effect: &Arc<E>,
        token: &CancellationToken,
        progress: &mut Progress,
    ) -> Result<(), Interruption> {
        loop {
            let mut standing = self.standing().await?;
            let place = standing.rebuild.as_ref().unwrap_or(&standing.place);
            match proof::of(&mut self.client.clone(), place).await? {
                Proof::Lost { present } => {
                    self.begin_rebuild(effect, standing, present).await?;
                    continue;
                }
                Proof::NothingLost { present } => {
                    self.adopt(&standing, present).await?;
                    continue;
                }
                Proof::Same => {}
            }
            let is_rebuilding = standing.rebuild.is_some();
            self.gauge(is_rebuilding);
            if is_rebuilding {
                self.rebuild(effect, token, &mut standing, progress).await?;
            } else {
                self.stream(effect, token, standing, progress).await?;
            }
            if token.is_cancelled() {
                return Ok(());
            }
        }
    }

    /// Applies events as they come, until the stream ends.
    async fn stream<E: Effect>(
        &self,
        effect: &Arc<E>,
        token: &CancellationToken,
        mut standing: Standing,
        progress: &mut Progress,
    ) -> Result<(), Interruption> {
        let request = FollowEventsRequest {
            after_position: standing.place.position,
            epoch: standing.place.epoch.clone().unwrap_or_default(),
            heartbeats: true,
            ..FollowEventsRequest::default()
        };
        let mut events: BoxStream<'_, Result<Event, Status>> =
            self.client.clone().follow_events(request).await?.into_inner().boxed();
        loop {
            let first = tokio::select! {
                () = token.cancelled() => return Ok(()),
                first = events.next() => first.ok_or(Interruption::Ended)??,
            };
            let (batch, interruption) =
                with_ready(first, &mut events, if progress.singly { 1 } else { BATCH });
            let known_until = batch.iter().filter_map(known_until).max();
            // Another replica may have been faster; a heartbeat has no position.
            let last = standing.place.position;
            let batch: Vec<Event> = batch.into_iter().filter(|event| event.position > last).collect();
            if batch.iter().any(|event| is_of_another(event, &standing.place)) {
                return Err(Interruption::Restored);
            }
            self.check_continuity(last, &batch, progress)?;
            let reached = batch.last().map_or(last, |event| event.position);
            if !batch.is_empty() && !self.apply(effect, &mut standing, batch, progress).await? {
                // It stands elsewhere; where it is built anew, that goes first. What nobody has applied is asked for again.
                standing = self.standing().await?;
                if standing.rebuild.is_some() || standing.place.position < reached {
                    return Ok(());
                }
            }
            if let Some(until) = known_until {
                self.gauge_known_until(until);
                effect.known_until(until);
            }
            if let Some(interruption) = interruption {
                return Err(interruption);
            }
        }
    }

    /// Refuses a batch that shows that an event is missing; the second time at the same place, the source lacks it for
    /// good, and what comes after it is still applied.
    pub(crate) fn check_continuity(
        &self,
        last: i64,
        batch: &[Event],
        progress: &mut Progress,
    ) -> Result<(), Interruption> {
        let mut expected = last;
        for event in batch {
            // An earlier one is fine: rights to events in between may have been lost.
            if event.previous_position > expected {
                let (position, missing) = (event.position, event.previous_position);
                if progress.gap_at != Some(position) {
                    progress.gap_at = Some(position);
                    return Err(Interruption::Gap);
                }
                tracing::error!(
                    source = self.source,
                    after = expected,
                    position,
                    missing,
                    "a feed lacks an event that it says came before, going on without it"
                );
            }
            expected = event.position;
        }
        Ok(())
    }

    /// Applies a batch and moves the checkpoint; false if it stands elsewhere.
    async fn apply<E: Effect>(
        &self,
        effect: &Arc<E>,
        standing: &mut Standing,
        batch: Vec<Event>,
        progress: &mut Progress,
    ) -> Result<bool, Interruption> {
        let span = tracing::info_span!(
            "feed.apply",
            source = self.source,
            events = batch.len(),
            from = batch.first().map(|event| event.position)
        );
        for event in &batch {
            trace_link::link(&span, &event.traceparent);
        }
        let to = place_behind(&standing.place, &batch);
        let moved = (standing.clone(), to.clone());
        let (source, effect, batch) =
            (Arc::<str>::from(self.source.as_str()), Arc::clone(effect), Arc::new(batch));
        let written = self
            .database
            .write(move |tx| {
                let (source, effect, batch) = (Arc::clone(&source), Arc::clone(&effect), Arc::clone(&batch));
                let (from, to) = moved.clone();
                async move {
                    if !standing::move_on(tx, &source, &from, &to).await? {
                        return Ok(false);
                    }
                    effect.apply(tx, &batch).await?;
                    Ok::<_, StorageError>(true)
                }
                .boxed()
            })
            .instrument(span)
            .await;
        match written {
            Ok(true) => {
                *progress = Progress { moved: true, ..Progress::default() };
                standing.place = to;
                Ok(true)
            }
            Ok(false) => Ok(false),
            Err(error) => {
                progress.singly = true;
                Err(error.into())
            }
        }
    }

    async fn standing(&self) -> Result<Standing, StorageError> {
        standing::standing(self.database.read(), &self.source).await
    }
}

/// Up to when everything is known that was told, in seconds since 1970 UTC by the source's clock: of a heartbeat of a stream
/// that has caught up the time of the head, of an event when it happened.
fn known_until(event: &Event) -> Option<u64> {
    let time = match &event.heartbeat {
        Some(told) => told.head_time.filter(|_| told.complete_to_position == told.head_position),
        None => event.occur_time,
    };
    u64::try_from(time?.seconds).ok()
}

/// The place behind the last of the events.
pub(crate) fn place_behind(from: &Place, events: &[Event]) -> Place {
    let Some(last) = events.last() else { return from.clone() };
    let epoch = if last.epoch.is_empty() { from.epoch.clone() } else { Some(last.epoch.clone()) };
    Place { position: last.position, epoch, event_id: Some(last.event_id.clone()) }
}

/// Whether an event is of another epoch than the place that it is to be applied behind.
fn is_of_another(event: &Event, place: &Place) -> bool {
    place.epoch.as_ref().is_some_and(|epoch| !event.epoch.is_empty() && *epoch != event.epoch)
}

/// Takes what the stream has ready after `first`, up to `limit` events, and how it ended, if it did.
fn with_ready(
    first: Event,
    events: &mut BoxStream<'_, Result<Event, Status>>,
    limit: usize,
) -> (Vec<Event>, Option<Interruption>) {
    let mut batch = vec![first];
    while batch.len() < limit {
        match events.next().now_or_never() {
            None => break,
            Some(Some(Ok(event))) => batch.push(event),
            Some(Some(Err(status))) => return (batch, Some(status.into())),
            Some(None) => return (batch, Some(Interruption::Ended)),
        }
    }
    (batch, None)
}

/// Whether a feed refuses a call because it is of another epoch than the caller follows.
#[must_use]
pub fn is_of_another_epoch(refusal: &Status) -> bool {
    metadata_of(refusal, PRESENT_EPOCH).is_some()
}

/// The position up to which the feed of `source` has been applied; 0 if nothing has.
///
/// # Errors
/// Whatever the database says.
pub async fn checkpoint(connection: &impl ConnectionTrait, source: &str) -> Result<i64, StorageError> {
    Ok(standing::standing(connection, source).await?.place.position)
}
