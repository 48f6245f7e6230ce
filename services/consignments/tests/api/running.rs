//! A running service, and clients of it.

use std::{collections::HashMap, time::Duration};

use seamless_calendar::Clock;
use seamless_consignments::{Bound, Config, api::authorization::SCOPES};
use seamless_proto::seamless::{
    consignments::v1::{
        ListInspectionsRequest, control_service_client::ControlServiceClient,
        inspection_service_client::InspectionServiceClient, screening_service_client::ScreeningServiceClient,
        targeting_service_client::TargetingServiceClient, trust_service_client::TrustServiceClient,
    },
    feed::v1::{Event, ReadEventsRequest, feed_service_client::FeedServiceClient},
};
use seamless_service::client::ClientChannel;
use seamless_testkit::{TestCredentials, TestDatabase, eventually};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The service on a database of its own.
pub struct Running {
    pub credentials: TestCredentials,
    pub address: String,
    /// Settings beside those of the credentials.
    settings: Vec<(String, String)>,
    token: CancellationToken,
    serving: JoinHandle<()>,
    pub database: TestDatabase,
}

/// Everything that an authority's back end calls.
#[derive(Clone)]
pub struct Partner {
    pub inspections: InspectionServiceClient<ClientChannel>,
    pub screenings: ScreeningServiceClient<ClientChannel>,
    pub targeting: TargetingServiceClient<ClientChannel>,
    pub controls: ControlServiceClient<ClientChannel>,
    pub trust: TrustServiceClient<ClientChannel>,
    pub feed: FeedServiceClient<ClientChannel>,
}

impl Running {
    pub async fn on_sqlite() -> Self {
        Self::on(TestDatabase::sqlite().await).await
    }

    pub async fn on_postgres() -> Option<Self> {
        Some(Self::on(TestDatabase::postgres().await?).await)
    }

    /// The service on a database that may hold something.
    pub async fn on(database: TestDatabase) -> Self {
        Self::start(database, TestCredentials::new(), Vec::new()).await
    }

    /// The same with other settings, started anew.
    pub async fn with(mut self, settings: &[(&str, &str)]) -> Self {
        let owned = settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        self.settings.extend(owned);
        self.restarted().await
    }

    /// Stops the service, and starts it again on the same database.
    pub async fn restarted(self) -> Self {
        let Self { credentials, settings, token, serving, database, .. } = self;
        token.cancel();
        tokio::time::timeout(Duration::from_secs(10), serving).await.expect("drains in time").unwrap();
        Self::start(database, credentials, settings).await
    }

    async fn start(
        database: TestDatabase,
        credentials: TestCredentials,
        settings: Vec<(String, String)>,
    ) -> Self {
        let mut flags = credentials.service_flags(&database.url);
        flags.extend(settings.clone());
        let config = Config::load(None, HashMap::new(), flags).unwrap().settings;
        let bound = Bound::bind(config, credentials.shared_clock()).await.unwrap();
        let address = format!("https://localhost:{}", bound.address().port());
        let token = CancellationToken::new();
        let until = token.clone();
        let serving = tokio::spawn(async move { bound.run(until).await.unwrap() });
        let running = Self { credentials, address, settings, token, serving, database };
        let mut gacc = running.partner("cn-gacc");
        eventually("the service answers", Duration::from_secs(20), async || {
            gacc.inspections.list_inspections(ListInspectionsRequest::default()).await
        })
        .await;
        running
    }

    /// The back end of an authority, with every scope.
    pub fn partner(&self, authority: &str) -> Partner {
        Partner::on(self.credentials.channel(&self.address, Some(self.credentials.token(authority, &SCOPES))))
    }

    /// Starts the same service once more, on the same database; it ends with the test.
    pub async fn replica(&self) -> String {
        let mut flags = self.credentials.service_flags(&self.database.url);
        flags.extend(self.settings.clone());
        let config = Config::load(None, HashMap::new(), flags).unwrap().settings;
        let bound = Bound::bind(config, self.credentials.shared_clock()).await.unwrap();
        let address = format!("https://localhost:{}", bound.address().port());
        let until = self.token.child_token();
        tokio::spawn(async move { bound.run(until).await.unwrap() });
        address
    }

    /// Moves the clock to an instant; tokens are to be taken afterwards.
    pub fn set_clock(&self, text: &str) {
        let clock = self.credentials.clock();
        let instant: jiff::Timestamp = text.parse().unwrap();
        clock.advance(instant.duration_since(clock.now()));
    }

    /// Stops the service; it must drain in time.
    pub async fn stop(self) {
        self.token.cancel();
        tokio::time::timeout(Duration::from_secs(10), self.serving).await.expect("drains in time").unwrap();
    }
}

impl Partner {
    /// A back end that calls through this channel.
    pub fn on(channel: ClientChannel) -> Self {
        Self {
            inspections: InspectionServiceClient::new(channel.clone()),
            screenings: ScreeningServiceClient::new(channel.clone()),
            targeting: TargetingServiceClient::new(channel.clone()),
            controls: ControlServiceClient::new(channel.clone()),
            trust: TrustServiceClient::new(channel.clone()),
            feed: FeedServiceClient::new(channel),
        }
    }

    /// Every event that it sees, from the first on.
    pub async fn events(&mut self) -> Vec<Event> {
        let request = ReadEventsRequest { after_position: 0, ..ReadEventsRequest::default() };
        self.feed.read_events(request).await.unwrap().into_inner().events
    }

    /// What happened in the events of one type that it sees.
    pub async fn told<M: prost::Message + prost::Name + Default>(&mut self) -> Vec<M> {
        let events = self.events().await.into_iter().filter(|event| event.r#type == M::full_name());
        events.map(|event| M::decode(event.data.unwrap().value.as_slice()).unwrap()).collect()
    }
}
