//! The feed of a notifications service, as far as screening follows it.

use futures::{StreamExt, stream, stream::BoxStream};
use prost::{Message, Name};
use prost_types::Any;
use seamless_feed::RangeDigest;
use seamless_proto::seamless::{
    error::v1::ErrorReason,
    feed::v1::{
        AcknowledgePositionRequest, AcknowledgePositionResponse, Event, EventStatus, FollowEventsRequest,
        GetDigestRequest, GetDigestResponse, ReadEventsRequest, ReadEventsResponse,
        feed_service_server::{FeedService, FeedServiceServer},
    },
};
use seamless_service::error::ApiError;
use tokio::{net::TcpListener, sync::watch};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{
    Code, Request, Response, Status,
    transport::{Identity, Server, ServerTlsConfig},
};

use crate::running::Running;

/// What was told so far.
#[derive(Clone)]
struct Told {
    epoch: String,
    /// In ascending position.
    events: Vec<Event>,
    /// Whether those who build anew wait for their pages.
    is_held: bool,
    /// How many of them wait.
    waiting: usize,
}

/// Tells of alerts.
pub struct AlertFeed(watch::Sender<Told>);

impl AlertFeed {
    /// Serves an empty feed until the test ends; gives it, and the service that follows it.
    pub async fn followed_by(running: Running) -> (Self, Running) {
        let issuer = running.credentials.issuer();
        let pem = |path| std::fs::read(path).unwrap();
        let identity = Identity::from_pem(pem(issuer.server_certificate()), pem(issuer.server_key()));
        let ca = issuer.ca_certificate().display().to_string();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        let first = Told { epoch: epoch(), events: Vec::new(), is_held: false, waiting: 0 };
        let told = watch::Sender::new(first);
        let serving = Server::builder()
            .tls_config(ServerTlsConfig::new().identity(identity))
            .unwrap()
            .add_service(FeedServiceServer::new(Serving(told.clone())))
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
        self.0.send_modify(|told| {
            let events = &mut told.events;
            let previous_position = events.last().map_or(0, |last| last.position);
            events.push(Event {
                position: previous_position + 1,
                previous_position,
                event_id: uuid::Uuid::now_v7().to_string(),
                r#type: E::full_name(),
                status: EventStatus::Actual.into(),
                data: Some(Any { type_url: E::type_url(), value: event.encode_to_vec() }),
                epoch: told.epoch.clone(),
                ..Event::default()
            });
        });
    }

    /// Goes back to what was told up to a position, as a service does that is restored from a backup.
    pub fn go_back(&self, position: i64) {
        self.0.send_modify(|told| {
            told.epoch = epoch();
            told.events.retain(|event| event.position <= position);
            told.events.iter_mut().for_each(|event| event.epoch.clone_from(&told.epoch));
        });
    }

    /// Lets those who build anew wait for their pages, or wait no more.
    pub fn hold(&self, is_held: bool) {
        self.0.send_modify(|told| told.is_held = is_held);
    }

    /// How many wait that build anew.
    pub fn waiting(&self) -> usize {
        self.0.borrow().waiting
    }
}

fn epoch() -> String {
    uuid::Uuid::new_v4().to_string()
}

impl Told {
    fn head(&self) -> i64 {
        self.events.last().map_or(0, |last| last.position)
    }

    /// Refuses a caller that follows another epoch.
    fn check(&self, epoch: &str) -> Result<(), Status> {
        if epoch.is_empty() || epoch == self.epoch {
            return Ok(());
        }
        let reason = ErrorReason::FeedEpochChanged;
        let refusal = ApiError::reason(Code::FailedPrecondition, reason, "restored")
            .metadata("present_epoch", self.epoch.clone())
            .metadata("head_position", self.head().to_string())
            .metadata("last_common_position", "0");
        Err(refusal.into())
    }
}

struct Serving(watch::Sender<Told>);

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
        let ReadEventsRequest { after_position: after, max, epoch, .. } = request.into_inner();
        // Who asks whether there is more asks for two.
        if max > 2 {
            self.0.send_modify(|told| told.waiting += 1);
            let free = self.0.subscribe().wait_for(|told| !told.is_held).await.map(|_| ());
            free.map_err(|_| Status::unavailable("the test ended"))?;
        }
        let told = self.0.borrow();
        told.check(&epoch)?;
        let later = told.events.iter().filter(|event| event.position > after).cloned();
        let events: Vec<Event> = later.take(usize::try_from(max).unwrap()).collect();
        let next_after_position = events.last().map_or(after, |event| event.position);
        let (caught_up, epoch) = (next_after_position == told.head(), told.epoch.clone());
        Ok(Response::new(ReadEventsResponse { caught_up, events, next_after_position, epoch }))
    }

    async fn follow_events(
        &self,
        request: Request<FollowEventsRequest>,
    ) -> Result<Response<Self::FollowEventsStream>, Status> {
        let FollowEventsRequest { after_position, epoch, .. } = request.into_inner();
        self.0.borrow().check(&epoch)?;
        let epoch = self.0.borrow().epoch.clone();
        let start = Some((self.0.subscribe(), after_position, epoch));
        let events = stream::unfold(start, |following| async {
            let (mut told, last, epoch) = following?;
            let is_news = |told: &Told| told.epoch != epoch || behind(&told.events, last).is_some();
            let next = told.wait_for(is_news).await.ok()?.clone();
            if let Err(refusal) = next.check(&epoch) {
                return Some((Err(refusal), None));
            }
            let event = behind(&next.events, last).cloned()?;
            let last = event.position;
            Some((Ok(event), Some((told, last, epoch))))
        });
        Ok(Response::new(events.boxed()))
    }

    async fn acknowledge_position(
        &self,
        request: Request<AcknowledgePositionRequest>,
    ) -> Result<Response<AcknowledgePositionResponse>, Status> {
        let position = request.into_inner().position;
        Ok(Response::new(AcknowledgePositionResponse { position, ..AcknowledgePositionResponse::default() }))
    }

    async fn get_digest(
        &self,
        request: Request<GetDigestRequest>,
    ) -> Result<Response<GetDigestResponse>, Status> {
        let GetDigestRequest { from_position, to_position, epoch, .. } = request.into_inner();
        let told = self.0.borrow();
        told.check(&epoch)?;
        if to_position > told.head() {
            told.check("a position that it does not have is of another history")?;
        }
        let mut digest = RangeDigest::new();
        let asked =
            told.events.iter().filter(|event| (from_position..=to_position).contains(&event.position));
        asked.for_each(|event| digest.add(event.position, &event.event_id));
        Ok(Response::new(GetDigestResponse {
            from_position,
            to_position,
            count: digest.count(),
            digest: digest.finish(),
            epoch: told.epoch.clone(),
            ..GetDigestResponse::default()
        }))
    }
}
