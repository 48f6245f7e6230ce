//! How a follower takes a source that was restored from a backup.
//!
//! Invariant: what stands is touched only when what was built beside it has all that the source has, and then at once.

use std::sync::Arc;

use futures::FutureExt;
use opentelemetry::KeyValue;
use seamless_proto::seamless::feed::v1::ReadEventsRequest;
use seamless_storage::StorageError;
use tokio_util::sync::CancellationToken;
use tonic::{
    body::Body,
    client::GrpcService,
    codegen::{Body as HttpBody, Bytes, StdError},
};

use crate::{
    Effect, Follower,
    follow::{BATCH, Interruption, Progress, place_behind},
    standing::{self, Place, Standing},
};

impl<C> Follower<C>
where
    C: GrpcService<Body> + Clone + Send + Sync + 'static,
    C::Error: Into<StdError>,
    C::ResponseBody: HttpBody<Data = Bytes> + Send + 'static,
    <C::ResponseBody as HttpBody>::Error: Into<StdError> + Send,
    C::Future: Send,
{
    /// Builds anew, page by page, and puts it in place when it has all that the source has. `Ok` as well when another
    /// replica went on with it.
    pub(crate) async fn rebuild<E: Effect>(
        &self,
        effect: &Arc<E>,
        token: &CancellationToken,
        standing: &mut Standing,
        progress: &mut Progress,
    ) -> Result<(), Interruption> {
        let Some(mut place) = standing.rebuild.take() else { return Ok(()) };
        let mut after_position = place.position;
        while !token.is_cancelled() {
            let max = if progress.singly { 1 } else { BATCH };
            let request = ReadEventsRequest {
                after_position,
                max: i32::try_from(max).unwrap_or_default(),
                epoch: place.epoch.clone().unwrap_or_default(),
                ..ReadEventsRequest::default()
            };
            let page = self.client.clone().read_events(request).await?.into_inner();
            let mut events = page.events;
            events.retain(|event| event.position > place.position);
            events.sort_by_key(|event| event.position);
            events.dedup_by_key(|event| event.position);
            self.check_continuity(place.position, &events, progress)?;
            after_position = page.next_after_position;
            let to = place_behind(&place, &events);
            let (source, moved) = (self.source.clone(), (place.clone(), to.clone()));
            let (effect, events, caught_up) = (Arc::clone(effect), Arc::new(events), page.caught_up);
            let written = self.database.write(move |tx| {
                let (source, effect, events) = (source.clone(), Arc::clone(&effect), Arc::clone(&events));
                let (from, to) = moved.clone();
                async move {
                    if !standing::move_rebuild(tx, &source, &from, &to).await? {
                        return Ok(false);
                    }
                    effect.apply_anew(tx, &events).await?;
                    if caught_up {
                        effect.replace(tx).await?;
                        standing::replace(tx, &source, &to).await?;
                    }
                    Ok::<_, StorageError>(true)
                }
                .boxed()
            });
            let is_ours = written.await.inspect_err(|_| progress.singly = true)?;
            if !is_ours {
                return Ok(());
            }
            *progress = Progress { moved: true, ..Progress::default() };
            place = to;
            if caught_up {
                tracing::warn!(
                    source = self.source,
                    position = place.position,
                    "what a restored service tells was built anew, and stands"
                );
                return Ok(());
            }
        }
        Ok(())
    }

    /// Begins to build anew from the epoch that the source has now.
    pub(crate) async fn begin_rebuild<E: Effect>(
        &self,
        effect: &Arc<E>,
        standing: Standing,
        present: String,
    ) -> Result<(), StorageError> {
        let (source, effect, epoch) = (self.source.clone(), Arc::clone(effect), present.clone());
        let position = standing.place.position;
        if self
            .database
            .write(move |tx| {
                let (source, effect) = (source.clone(), Arc::clone(&effect));
                let (standing, epoch) = (standing.clone(), epoch.clone());
                Box::pin(async move {
                    let is_ours = standing::begin_rebuild(tx, &source, &standing, &epoch).await?;
                    if is_ours {
                        effect.begin_anew(tx).await?;
                    }
                    Ok::<_, StorageError>(is_ours)
                })
            })
            .await?
        {
            tracing::error!(
                source = self.source,
                position,
                present,
                "the service of a feed was restored from a backup: what it told is built anew"
            );
            self.count("rebuild");
        }
        Ok(())
    }

    /// Goes on in the epoch of now: the source was restored, and has all that was applied here.
    pub(crate) async fn adopt(&self, standing: &Standing, present: String) -> Result<(), StorageError> {
        // From before epochs were kept, nothing is known of a restore.
        let is_first = standing.rebuild.is_none() && standing.place.epoch.is_none();
        let (source, standing) = (self.source.clone(), standing.clone());
        if self
            .database
            .write(move |tx| {
                let (source, standing, epoch) = (source.clone(), standing.clone(), Some(present.clone()));
                Box::pin(async move {
                    match &standing.rebuild {
                        Some(from) => {
                            let to = Place { epoch, ..from.clone() };
                            standing::move_rebuild(tx, &source, from, &to).await
                        }
                        None => {
                            let to = Place { epoch, ..standing.place.clone() };
                            standing::move_on(tx, &source, &standing, &to).await
                        }
                    }
                })
            })
            .await?
            && !is_first
        {
            tracing::warn!(
                source = self.source,
                "the service of a feed was restored, and has all that was applied"
            );
            self.count("nothing_lost");
        }
        Ok(())
    }

    /// Counts how a restored source was taken.
    fn count(&self, outcome: &'static str) {
        let attributes = [KeyValue::new("source", self.source.clone()), KeyValue::new("outcome", outcome)];
        let meter = opentelemetry::global::meter("seamless-feed");
        meter
            .u64_counter("feed.follower.restorations")
            .with_unit("{restoration}")
            .build()
            .add(1, &attributes);
    }

    /// Says up to when everything is known that the source told: what it is behind the time of now is the lag, also where
    /// nothing happens.
    pub(crate) fn gauge_known_until(&self, seconds: u64) {
        let meter = opentelemetry::global::meter("seamless-feed");
        let source = [KeyValue::new("source", self.source.clone())];
        meter.u64_gauge("feed.follower.known_until").with_unit("s").build().record(seconds, &source);
    }

    /// Says whether the effects are built anew: 1 while they are.
    pub(crate) fn gauge(&self, is_rebuilding: bool) {
        let meter = opentelemetry::global::meter("seamless-feed");
        let source = [KeyValue::new("source", self.source.clone())];
        meter.u64_gauge("feed.follower.rebuilding").build().record(u64::from(is_rebuilding), &source);
    }
}
