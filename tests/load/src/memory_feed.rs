//! The baseline of the feed: the same messages from memory.

use std::sync::Arc;

use futures::{StreamExt, stream, stream::BoxStream};
use seamless_proto::seamless::feed::v1::{
    self as wire,
    feed_service_server::{FeedService, FeedServiceServer},
};
use tonic::{Request, Response, Status};

/// Serves events that it holds.
pub struct MemoryFeed {
    events: Arc<[wire::Event]>,
}

impl MemoryFeed {
    /// A feed of these events, in ascending position.
    #[must_use]
    pub fn of(events: Vec<wire::Event>) -> FeedServiceServer<Self> {
        FeedServiceServer::new(Self { events: events.into() })
    }

    fn first_after(&self, position: i64) -> usize {
        self.events.partition_point(|event| event.position <= position)
    }
}

#[tonic::async_trait]
impl FeedService for MemoryFeed {
    type FollowEventsStream = BoxStream<'static, Result<wire::Event, Status>>;

    async fn read_events(
        &self,
        request: Request<wire::ReadEventsRequest>,
    ) -> Result<Response<wire::ReadEventsResponse>, Status> {
        let wire::ReadEventsRequest { after_position, max, .. } = request.into_inner();
        let rest = &self.events[self.first_after(after_position)..];
        let events = &rest[..rest.len().min(usize::try_from(max).unwrap_or_default())];
        Ok(Response::new(wire::ReadEventsResponse {
            events: events.to_vec(),
            next_after_position: events.last().map_or(after_position, |event| event.position),
            caught_up: events.len() == rest.len(),
            ..wire::ReadEventsResponse::default()
        }))
    }

    async fn follow_events(
        &self,
        request: Request<wire::FollowEventsRequest>,
    ) -> Result<Response<Self::FollowEventsStream>, Status> {
        let first = self.first_after(request.into_inner().after_position);
        let events = self.events.clone();
        let stream = stream::iter(first..events.len()).map(move |index| Ok(events[index].clone()));
        Ok(Response::new(stream.boxed()))
    }

    /// An echo.
    async fn acknowledge_position(
        &self,
        request: Request<wire::AcknowledgePositionRequest>,
    ) -> Result<Response<wire::AcknowledgePositionResponse>, Status> {
        let position = request.into_inner().position;
        Ok(Response::new(wire::AcknowledgePositionResponse {
            position,
            acknowledge_time: None,
            ..wire::AcknowledgePositionResponse::default()
        }))
    }

    async fn get_digest(
        &self,
        _: Request<wire::GetDigestRequest>,
    ) -> Result<Response<wire::GetDigestResponse>, Status> {
        Err(Status::unimplemented("not in the baseline"))
    }
}
