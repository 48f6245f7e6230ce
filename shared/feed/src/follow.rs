//! Following the feed of another service and applying each of its events exactly once.
//!
//! Invariant: effects and checkpoint are committed together, and the checkpoint only moves on from the position that the
//! effects were computed for. So a follower may be killed anywhere, and any number of replicas may follow the same
//! source.

use std::{sync::Arc, time::Duration};

use futures::{FutureExt, StreamExt, stream::BoxStream};
use sea_orm::{ConnectionTrait, DatabaseTransaction, Statement};
use seamless_proto::seamless::feed::v1::{
    Event, FollowEventsRequest, feed_service_client::FeedServiceClient,
};
use seamless_storage::{Database, StorageError};
use tokio_util::sync::CancellationToken;
use tonic::{
    Status,
    body::Body,
    client::GrpcService,
    codegen::{Body as HttpBody, Bytes, StdError},
};
use tracing::Instrument;

use crate::trace_link;

/// The most events applied in one transaction.
const BATCH: usize = 500;

const SHORTEST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(10);

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
}

/// A follower of the feed of one service.
#[derive(Clone, Debug)]
pub struct Follower<C> {
    source: String,
    client: FeedServiceClient<C>,
    database: Database,
}

/// Why a connection to the source ended.
#[derive(Debug, thiserror::Error)]
enum Interruption {
    #[error("the source refused or broke off: {0}")]
    Source(#[from] Status),
    #[error("the source ended the stream")]
    Ended,
    #[error("the events could not be applied")]
    Storage(#[from] StorageError),
    #[error("an event is missing")]
    Gap,
}

/// How a run of connections goes.
#[derive(Debug, Default)]
struct Progress {
    /// Something was applied since the last interruption.
    moved: bool,
    /// The last batch failed: apply one event at a time, so that only the one at fault waits.
    singly: bool,
    /// The position that a missing event was noticed at, to tell a passing gap from a lasting one.
    gap_at: Option<i64>,
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

    /// Follows from the stored checkpoint until `token` is cancelled; goes on after every interruption, at once where
    /// there was progress, else after a wait that doubles from 100 ms up to 10 s.
    pub async fn run<E: Effect>(&self, effect: Arc<E>, token: CancellationToken) {
        let mut progress = Progress::default();
        let mut wait = SHORTEST_WAIT;
        loop {
            let interruption = tokio::select! {
                () = token.cancelled() => return,
                interruption = self.follow(&effect, &token, &mut progress) => match interruption {
                    Ok(()) => return,
                    Err(interruption) => interruption,
                },
            };
            if std::mem::take(&mut progress.moved) {
                wait = SHORTEST_WAIT;
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
                () = tokio::time::sleep(wait) => {}
            }
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    /// Follows over one connection. `Ok` only if the token was cancelled.
    async fn follow<E: Effect>(
        &self,
        effect: &Arc<E>,
        token: &CancellationToken,
        progress: &mut Progress,
    ) -> Result<(), Interruption> {
        let mut last = self.stored_checkpoint().await?;
        let request = FollowEventsRequest { after_position: last };
        let mut events: BoxStream<'_, Result<Event, Status>> =
            self.client.clone().follow_events(request).await?.into_inner().boxed();
        loop {
            let first = tokio::select! {
                () = token.cancelled() => return Ok(()),
                first = events.next() => first.ok_or(Interruption::Ended)??,
            };
            let (batch, interruption) =
                with_ready(first, &mut events, if progress.singly { 1 } else { BATCH });
            // Another replica may have been faster.
            let batch: Vec<Event> = batch.into_iter().filter(|event| event.position > last).collect();
            self.check_continuity(last, &batch, progress)?;
            if !batch.is_empty() {
                last = self.apply(effect, last, batch, progress).await?;
            }
            if let Some(interruption) = interruption {
                return Err(interruption);
            }
        }
    }

    /// Refuses a batch that shows that an event is missing; the second time at the same place, the source lacks it for
    /// good, and what comes after it is still applied.
    fn check_continuity(
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

    /// Applies a batch and moves the checkpoint; gives the checkpoint to go on from.
    async fn apply<E: Effect>(
        &self,
        effect: &Arc<E>,
        from: i64,
        batch: Vec<Event>,
        progress: &mut Progress,
    ) -> Result<i64, Interruption> {
        let span = tracing::info_span!(
            "feed.apply",
            source = self.source,
            events = batch.len(),
            from = batch.first().map(|event| event.position)
        );
        for event in &batch {
            trace_link::link(&span, &event.traceparent);
        }
        let to = batch.last().map_or(from, |event| event.position);
        let (source, effect, batch) =
            (Arc::<str>::from(self.source.as_str()), Arc::clone(effect), Arc::new(batch));
        let written = self
            .database
            .write(move |tx| {
                let (source, effect, batch) = (Arc::clone(&source), Arc::clone(&effect), Arc::clone(&batch));
                async move {
                    if !move_checkpoint(tx, &source, from, to).await? {
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
                Ok(to)
            }
            Ok(false) => Ok(self.stored_checkpoint().await?),
            Err(error) => {
                progress.singly = true;
                Err(error.into())
            }
        }
    }

    async fn stored_checkpoint(&self) -> Result<i64, StorageError> {
        checkpoint(self.database.read(), &self.source).await
    }
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

/// Moves the checkpoint, unless it stands elsewhere than at `from`. Its row stays locked to the end of the transaction,
/// so that of several replicas one applies the events and the others see that it did.
async fn move_checkpoint(
    tx: &DatabaseTransaction,
    source: &str,
    from: i64,
    to: i64,
) -> Result<bool, StorageError> {
    let backend = tx.get_database_backend();
    if from == 0 {
        let sql =
            "INSERT INTO feed_checkpoint (source, position) VALUES ($1, 0) ON CONFLICT (source) DO NOTHING";
        tx.execute_raw(Statement::from_sql_and_values(backend, sql, [source.into()])).await?;
    }
    let sql = "UPDATE feed_checkpoint SET position = $3 WHERE source = $1 AND position = $2";
    let values = [source.into(), from.into(), to.into()];
    Ok(tx.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?.rows_affected() == 1)
}

/// The position up to which the feed of `source` has been applied; 0 if nothing has.
///
/// # Errors
/// Whatever the database says.
pub async fn checkpoint(connection: &impl ConnectionTrait, source: &str) -> Result<i64, StorageError> {
    let sql = "SELECT position FROM feed_checkpoint WHERE source = $1";
    let statement = Statement::from_sql_and_values(connection.get_database_backend(), sql, [source.into()]);
    match connection.query_one_raw(statement).await? {
        Some(row) => Ok(row.try_get_by_index(0)?),
        None => Ok(0),
    }
}
