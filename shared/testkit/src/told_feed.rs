//! The feed of another service, as far as a follower of it asks: told by the test.

use futures::{StreamExt, stream, stream::BoxStream};
use prost::{Message, Name};
use prost_types::{Any, Timestamp};
use seamless_feed::RangeDigest;
use seamless_proto::seamless::{
    error::v1::ErrorReason,
    feed::v1::{
        AcknowledgePositionRequest, AcknowledgePositionResponse, Event, EventStatus, FollowEventsRequest,
        GetDigestRequest, GetDigestResponse, Heartbeat, ReadEventsRequest, ReadEventsResponse,
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

use crate::TestCredentials;

/// What was told so far.
#[derive(Clone, Default)]
struct Told {
    epoch: String,
    /// In ascending position.
    events: Vec<Event>,
    /// Whether those who build anew wait for their pages.
    is_held: bool,
    /// How many of them wait.
    waiting: usize,
    /// What a heartbeat says.
    head_time: Option<Timestamp>,
    followed_from: Option<i64>,
}

/// A feed that the test tells. It is served over TLS until the test ends, to whoever calls.
pub struct ToldFeed {
    told: watch::Sender<Told>,
    address: String,
    ca: String,
}

impl ToldFeed {
    /// Serves an empty feed, by a certificate of these credentials.
    ///
    /// # Panics
    /// If it cannot be served.
    pub async fn served(credentials: &TestCredentials) -> Self {
        let issuer = credentials.issuer();
        let pem = |path| std::fs::read(path).expect("the issuer wrote it");
        let identity = Identity::from_pem(pem(issuer.server_certificate()), pem(issuer.server_key()));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let told = watch::Sender::new(Told { epoch: epoch(), ..Told::default() });
        let serving = Server::builder()
            .tls_config(ServerTlsConfig::new().identity(identity))
            .expect("the certificate is right")
            .add_service(FeedServiceServer::new(Serving(told.clone())))
            .serve_with_incoming(TcpListenerStream::new(listener));
        tokio::spawn(serving);
        Self {
            told,
            address: format!("https://localhost:{}", address.port()),
            ca: issuer.ca_certificate().display().to_string(),
        }
    }

    /// Where it is: `https://localhost:…`.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The file of the authority that vouches for it.
    #[must_use]
    pub fn ca(&self) -> &str {
        &self.ca
    }

    /// Tells an event of something that is meant, of now.
    pub fn tell<E: Message + Name>(&self, event: &E) {
        self.tell_at(event, None, EventStatus::Actual);
    }

    /// Tells an event of a status that happened at a time.
    pub fn tell_at<E: Message + Name>(&self, event: &E, time: Option<Timestamp>, status: EventStatus) {
        self.told.send_modify(|told| {
            let events = &mut told.events;
            let previous_position = events.last().map_or(0, |last| last.position);
            events.push(Event {
                position: previous_position + 1,
                previous_position,
                event_id: uuid::Uuid::now_v7().to_string(),
                r#type: E::full_name(),
                occur_time: time,
                status: status.into(),
                data: Some(Any { type_url: E::type_url(), value: event.encode_to_vec() }),
                epoch: told.epoch.clone(),
                ..Event::default()
            });
        });
    }

    /// Says in a heartbeat that everything until then was told.
    pub fn is_known_until(&self, time: Timestamp) {
        self.told.send_modify(|told| told.head_time = Some(time));
    }

    /// The position behind which it was followed last; none before it was.
    #[must_use]
    pub fn followed_from(&self) -> Option<i64> {
        self.told.borrow().followed_from
    }

    /// Goes back to what was told up to a position, as a service does that is restored from a backup.
    pub fn go_back(&self, position: i64) {
        self.told.send_modify(|told| {
            told.epoch = epoch();
            told.events.retain(|event| event.position <= position);
            told.events.iter_mut().for_each(|event| event.epoch.clone_from(&told.epoch));
        });
    }

    /// Leaves out events, as a service does for a reader who lost the right to what they tell: at their positions there is nothing.
    pub fn shows_no_more(&self, is_hidden: impl Fn(&Event) -> bool) {
        self.told.send_modify(|told| {
            told.events.retain(|event| !is_hidden(event));
            let mut previous_position = 0;
            for event in &mut told.events {
                event.previous_position = previous_position;
                previous_position = event.position;
            }
        });
    }

    /// The position of the last event; 0 before the first.
    #[must_use]
    pub fn head(&self) -> i64 {
        self.told.borrow().head()
    }

    /// Lets those who build anew wait for their pages, or wait no more.
    pub fn hold(&self, is_held: bool) {
        self.told.send_modify(|told| told.is_held = is_held);
    }

    /// How many wait that build anew.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.told.borrow().waiting
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
        let events: Vec<Event> = later.take(usize::try_from(max).unwrap_or_default()).collect();
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
        self.0.send_modify(|told| told.followed_from = Some(after_position));
        let epoch = self.0.borrow().epoch.clone();
        let start = Some((self.0.subscribe(), after_position, epoch, None));
        let events = stream::unfold(start, |following| async {
            let (mut told, last, epoch, known) = following?;
            let is_news = |told: &Told| {
                told.epoch != epoch || told.head_time != known || behind(&told.events, last).is_some()
            };
            let next = told.wait_for(is_news).await.ok()?.clone();
            if let Err(refusal) = next.check(&epoch) {
                return Some((Err(refusal), None));
            }
            if let Some(event) = behind(&next.events, last).cloned() {
                let last = event.position;
                return Some((Ok(event), Some((told, last, epoch, known))));
            }
            let (head_position, head_time) = (next.head(), next.head_time);
            let heartbeat = Heartbeat { complete_to_position: head_position, head_position, head_time };
            let event = Event { heartbeat: Some(heartbeat), epoch: epoch.clone(), ..Event::default() };
            Some((Ok(event), Some((told, last, epoch, head_time))))
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
