//! Both services, the one following the other's feed, and the back ends that call them.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use prost::{Message, Name};
use seamless_calendar::Clock;
use seamless_proto::seamless::{
    consignments::v1::{
        self as wire, control_service_client::ControlServiceClient,
        inspection_service_client::InspectionServiceClient, screening_service_client::ScreeningServiceClient,
        targeting_service_client::TargetingServiceClient, trust_service_client::TrustServiceClient,
    },
    feed::v1::{ReadEventsRequest, feed_service_client::FeedServiceClient},
    notifications::v1::ListInboxRequest,
};
use seamless_service::client::ClientChannel;
use seamless_testkit::{TestCredentials, TestDatabase, eventually};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::line::Line;
use crate::{disclosure::steps::request_id, running::Partner};

/// How long a test waits for what should take a moment.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// The notifications service, and the consignments service that follows its feed as the Commission over a line.
pub struct World {
    pub credentials: TestCredentials,
    pub line: Line,
    notifications: String,
    /// Stops the notifications service, and is done when it has stopped.
    serving: (CancellationToken, JoinHandle<()>),
    consignments: String,
    token: CancellationToken,
    databases: [TestDatabase; 2],
}

/// Everything that an authority's back end calls of the consignments service.
#[derive(Clone)]
pub struct Trader {
    pub inspections: InspectionServiceClient<ClientChannel>,
    pub screenings: ScreeningServiceClient<ClientChannel>,
    pub controls: ControlServiceClient<ClientChannel>,
    pub trust: TrustServiceClient<ClientChannel>,
    pub targeting: TargetingServiceClient<ClientChannel>,
    feed: FeedServiceClient<ClientChannel>,
}

impl World {
    pub async fn on_sqlite() -> Self {
        Self::on([TestDatabase::sqlite().await, TestDatabase::sqlite().await]).await
    }

    pub async fn on_postgres() -> Option<Self> {
        Some(Self::on([TestDatabase::postgres().await?, TestDatabase::postgres().await?]).await)
    }

    async fn on(databases: [TestDatabase; 2]) -> Self {
        let (credentials, token) = (TestCredentials::new(), CancellationToken::new());
        let stop = token.child_token();
        let (notifications, served) = notifications(&credentials, &databases[0].url, stop.clone()).await;
        let line = Line::to(notifications).await;
        let consignments = consignments(&credentials, &databases[1].url, line.port, token.clone()).await;
        let address = |port: u16| format!("https://localhost:{port}");
        let world = Self {
            credentials,
            line,
            notifications: address(notifications),
            serving: (stop, served),
            consignments: address(consignments),
            token,
            databases,
        };
        world.notifications_answer().await;
        let mut customs = world.trader("nl-customs");
        eventually("the feed is followed", PATIENCE, async || customs.status().await.following).await;
        world
    }

    async fn notifications_answer(&self) {
        let mut just = self.notifier("eu-just");
        eventually("notifications answer", PATIENCE, async || {
            just.transmissions.list_inbox(ListInboxRequest::default()).await
        })
        .await;
    }

    /// Stops the notifications service, takes a backup of its database, and starts it again.
    pub async fn back_up(&mut self) -> TestDatabase {
        self.stop_notifications().await;
        let backup = self.databases[0].copied().await;
        let url = self.databases[0].url.clone();
        self.start_notifications(&url).await;
        backup
    }

    /// Stops the notifications service, and starts it on a database that was restored.
    pub async fn restore(&mut self, backup: &TestDatabase) {
        self.stop_notifications().await;
        self.start_notifications(&backup.url).await;
    }

    async fn stop_notifications(&mut self) {
        let (stop, served) = &mut self.serving;
        stop.cancel();
        tokio::time::timeout(PATIENCE, served).await.expect("it drains in time").unwrap();
    }

    async fn start_notifications(&mut self, database: &str) {
        let stop = self.token.child_token();
        let (port, served) = notifications(&self.credentials, database, stop.clone()).await;
        self.serving = (stop, served);
        self.notifications = format!("https://localhost:{port}");
        self.line.lead_to(port);
        self.notifications_answer().await;
    }

    /// The back end of an authority at the notifications service.
    pub fn notifier(&self, authority: &str) -> Partner {
        let scopes = &seamless_notifications::api::authorization::SCOPES;
        Partner::on(
            self.credentials.channel(&self.notifications, Some(self.credentials.token(authority, scopes))),
        )
    }

    /// The back end of an authority at the consignments service.
    pub fn trader(&self, authority: &str) -> Trader {
        self.trader_at(&self.consignments, authority)
    }

    fn trader_at(&self, address: &str, authority: &str) -> Trader {
        let scopes = &seamless_consignments::api::authorization::SCOPES;
        let token = Some(self.credentials.token(authority, scopes));
        let channel = self.credentials.channel(address, token);
        Trader {
            inspections: InspectionServiceClient::new(channel.clone()),
            screenings: ScreeningServiceClient::new(channel.clone()),
            controls: ControlServiceClient::new(channel.clone()),
            trust: TrustServiceClient::new(channel.clone()),
            targeting: TargetingServiceClient::new(channel.clone()),
            feed: FeedServiceClient::new(channel),
        }
    }

