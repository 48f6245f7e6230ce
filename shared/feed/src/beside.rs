//! How a follower builds the effects of a feed anew because somebody asked for it, while those that stand go on growing.
//!
//! Invariant: what stands is touched only where what was built beside it has all that had taken effect, and then at once, with its
//! checkpoint. Where the source was restored meanwhile, that goes first, and this ends.

use std::sync::Arc;

use futures::FutureExt;
use sea_orm::DatabaseTransaction;
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
    standing::{self, Standing},
};

/// Whether it is still wanted that the effects are built anew.
#[async_trait::async_trait]
pub trait Wanted: Send + Sync + 'static {
    /// Says so, and keeps it so to the end of the transaction.
    ///
    /// # Errors
    /// Those of the database.
    async fn is_wanted(&self, tx: &DatabaseTransaction) -> Result<bool, StorageError>;
}

/// What came of building anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// What was built stands.
    Replaced,
    /// What stands was replaced by somebody else, or is about to be, since the source was restored.
    Superseded,
    /// It is wanted no more.
    Unwanted,
    /// Another replica goes on with it, or this one was told to stop.
    Left,
}

/// Why it did not go on; it can be tried again, and goes on where it was.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct BesideError(#[from] Interruption);

/// What a page came to.
enum Step {
    GoOn,
    End(Beside),
}

impl<C> Follower<C>
where
    C: GrpcService<Body> + Clone + Send + Sync + 'static,
    C::Error: Into<StdError>,
    C::ResponseBody: HttpBody<Data = Bytes> + Send + 'static,
    <C::ResponseBody as HttpBody>::Error: Into<StdError> + Send,
    C::Future: Send,
{
    /// Builds the effects anew from the first event on, beside those that stand, and puts them in place once they have all that had
    /// taken effect. How far it came is kept under `key`, so that it goes on after a restart, until the caller forgets it
    /// ([`standing::forget`]); `generation` is that of what stood when it was asked for.
    ///
    /// # Errors
    /// Those of the source and of the database.
    pub async fn rebuild_beside<E: Effect, W: Wanted>(
        &self,
        effect: &Arc<E>,
        wanted: &Arc<W>,
        key: &str,
        generation: i64,
        token: &CancellationToken,
    ) -> Result<Beside, BesideError> {
        let mut progress = Progress::default();
        let mut after_position = 0;
        while !token.is_cancelled() {
            let read = self.database.read();
            // What has taken effect by now is told by a page that is asked for later.
            let stands = standing::standing(read, &self.source).await.map_err(Interruption::from)?;
            if stands.rebuild.is_some() || stands.generation != generation {
                return Ok(Beside::Superseded);
            }
            let mut built = standing::standing(read, key).await.map_err(Interruption::from)?;
            let epoch = stands.place.epoch.clone();
            if built.place.epoch != epoch {
                // Not begun, or the source was restored without a loss of what stands: what was built is begun anew.
                (built, after_position) = (Standing::default(), 0);
            }
            after_position = built.place.position.max(after_position);
            let request = ReadEventsRequest {
                after_position,
                max: i32::try_from(BATCH).unwrap_or_default(),
                epoch: epoch.clone().unwrap_or_default(),
                ..ReadEventsRequest::default()
            };
            let page =
                self.client.clone().read_events(request).await.map_err(Interruption::from)?.into_inner();
            let mut events = page.events;
            events.retain(|event| event.position > built.place.position);
            events.sort_by_key(|event| event.position);
            events.dedup_by_key(|event| event.position);
            // The second time at the same place the source lacks the event for good.
            if self.check_continuity(built.place.position, &events, &mut progress).is_err() {
                continue;
            }
            after_position = page.next_after_position;
            let mut to = place_behind(&built.place, &events);
            to.epoch = to.epoch.or(epoch.clone());
            let (source, key) = (self.source.clone(), key.to_owned());
            let (effect, wanted, events) = (Arc::clone(effect), Arc::clone(wanted), Arc::new(events));
            let caught_up = page.caught_up.then_some(stands);
            let written = self.database.write(move |tx| {
                let (source, key, from, to) = (source.clone(), key.clone(), built.clone(), to.clone());
                let (effect, wanted, events) =
                    (Arc::clone(&effect), Arc::clone(&wanted), Arc::clone(&events));
                let caught_up = caught_up.clone();
                async move {
                    if !standing::hold(tx, &source, generation).await? {
                        return Ok(Step::End(Beside::Superseded));
                    }
                    if !wanted.is_wanted(tx).await? {
                        return Ok(Step::End(Beside::Unwanted));
                    }
                    if from.place.position == 0 {
                        effect.begin_anew(tx).await?;
                        standing::forget(tx, &key).await?;
                    }
                    if !standing::move_on(tx, &key, &from, &to).await? {
                        return Ok(Step::End(Beside::Left));
                    }
                    effect.apply_anew(tx, &events).await?;
                    let Some(Standing { place, .. }) = caught_up else { return Ok(Step::GoOn) };
                    // Of what stood behind the last event the right was lost since.
                    let to = if place.position > to.position { place } else { to };
                    if !standing::overtake(tx, &source, generation, &to).await? {
                        return Ok(Step::GoOn);
                    }
                    effect.replace(tx).await?;
                    Ok::<_, StorageError>(Step::End(Beside::Replaced))
                }
                .boxed()
            });
            match written.await.map_err(Interruption::from)? {
                Step::GoOn => progress = Progress::default(),
                Step::End(end) => return Ok(end),
            }
        }
        Ok(Beside::Left)
    }
}
