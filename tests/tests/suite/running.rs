//! A service of a test's own, over TLS on a free port, with an empty database.

use std::{collections::HashMap, time::Duration};

use seamless_notifications::api::authorization::SCOPES;
use seamless_proto::seamless::{
    feed::v1::feed_service_client::FeedServiceClient,
    notifications::v1::{
        clock_service_client::ClockServiceClient, conversation_service_client::ConversationServiceClient,
        evidence_service_client::EvidenceServiceClient, follow_up_service_client::FollowUpServiceClient,
        notification_service_client::NotificationServiceClient, sandbox_service_client::SandboxServiceClient,
        transmission_service_client::TransmissionServiceClient,
    },
};
use seamless_service::client::ClientChannel;
use seamless_testkit::{TestCredentials, TestDatabase, eventually};
use tokio_util::sync::CancellationToken;
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};

/// The service; it stops when this is dropped.
pub struct Running {
    pub credentials: TestCredentials,
    address: String,
    token: CancellationToken,
    _database: TestDatabase,
}

/// Everything that an authority's back end calls of the notifications service.
#[derive(Clone)]
pub struct Partner {
    pub channel: ClientChannel,
    pub notifications: NotificationServiceClient<ClientChannel>,
    pub transmissions: TransmissionServiceClient<ClientChannel>,
    pub follow_ups: FollowUpServiceClient<ClientChannel>,
    pub clocks: ClockServiceClient<ClientChannel>,
    pub sandbox: SandboxServiceClient<ClientChannel>,
    pub conversations: ConversationServiceClient<ClientChannel>,
    pub evidence: EvidenceServiceClient<ClientChannel>,
    pub feed: FeedServiceClient<ClientChannel>,
}

impl Running {
    /// Starts a notifications service and waits until it says that it serves.
    pub async fn notifications() -> Self {
        Self::notifications_with(&[]).await
    }

    /// Starts one whose clock the players move.
    pub async fn in_a_sandbox() -> Self {
        Self::notifications_with(&[("sandbox.enabled", "true")]).await
    }

