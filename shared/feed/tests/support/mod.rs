//! A feed to test: its tables in a database of the test, a redactor that can hide events, and its server.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::{
    collections::HashSet,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures::FutureExt;
use jiff::Timestamp;
use sea_orm::DatabaseTransaction;
use sea_orm_migration::{MigrationTrait, MigratorTrait};
use seamless_calendar::MovableClock;
use seamless_feed::{FeedServer, FeedSignal, NewEvent, Redactor, StoredEvent, log};
use seamless_identity::{AuthorityId, Credential, Principal, ScopeSet};
use seamless_proto::seamless::feed::v1::{
    Event, EventStatus, GetDigestRequest, GetDigestResponse, ReadEventsRequest, ReadEventsResponse,
    feed_service_client::FeedServiceClient,
    feed_service_server::{FeedService, FeedServiceServer},
};
use seamless_service::{StreamShutdown, error::ApiError};
use seamless_storage::{Database, StorageError};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tokio_util::sync::CancellationToken;
use tonic::{
    Request, Status,
    transport::{Channel, Server},
};
use uuid::Uuid;

/// Runs each case on both databases, as tests `sqlite::…` and `postgres::…`.
#[macro_export]
macro_rules! on_both_databases {
    ($($case:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                let test = seamless_testkit::TestDatabase::sqlite().await;
                super::$case($crate::support::Feed::create(&test.database).await).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                let Some(test) = seamless_testkit::TestDatabase::postgres().await else { return };
                super::$case($crate::support::Feed::create(&test.database).await).await;
            })+
        }
    };
}

pub struct FeedMigrator;

impl MigratorTrait for FeedMigrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        seamless_feed::migration::migrations()
    }
}

pub fn authority(id: &str) -> AuthorityId {
    id.parse().unwrap()
}

/// How long a stream with heartbeats is silent at most.
pub const HEARTBEAT: Duration = Duration::from_millis(200);

/// The types of events that there are.
pub const TRANSMITTED: &str = "seamless.notifications.v1.NotificationTransmitted";
pub const WITHDRAWN: &str = "seamless.notifications.v1.NotificationWithdrawn";

/// An event about `notifications/{subject}`.
pub fn event(subject: &str, readers: &[&AuthorityId]) -> NewEvent {
    NewEvent {
        event_id: Uuid::new_v4(),
        event_type: TRANSMITTED.to_owned(),
        subject: format!("notifications/{subject}"),
        occur_time_us: 1_790_000_000_000_001,
        arrangement: Some("eu-cn".parse().unwrap()),
        status: EventStatus::Actual,
        data: subject.as_bytes().to_vec(),
        traceparent: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned()),
        readers: readers.iter().map(|reader| (*reader).clone()).collect(),
    }
}

/// Names the reader behind the data of each event, and hides what it is told to.
#[derive(Clone, Default)]
pub struct NamingRedactor {
    hidden: Arc<Mutex<HashSet<(AuthorityId, i64)>>>,
    narrowed: Arc<Mutex<HashSet<i64>>>,
}

impl NamingRedactor {
    pub fn hide(&self, reader: &AuthorityId, position: i64) {
        self.hidden.lock().unwrap().insert((reader.clone(), position));
    }

    /// From now on nobody is shown what the event at this position says.
    pub fn narrow(&self, position: i64) {
        self.narrowed.lock().unwrap().insert(position);
    }
}

#[async_trait::async_trait]
impl Redactor for NamingRedactor {
    fn types(&self) -> &'static [&'static str] {
        &[TRANSMITTED, WITHDRAWN]
    }

    async fn redact(
        &self,
        reader: &AuthorityId,
        events: &[StoredEvent],
    ) -> Result<Vec<Option<Vec<u8>>>, ApiError> {
        let (hidden, narrowed) = (self.hidden.lock().unwrap(), self.narrowed.lock().unwrap());
        let redacted = events.iter().map(|event| {
            let is_hidden = hidden.contains(&(reader.clone(), event.position));
            let data = if narrowed.contains(&event.position) { b"" } else { event.data.as_slice() };
            (!is_hidden).then(|| [data, b" for ", reader.as_str().as_bytes()].concat())
        });
        Ok(redacted.collect())
    }
}

/// The feed of one service.
#[derive(Clone)]
pub struct Feed {
    pub database: Database,
    pub signal: FeedSignal,
    pub redactor: NamingRedactor,
    pub clock: MovableClock,
}