    /// The back end of an authority at a replica of the consignments service that starts now.
    pub async fn replica(&self, authority: &str) -> Trader {
        let url = &self.databases[1].url;
        let port = consignments(&self.credentials, url, self.line.port, self.token.clone()).await;
        let trader = self.trader_at(&format!("https://localhost:{port}"), authority);
        eventually("the replica is ready", PATIENCE, async || {
            let asked = wire::GetScreeningStatusRequest {};
            trader.screenings.clone().get_screening_status(asked).await
        })
        .await;
        trader
    }

    pub fn now(&self) -> jiff::Timestamp {
        self.credentials.clock().now()
    }

    /// Waits until screening says that it knows every alert that was told by now.
    pub async fn all_is_known(&self) {
        let now = self.now();
        let mut customs = self.trader("nl-customs");
        eventually("all that was told by now is known", PATIENCE, async || {
            let status = customs.status().await;
            if time_of(status.alerts_known_until) >= Some(now) { Ok(()) } else { Err(status) }
        })
        .await;
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.token.cancel();
    }
}

async fn notifications(
    credentials: &TestCredentials,
    database: &str,
    token: CancellationToken,
) -> (u16, JoinHandle<()>) {
    use seamless_notifications::{Bound, Config};
    let mut flags = credentials.service_flags(database);
    let receipt_keys = credentials.receipt_keys();
    seamless_receipts::generate(&receipt_keys).unwrap();
    flags.push(("receipts.keys".to_owned(), receipt_keys.display().to_string()));
    let config = Config::load(None, HashMap::new(), flags).unwrap().settings;
    let bound = Bound::bind(config, credentials.shared_clock()).await.unwrap();
    let port = bound.address().port();
    (port, tokio::spawn(async move { bound.run(token).await.unwrap() }))
}

async fn consignments(
    credentials: &TestCredentials,
    database: &str,
    feed: u16,
    token: CancellationToken,
) -> u16 {
    use seamless_consignments::{Bound, Config};
    let mut flags = credentials.service_flags(database);
    let reader = credentials.token("eu-just", &seamless_notifications::api::authorization::SCOPES);
    flags.extend(
        [
            ("alerts.authority", "eu-just".to_owned()),
            ("alerts.channel.address", format!("https://localhost:{feed}")),
            ("alerts.channel.ca", credentials.issuer().ca_certificate().display().to_string()),
            ("alerts.channel.token", reader),
        ]
        .map(|(key, value)| (key.to_owned(), value)),
    );
    let config = Config::load(None, HashMap::new(), flags).unwrap().settings;
    let bound = Bound::bind(config, credentials.shared_clock()).await.unwrap();
    let port = bound.address().port();
    tokio::spawn(bound.run(token));
    port
}

pub fn time_of(time: Option<prost_types::Timestamp>) -> Option<jiff::Timestamp> {
    time.map(|time| jiff::Timestamp::new(time.seconds, time.nanos).unwrap())
}

impl Trader {
    /// How fresh what screening goes by is; nothing while the service does not answer.
    pub async fn status(&mut self) -> wire::ScreeningStatus {
        let answer = self.screenings.get_screening_status(wire::GetScreeningStatusRequest {}).await;
        answer.map(tonic::Response::into_inner).unwrap_or_default()
    }

    /// Decides on arriving goods.
    pub async fn screen(&mut self, goods: wire::Consignment) -> wire::Screening {
        let request = wire::ScreenConsignmentRequest {
            consignment: Some(goods),
            request_id: request_id(),
            ..Default::default()
        };
        self.screenings.screen_consignment(request).await.unwrap().into_inner()
    }

    /// The alerts that goods would be told to match now; nothing is stored.
    pub async fn matches(&mut self, goods: &wire::Consignment) -> Vec<String> {
        let request = wire::ScreenConsignmentRequest {
            consignment: Some(goods.clone()),
            request_id: request_id(),
            validate_only: true,
            ..Default::default()
        };
        let decided = self.screenings.screen_consignment(request).await.unwrap().into_inner();
        decided.matched_notifications.into_iter().map(|matched| matched.notification).collect()
    }

    /// Waits until the goods match these alerts and no others; gives how long that took.
    pub async fn come_to_match(&mut self, goods: &wire::Consignment, alerts: &[&str]) -> Duration {
        let started = Instant::now();
        eventually("the goods match what they should", PATIENCE, async || {
            let matched = self.matches(goods).await;
            if matched == alerts { Ok(()) } else { Err(matched) }
        })
        .await;
        started.elapsed()
    }

    /// What happened in the events of one type that it sees.
    pub async fn told<M: Message + Name + Default>(&mut self) -> Vec<M> {
        let request = ReadEventsRequest { after_position: 0, ..ReadEventsRequest::default() };
        let events = self.feed.read_events(request).await.unwrap().into_inner().events;
        let of_type = events.into_iter().filter(|event| event.r#type == M::full_name());
        of_type.map(|event| M::decode(event.data.unwrap().value.as_slice()).unwrap()).collect()
    }
}