    async fn notifications_with(settings: &[(&str, &str)]) -> Self {
        use seamless_notifications::{Bound, Config};
        let (credentials, database) = (TestCredentials::new(), TestDatabase::sqlite().await);
        let mut flags = credentials.service_flags(&database.url);
        flags.extend(settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
        let receipt_keys = credentials.receipt_keys();
        seamless_receipts::generate(&receipt_keys).unwrap();
        flags.push(("receipts.keys".to_owned(), receipt_keys.display().to_string()));
        let config = Config::load(None, HashMap::new(), flags).unwrap().settings;
        let bound = Bound::bind(config, credentials.shared_clock()).await.unwrap();
        let (port, token) = (bound.address().port(), CancellationToken::new());
        tokio::spawn(bound.run(token.clone()));
        Self::serving(credentials, database, port, token, "seamless.feed.v1.FeedService").await
    }

    /// Starts a consignments service and waits until it says that it serves.
    pub async fn consignments() -> Self {
        use seamless_consignments::{Bound, Config};
        let (credentials, database) = (TestCredentials::new(), TestDatabase::sqlite().await);
        let flags = credentials.service_flags(&database.url);
        let config = Config::load(None, HashMap::new(), flags).unwrap().settings;
        let bound = Bound::bind(config, credentials.shared_clock()).await.unwrap();
        let (port, token) = (bound.address().port(), CancellationToken::new());
        tokio::spawn(bound.run(token.clone()));
        Self::serving(credentials, database, port, token, "seamless.feed.v1.FeedService").await
    }

    /// Starts a training service and waits until it says that it serves.
    pub async fn training() -> Self {
        Self::training_with(Vec::new()).await
    }

    /// Starts one that follows the feeds of these authorities at a notifications service, each with a credential of its own.
    pub async fn training_following(notifications: &Self, authorities: &[&str]) -> Self {
        Self::training_with(vec![("alerts".to_owned(), notifications.followed_by(authorities))]).await
    }

    async fn training_with(settings: Vec<(String, String)>) -> Self {
        use seamless_training::{Bound, Config};
        let (credentials, database) = (TestCredentials::new(), TestDatabase::sqlite().await);
        let mut flags = credentials.service_flags(&database.url);
        let keys = credentials.receipt_keys();
        seamless_receipts::generate(&keys).unwrap();
        flags.push(("certificates.keys".to_owned(), keys.display().to_string()));
        flags.extend(settings);
        let config = Config::load(None, HashMap::new(), flags).unwrap().settings;
        let bound = Bound::bind(config, credentials.shared_clock()).await.unwrap();
        let (port, token) = (bound.address().port(), CancellationToken::new());
        tokio::spawn(bound.run(token.clone()));
        Self::serving(credentials, database, port, token, "seamless.feed.v1.FeedService").await
    }

    /// Starts a reporting service that follows nobody's feed, and waits until it says that it serves.
    pub async fn reporting() -> Self {
        Self::reporting_with(Vec::new()).await
    }

    /// Starts one that follows the feeds of these authorities at a notifications service, each with a credential of its own.
    pub async fn reporting_following(notifications: &Self, authorities: &[&str]) -> Self {
        Self::reporting_with(vec![("alerts".to_owned(), notifications.followed_by(authorities))]).await
    }

    async fn reporting_with(settings: Vec<(String, String)>) -> Self {
        use seamless_reporting::{Bound, Config};
        let (credentials, database) = (TestCredentials::new(), TestDatabase::sqlite().await);
        let mut flags = credentials.service_flags(&database.url);
        let keys = credentials.receipt_keys();
        seamless_receipts::generate(&keys).unwrap();
        flags.push(("reports.keys".to_owned(), keys.display().to_string()));
        flags.extend(settings);
        let config = Config::load(None, HashMap::new(), flags).unwrap().settings;
        let bound = Bound::bind(config, credentials.shared_clock()).await.unwrap();
        let (port, token) = (bound.address().port(), CancellationToken::new());
        tokio::spawn(bound.run(token.clone()));
        Self::serving(credentials, database, port, token, "seamless.feed.v1.FeedService").await
    }

    /// How the feeds of these authorities are followed here, each with a credential of its own.
    fn followed_by(&self, authorities: &[&str]) -> String {
        let ca = self.credentials.issuer().ca_certificate().display().to_string();
        let one = |authority: &&str| {
            let (address, token) = (&self.address, self.credentials.token(authority, &["feed.read"]));
            format!(
                r#"{{ authority = "{authority}", channel = {{ address = "{address}", ca = "{ca}", token = "{token}" }} }}"#
            )
        };
        format!("[{}]", authorities.iter().map(one).collect::<Vec<_>>().join(", "))
    }

    /// The service once it says that it serves.
    async fn serving(
        credentials: TestCredentials,
        database: TestDatabase,
        port: u16,
        token: CancellationToken,
        service: &str,
    ) -> Self {
        let address = format!("https://localhost:{port}");
        let running = Self { credentials, address, token, _database: database };
        let mut health = HealthClient::new(running.channel(None));
        eventually("the service says that it serves", Duration::from_secs(30), async || {
            let request = HealthCheckRequest { service: service.to_owned() };
            let status = health.check(request).await?.into_inner().status();
            (status == ServingStatus::Serving).then_some(()).ok_or(tonic::Status::unavailable("not yet"))
        })
        .await;
        running
    }

    /// A channel with this bearer token, or with none.
    pub fn channel(&self, token: Option<String>) -> ClientChannel {
        self.credentials.channel(&self.address, token)
    }

    /// The back end of an authority, with every scope of the notifications service.
    pub fn partner(&self, authority: &str) -> Partner {
        Partner::on(self.channel(Some(self.credentials.token(authority, &SCOPES))))
    }
}

impl Partner {
    /// A back end that calls through this channel.
    pub fn on(channel: ClientChannel) -> Self {
        Self {
            notifications: NotificationServiceClient::new(channel.clone()),
            transmissions: TransmissionServiceClient::new(channel.clone()),
            follow_ups: FollowUpServiceClient::new(channel.clone()),
            clocks: ClockServiceClient::new(channel.clone()),
            sandbox: SandboxServiceClient::new(channel.clone()),
            conversations: ConversationServiceClient::new(channel.clone()),
            evidence: EvidenceServiceClient::new(channel.clone()),
            feed: FeedServiceClient::new(channel.clone()),
            channel,
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.token.cancel();
    }
}
