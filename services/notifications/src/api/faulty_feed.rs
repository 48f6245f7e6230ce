//! The feed of a sandbox: the same as everywhere, but that what the operator asked for goes wrong on its way to the
//! chosen readers. Nothing stored is touched.

use std::{pin::Pin, sync::Arc, time::Duration};

use futures::{Stream, StreamExt, stream};
use seamless_identity::{AuthorityId, Principal};
use seamless_proto::seamless::{
    error::v1::ErrorReason,
    feed::v1::{
        AcknowledgePositionRequest, AcknowledgePositionResponse, Event, FollowEventsRequest,
        GetDigestRequest, GetDigestResponse, ReadEventsRequest, ReadEventsResponse,
        feed_service_server::FeedService,
    },
};
use seamless_service::error::ApiError;
use tonic::{Code, Request, Response, Status};

use crate::{
    domain::model::{Fault, FaultKind},
    store::Sandbox,
};

/// How long an event that is to come late waits for one to come before it.
const PATIENCE: Duration = Duration::from_millis(200);

/// A feed, with the faults of a sandbox.
pub struct FaultyFeed<F> {
    feed: Arc<F>,
    sandbox: Option<Sandbox>,
}

impl<F: FeedService> FaultyFeed<F> {
    /// The feed; without a sandbox nothing ever goes wrong with it.
    pub fn new(feed: F, sandbox: Option<Sandbox>) -> Self {
        Self { feed: Arc::new(feed), sandbox }
    }

    fn reader<T>(&self, request: &Request<T>) -> Option<(Sandbox, AuthorityId)> {
        let principal = Principal::from_extensions(request.extensions())?;
        Some((self.sandbox.clone()?, principal.authority.clone()))
    }
}

/// The fault of this kind that meets the position.
fn meets(faults: &[Fault], kind: FaultKind, position: i64) -> Option<&Fault> {
    faults.iter().find(|fault| fault.kind == kind && fault.meets(position))
}

fn delay_of(faults: &[Fault], position: i64) -> Option<Duration> {
    meets(faults, FaultKind::Delay, position).map(|fault| fault.delay.unsigned_abs())
}

/// The event as it arrives: once or twice, readable or not.
fn arriving(faults: &[Fault], mut event: Event) -> Vec<Event> {
    if meets(faults, FaultKind::Unreadable, event.position).is_some()
        && let Some(data) = &mut event.data
    {
        // A length-delimited field that says it is longer than what follows.
        data.value = vec![0x0a, 0x7f, 0x00];
    }
    match meets(faults, FaultKind::Duplicate, event.position) {
        Some(_) => vec![event.clone(), event],
        None => vec![event],
    }
}

#[tonic::async_trait]
impl<F: FeedService> FeedService for FaultyFeed<F>
where
    F::FollowEventsStream: Unpin,
{
    type FollowEventsStream = Pin<Box<dyn Stream<Item = Result<Event, Status>> + Send>>;

    async fn read_events(
        &self,
        request: Request<ReadEventsRequest>,
    ) -> Result<Response<ReadEventsResponse>, Status> {
        let reader = self.reader(&request);
        let mut response = self.feed.read_events(request).await?;
        let Some((sandbox, authority)) = reader else { return Ok(response) };
        let faults = sandbox.faults(&authority);
        let events = &mut response.get_mut().events;
        let delay: Duration =
            events.iter().filter_map(|event| delay_of(&faults, event.position)).max().unwrap_or_default();
        tokio::time::sleep(delay).await;
        let mut index = 0;
        while index + 1 < events.len() {
            if meets(&faults, FaultKind::Reorder, events[index].position).is_some() {
                events.swap(index, index + 1);
                index += 1;
            }
            index += 1;
        }
        *events = std::mem::take(events).into_iter().flat_map(|event| arriving(&faults, event)).collect();
        Ok(response)
    }

    async fn follow_events(
        &self,
        request: Request<FollowEventsRequest>,
    ) -> Result<Response<Self::FollowEventsStream>, Status> {
        let reader = self.reader(&request);
        let events = self.feed.follow_events(request).await?.into_inner();
        let Some((sandbox, authority)) = reader else { return Ok(Response::new(Box::pin(events))) };
        let faulty = stream::unfold(events, move |mut events| {
            let (sandbox, authority) = (sandbox.clone(), authority.clone());
            async move {
                let event = match events.next().await? {
                    // A heartbeat is no event, and has no position that a fault could meet.
                    Ok(event) if event.heartbeat.is_some() => return Some((vec![Ok(event)], events)),
                    Ok(event) => event,
                    Err(status) => return Some((vec![Err(status)], events)),
                };
                // Looked up for each event: faults come and go while a reader follows.
                let faults = sandbox.faults(&authority);
                if let Some(delay) = delay_of(&faults, event.position) {
                    tokio::time::sleep(delay).await;
                }
                let mut arrived = Vec::new();
                if meets(&faults, FaultKind::Reorder, event.position).is_some()
                    && let Ok(Some(next)) = tokio::time::timeout(PATIENCE, events.next()).await
                {
                    match next {
                        Ok(next) => arrived.extend(arriving(&faults, next).into_iter().map(Ok)),
                        Err(status) => arrived.push(Err(status)),
                    }
                }
                // The event that was held back comes before an end of the stream.
                let at = arrived.iter().position(Result::is_err).unwrap_or(arrived.len());
                arrived.splice(at..at, arriving(&faults, event).into_iter().map(Ok));
                Some((arrived, events))
            }
        });
        Ok(Response::new(Box::pin(faulty.map(stream::iter).flatten())))
    }

    async fn acknowledge_position(
        &self,
        request: Request<AcknowledgePositionRequest>,
    ) -> Result<Response<AcknowledgePositionResponse>, Status> {
        let reader = self.reader(&request);
        let position = request.get_ref().position;
        let response = self.feed.acknowledge_position(request).await?;
        let lost = reader.is_some_and(|(sandbox, authority)| {
            meets(&sandbox.faults(&authority), FaultKind::LostReceipt, position).is_some()
        });
        if lost {
            let text = "the answer was lost on purpose: this is a sandbox";
            return Err(ApiError::reason(Code::Unavailable, ErrorReason::DependencyUnavailable, text)
                .retry_after(Duration::from_millis(100))
                .into());
        }
        Ok(response)
    }

    async fn get_digest(
        &self,
        request: Request<GetDigestRequest>,
    ) -> Result<Response<GetDigestResponse>, Status> {
        self.feed.get_digest(request).await
    }
}
