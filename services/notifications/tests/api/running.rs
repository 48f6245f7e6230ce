//! A running service, and clients of it.

use std::{collections::HashMap, path::PathBuf, time::Duration};

use sea_orm::ConnectionTrait;
use seamless_notifications::{Bound, Config, api::authorization::SCOPES};
use seamless_proto::seamless::{
    feed::v1::feed_service_client::FeedServiceClient,
    notifications::v1::{
        GetNotificationRequest, ListInboxRequest, assessment_service_client::AssessmentServiceClient,
        attachment_service_client::AttachmentServiceClient, clock_service_client::ClockServiceClient,
        conversation_service_client::ConversationServiceClient,
        evidence_service_client::EvidenceServiceClient, follow_up_service_client::FollowUpServiceClient,
        listing_service_client::ListingServiceClient, notification_service_client::NotificationServiceClient,
        proposal_service_client::ProposalServiceClient, rights_service_client::RightsServiceClient,
        sandbox_service_client::SandboxServiceClient, similarity_service_client::SimilarityServiceClient,
        trace_service_client::TraceServiceClient, transmission_service_client::TransmissionServiceClient,
    },
};
use seamless_service::client::{ChannelSettings, ClientChannel, IdentityFiles};
use seamless_testkit::{TestCredentials, TestDatabase, eventually};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tonic::Code;

/// The service on a database of its own.
pub struct Running {
    pub credentials: TestCredentials,
    pub config: Config,
    /// The folder with the keys of receipts.
    pub receipt_keys: PathBuf,
    address: String,
    /// Settings beside those of the credentials.
    settings: Vec<(String, String)>,
    token: CancellationToken,
    serving: JoinHandle<()>,
    database: TestDatabase,
}

/// Everything that an authority's back end calls.
#[derive(Clone)]
pub struct Partner {
    pub notifications: NotificationServiceClient<ClientChannel>,
    pub transmissions: TransmissionServiceClient<ClientChannel>,
    pub follow_ups: FollowUpServiceClient<ClientChannel>,
    pub clocks: ClockServiceClient<ClientChannel>,
    pub attachments: AttachmentServiceClient<ClientChannel>,
    pub sandbox: SandboxServiceClient<ClientChannel>,
    pub traces: TraceServiceClient<ClientChannel>,
    pub evidence: EvidenceServiceClient<ClientChannel>,
    pub conversations: ConversationServiceClient<ClientChannel>,
    pub listings: ListingServiceClient<ClientChannel>,
    pub rights: RightsServiceClient<ClientChannel>,
    pub proposals: ProposalServiceClient<ClientChannel>,
    pub assessments: AssessmentServiceClient<ClientChannel>,
    pub similarity: SimilarityServiceClient<ClientChannel>,
    pub feed: FeedServiceClient<ClientChannel>,
}

impl Running {
    /// The database beneath.
    pub fn database(&self) -> &seamless_storage::Database {
        &self.database.database
    }

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
        self.restarted(|_| {}).await
    }

    /// Stops the service, has `meanwhile` happen, and starts it again on the same database.
    pub async fn restarted(self, meanwhile: impl FnOnce(&TestCredentials)) -> Self {
        let Self { credentials, settings, token, serving, database, .. } = self;
        token.cancel();
        tokio::time::timeout(Duration::from_secs(10), serving).await.expect("drains in time").unwrap();
        meanwhile(&credentials);
        Self::start(database, credentials, settings).await
    }

    async fn start(
        database: TestDatabase,
        credentials: TestCredentials,
        settings: Vec<(String, String)>,
    ) -> Self {
        let mut flags = credentials.service_flags(&database.url);
        let receipt_keys = credentials.issuer().ca_certificate().with_file_name("receipts");
        seamless_receipts::generate(&receipt_keys).unwrap();
        flags.push(("receipts.keys".to_owned(), receipt_keys.display().to_string()));
        flags.extend(settings.clone());
        let config = Config::load(None, HashMap::new(), flags).unwrap().settings;
        let bound = Bound::bind(config.clone(), credentials.shared_clock()).await.unwrap();
        let address = format!("https://localhost:{}", bound.address().port());
        let token = CancellationToken::new();
        let until = token.clone();
        let serving = tokio::spawn(async move { bound.run(until).await.unwrap() });
        let running = Self { credentials, config, receipt_keys, address, settings, token, serving, database };
        let mut gacc = running.partner("cn-gacc");
        eventually("the service answers", Duration::from_secs(20), async || {
            gacc.transmissions.list_inbox(ListInboxRequest::default()).await
        })
        .await;
        running
    }

    /// The back end of an authority, with every scope.
    pub fn partner(&self, authority: &str) -> Partner {
        self.partner_with(&self.credentials.token(authority, &SCOPES))
    }

    /// A back end with this token.
    pub fn partner_with(&self, token: &str) -> Partner {
        Partner::on(self.credentials.channel(&self.address, Some(token.to_owned())))
    }

    /// The back end that shows a new certificate with this SAN URI.
    pub fn partner_by_certificate(&self, uri: &str) -> Partner {
        let issuer = self.credentials.issuer();
        let folder = issuer.ca_certificate().with_file_name("client");
        let files = issuer.issue_client_certificate(uri, &folder).unwrap();
        let mut settings = ChannelSettings::new(&self.address, issuer.ca_certificate());
        settings.identity = Some(IdentityFiles { certificate: files.certificate, key: files.key });
        Partner::on(settings.connect_lazy().unwrap())
    }

    /// The service stopped, `statements` done on its database, and started again on it.
    pub async fn restarted_after(self, statements: &'static [&'static str]) -> Self {
        let Self { credentials, settings, token, serving, database, .. } = self;
        token.cancel();
        tokio::time::timeout(Duration::from_secs(10), serving).await.expect("drains in time").unwrap();
        let done = database.database.write(move |tx| {
            Box::pin(async move {
                for statement in statements {
                    tx.execute_unprepared(statement).await?;
                }
                Ok::<_, seamless_storage::StorageError>(())
            })
        });
        done.await.unwrap();
        Self::start(database, credentials, settings).await
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
            notifications: NotificationServiceClient::new(channel.clone()),
            transmissions: TransmissionServiceClient::new(channel.clone()),
            follow_ups: FollowUpServiceClient::new(channel.clone()),
            clocks: ClockServiceClient::new(channel.clone()),
            attachments: AttachmentServiceClient::new(channel.clone()),
            sandbox: SandboxServiceClient::new(channel.clone()),
            traces: TraceServiceClient::new(channel.clone()),
            evidence: EvidenceServiceClient::new(channel.clone()),
            conversations: ConversationServiceClient::new(channel.clone()),
            listings: ListingServiceClient::new(channel.clone()),
            rights: RightsServiceClient::new(channel.clone()),
            proposals: ProposalServiceClient::new(channel.clone()),
            assessments: AssessmentServiceClient::new(channel.clone()),
            similarity: SimilarityServiceClient::new(channel.clone()),
            feed: FeedServiceClient::new(channel),
        }
    }

    /// The code with which the partner is refused the notification.
    pub async fn refused(&mut self, name: &str) -> Code {
        let request = GetNotificationRequest { name: name.to_owned() };
        self.notifications.get_notification(request).await.expect_err("it should be refused").code()
    }
}
