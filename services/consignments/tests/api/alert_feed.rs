//! The feed of a notifications service, as far as screening follows it.

use futures::{StreamExt, stream, stream::BoxStream};
use prost::{Message, Name};
use prost_types::Any;
use seamless_proto::seamless::feed::v1::{
    AcknowledgePositionRequest, AcknowledgePositionResponse, Event, EventStatus, FollowEventsRequest,
    GetDigestRequest, GetDigestResponse, ReadEventsRequest, ReadEventsResponse,
    feed_service_server::{FeedService, FeedServiceServer},
};
use tokio::{net::TcpListener, sync::watch};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{
    Request, Response, Status,
    transport::{Identity, Server, ServerTlsConfig},
};

use crate::running::Running;

/// Events that were told so far, in ascending position.
pub struct AlertFeed(watch::Sender<Vec<Event>>);

impl AlertFeed {
    /// Serves an empty feed until the test ends; gives it, and the service that follows it.
    pub async fn followed_by(running: Running) -> (Self, Running) {
        let issuer = running.credentials.issuer();
        let pem = |path| std::fs::read(path).unwrap();
        let identity = Identity::from_pem(pem(issuer.server_certificate()), pem(issuer.server_key()));
        let ca = issuer.ca_certificate().display().to_string();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        let (told, events) = watch::channel(Vec::new());
        let serving = Server::builder()
            .tls_config(ServerTlsConfig::new().identity(identity))
            .unwrap()
            .add_service(FeedServiceServer::new(Serving(events)))
            .serve_with_incoming(TcpListenerStream::new(listener));
        tokio::spawn(serving);
        let settings = [
            ("alerts.authority", "eu-just"),
            ("alerts.channel.address", address.as_str()),
            ("alerts.channel.ca", ca.as_str()),
        ];
        (Self(told), running.with(&settings).await)
    }

    /// Tells an event of something that is meant.
    pub fn tell<E: Message + Name>(&self, event: &E) {
        self.0.send_modify(|events| {
            let previous_position = events.last().map_or(0, |last| last.position);
            events.push(Event {
                position: previous_position + 1,
                previous_position,
                event_id: uuid::Uuid::now_v7().to_string(),
                r#type: E::full_name(),
                status: EventStatus::Actual.into(),
                data: Some(Any { type_url: E::type_url(), value: event.encode_to_vec() }),
                ..Event::default()
            });
        });
    }
}

struct Serving(watch::Receiver<Vec<Event>>);

fn behind(events: &[Event], position: i64) -> Option<&Event> {
    events.iter().find(|event| event.position > position)
}

#[tonic::async_trait]
impl FeedService for Serving {
    type FollowEventsStream = BoxStream<'static, Result<Event, Status>>;

    async fn read_events(
        &self,
        request: Request<ReadEventsRequest>,
    ) -> Result<Response<ReadEventsResponse>, Status> {
        let after = request.into_inner().after_position;
        let events: Vec<Event> = behind(&self.0.borrow(), after).cloned().into_iter().collect();
        let next_after_position = events.last().map_or(after, |event| event.position);
        Ok(Response::new(ReadEventsResponse { caught_up: events.is_empty(), events, next_after_position, ..ReadEventsResponse::default() }))
    }

    async fn follow_events(
        &self,
        request: Request<FollowEventsRequest>,
    ) -> Result<Response<Self::FollowEventsStream>, Status> {
        let start = (self.0.clone(), request.into_inner().after_position);
        let events = stream::unfold(start, |(mut told, last)| async move {
            let next = told.wait_for(|events| behind(events, last).is_some()).await.ok()?;
            let event = behind(&next, last).cloned()?;
            drop(next);
            let last = event.position;
            Some((Ok(event), (told, last)))
        });
        Ok(Response::new(events.boxed()))
    }

    async fn acknowledge_position(
        &self,
        request: Request<AcknowledgePositionRequest>,
    ) -> Result<Response<AcknowledgePositionResponse>, Status> {
        let position = request.into_inner().position;
        Ok(Response::new(AcknowledgePositionResponse { position, acknowledge_time: None, ..AcknowledgePositionResponse::default() }))
    }

    async fn get_digest(&self, _: Request<GetDigestRequest>) -> Result<Response<GetDigestResponse>, Status> {
        Err(Status::unimplemented("nobody asks"))
    }
}