impl Feed {
    pub async fn create(database: &Database) -> Self {
        database.migrate::<FeedMigrator>().await.unwrap();
        Self::replica(database)
    }

    /// A further process over the same database.
    pub fn replica(database: &Database) -> Self {
        let start: Timestamp = "2026-11-21T08:00:00Z".parse().unwrap();
        Self {
            database: database.clone(),
            signal: FeedSignal::new(),
            redactor: NamingRedactor::default(),
            clock: MovableClock::starting_at(start),
        }
    }

    pub async fn transaction<T, W>(&self, work: W) -> T
    where
        T: Send + 'static,
        W: for<'a> Fn(&'a DatabaseTransaction) -> futures::future::BoxFuture<'a, Result<T, StorageError>>
            + Send
            + Sync
            + 'static,
    {
        self.database.write(work).await.unwrap()
    }

    /// Commits events in one transaction, tells the followers, and gives the positions.
    pub async fn append(&self, events: Vec<NewEvent>) -> Vec<i64> {
        let events = Arc::new(events);
        let positions = self
            .transaction(move |tx| {
                let events = Arc::clone(&events);
                async move { log::append(tx, &events).await }.boxed()
            })
            .await;
        self.signal.committed(*positions.last().unwrap());
        positions
    }

    pub fn server(&self) -> FeedServer<NamingRedactor> {
        let clock = Arc::new(self.clock.clone());
        FeedServer::new(self.database.clone(), self.signal.clone(), self.redactor.clone(), clock)
            .heartbeat(HEARTBEAT)
    }

    pub async fn read(&self, reader: &AuthorityId, after_position: i64, max: i32) -> ReadEventsResponse {
        let request =
            called_by(reader, ReadEventsRequest { after_position, max, ..ReadEventsRequest::default() });
        self.server().read_events(request).await.unwrap().into_inner()
    }

    /// Everything that a reader is shown, in pages.
    pub async fn read_all(&self, reader: &AuthorityId, max: i32) -> Vec<Event> {
        let mut events = Vec::new();
        let mut after = 0;
        loop {
            let page = self.read(reader, after, max).await;
            assert!(page.events.len() <= usize::try_from(max).unwrap());
            assert!(page.caught_up || !page.events.is_empty());
            events.extend(page.events);
            after = page.next_after_position;
            if page.caught_up {
                return events;
            }
        }
    }

    pub async fn digest(&self, reader: &AuthorityId, from: i64, to: i64) -> GetDigestResponse {
        let request = called_by(
            reader,
            GetDigestRequest { from_position: from, to_position: to, ..GetDigestRequest::default() },
        );
        self.server().get_digest(request).await.unwrap().into_inner()
    }

    /// Serves the feed to one reader over gRPC until `stop` is cancelled, which also ends its streams.
    pub async fn serve(&self, reader: &AuthorityId, stop: &CancellationToken) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (reader, drain, stopped) = (reader.clone(), stop.clone(), stop.clone());
        let service = FeedServiceServer::with_interceptor(self.server(), move |mut request: Request<()>| {
            request.extensions_mut().insert(principal(&reader));
            request.extensions_mut().insert(StreamShutdown(drain.clone()));
            Ok::<_, Status>(request)
        });
        let serving = Server::builder()
            .add_service(service)
            .serve_with_incoming_shutdown(TcpListenerStream::new(listener), stopped.cancelled_owned());
        tokio::spawn(serving);
        address
    }
}

/// A request as it comes out of the gate.
pub fn called_by<T>(reader: &AuthorityId, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.extensions_mut().insert(principal(reader));
    request
}

fn principal(reader: &AuthorityId) -> Principal {
    Principal {
        authority: reader.clone(),
        subject: "back-end".to_owned(),
        scopes: ScopeSet::from_claim("feed.read"),
        credential: Credential::Mtls,
    }
}

pub fn channel(address: SocketAddr) -> Channel {
    Channel::from_shared(format!("http://{address}")).unwrap().connect_lazy()
}

pub fn client(address: SocketAddr) -> FeedServiceClient<Channel> {
    FeedServiceClient::new(channel(address))
}

/// Numbers that look random and are the same in every run (SplitMix64).
pub struct Numbers(pub u64);

impl Numbers {
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % end
    }
}
