//! A service of a test's own: in this process, over TLS on a free port, on a database that goes away with it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::ConnectionTrait;
use seamless_calendar::Clock;
use seamless_service::client::{ChannelSettings, ClientChannel, IdentityFiles};
use seamless_storage::StorageError;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};
use tonic::Status;
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};

use crate::{TestCredentials, TestDatabase, eventually};

/// What every service serves: once it says so of this, it answers.
const SERVED: &str = "seamless.feed.v1.FeedService";
/// How long a service may take to stop.
const DRAIN: Duration = Duration::from_secs(10);

/// Settings, as flags of a configuration.
pub type Flags = Vec<(String, String)>;
/// What runs a service until it is told to stop.
pub type Run = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A service that tests run: what of it is not as in every other.
pub trait TestedService: 'static {
    /// Everything that an authority's back end calls.
    type Partner;

    /// Every scope that it knows.
    fn scopes() -> Vec<&'static str>;

    /// Settings beside those of the credentials.
    fn flags(_: &TestCredentials) -> Flags {
        Vec::new()
    }

    /// Binds it, and gives its port and what runs it until the token is cancelled.
    fn bind(
        flags: Flags,
        clock: Arc<dyn Clock>,
        until: CancellationToken,
    ) -> impl Future<Output = (u16, Run)> + Send;

    /// A back end that calls through this channel.
    fn partner(channel: ClientChannel) -> Self::Partner;
}

/// The service on a database of its own. It stops when this is dropped.
pub struct Running<S: TestedService> {
    /// Who may call it, and its clock.
    pub credentials: TestCredentials,
    /// The database beneath.
    pub database: TestDatabase,
    /// Where it answers: `https://localhost:…`.
    pub address: String,
    settings: Flags,
    token: CancellationToken,
    stops: DropGuard,
    serving: JoinHandle<()>,
    service: std::marker::PhantomData<fn() -> S>,
}

impl<S: TestedService> Running<S> {
    /// The service on SQLite.
    pub async fn on_sqlite() -> Self {
        Self::on(TestDatabase::sqlite().await).await
    }

    /// The service on PostgreSQL, where there is one.
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
        let Self { credentials, settings, stops, serving, database, .. } = self;
        drain(stops, serving).await;
        meanwhile(&credentials);
        Self::start(database, credentials, settings).await
    }

    /// The service stopped, `statements` done on its database, and started again on it.
    ///
    /// # Panics
    /// If the database refuses one.
    pub async fn restarted_after(self, statements: &'static [&'static str]) -> Self {
        let Self { credentials, settings, stops, serving, database, .. } = self;
        drain(stops, serving).await;
        let done = database.database.write(move |tx| {
            Box::pin(async move {
                for statement in statements {
                    tx.execute_unprepared(statement).await?;
                }
                Ok::<_, StorageError>(())
            })
        });
        done.await.expect("the database takes the statements");
        Self::start(database, credentials, settings).await
    }

    async fn start(database: TestDatabase, credentials: TestCredentials, settings: Flags) -> Self {
        let token = CancellationToken::new();
        let (port, run) = bound::<S>(&database, &credentials, &settings, token.clone()).await;
        let running = Self {
            address: format!("https://localhost:{port}"),
            credentials,
            database,
            settings,
            stops: token.clone().drop_guard(),
            token,
            serving: tokio::spawn(run),
            service: std::marker::PhantomData,
        };
        let mut health = HealthClient::new(running.channel(None));
        eventually("the service says that it serves", Duration::from_secs(30), async || {
            let request = HealthCheckRequest { service: SERVED.to_owned() };
            let status = health.check(request).await?.into_inner().status();
            (status == ServingStatus::Serving).then_some(()).ok_or(Status::unavailable("not yet"))
        })
        .await;
        running
    }

    /// Starts the same service once more, on the same database, and gives where it answers; it ends with this one.
    pub async fn replica(&self) -> String {
        let until = self.token.child_token();
        let (port, run) = bound::<S>(&self.database, &self.credentials, &self.settings, until).await;
        tokio::spawn(run);
        format!("https://localhost:{port}")
    }

    /// A channel with this bearer token, or with none.
    #[must_use]
    pub fn channel(&self, token: Option<String>) -> ClientChannel {
        self.credentials.channel(&self.address, token)
    }

    /// The back end of an authority, with every scope.
    #[must_use]
    pub fn partner(&self, authority: &str) -> S::Partner {
        self.partner_with(&self.credentials.token(authority, &S::scopes()))
    }

    /// A back end with this token.
    #[must_use]
    pub fn partner_with(&self, token: &str) -> S::Partner {
        S::partner(self.channel(Some(token.to_owned())))
    }

    /// The back end that shows a new certificate with this SAN URI.
    ///
    /// # Panics
    /// If no certificate can be made.
    #[must_use]
    pub fn partner_by_certificate(&self, uri: &str) -> S::Partner {
        let issuer = self.credentials.issuer();
        let folder = issuer.ca_certificate().with_file_name("client");
        let files = issuer.issue_client_certificate(uri, &folder).expect("a certificate can be made");
        let mut settings = ChannelSettings::new(&self.address, issuer.ca_certificate());
        settings.identity = Some(IdentityFiles { certificate: files.certificate, key: files.key });
        S::partner(settings.connect_lazy().expect("the channel's settings are right"))
    }

    /// Moves the clock to an instant in RFC 3339; tokens are to be taken afterwards.
    ///
    /// # Panics
    /// If the text is no instant.
    pub fn set_clock(&self, text: &str) {
        let clock = self.credentials.clock();
        let instant: jiff::Timestamp = text.parse().expect("the test names an instant");
        clock.advance(instant.duration_since(clock.now()));
    }

    /// Stops the service; it must drain in time.
    pub async fn stop(self) {
        drain(self.stops, self.serving).await;
    }
}

async fn bound<S: TestedService>(
    database: &TestDatabase,
    credentials: &TestCredentials,
    settings: &Flags,
    until: CancellationToken,
) -> (u16, Run) {
    let mut flags = credentials.service_flags(&database.url);
    flags.extend(S::flags(credentials));
    flags.extend(settings.clone());
    S::bind(flags, credentials.shared_clock(), until).await
}

async fn drain(stops: DropGuard, serving: JoinHandle<()>) {
    drop(stops);
    tokio::time::timeout(DRAIN, serving).await.expect("it drains in time").expect("it ends well");
}

/// Tells the stories of a service on both databases: `on_both_databases! { running::Running; it_goes_well: stories::well; }`.
/// A story is an `async fn(Running)`. The calling crate has tokio.
#[macro_export]
macro_rules! on_both_databases {
    ($running:path; $($story:ident: $path:path;)+) => {
        mod on_sqlite {
            use super::*;
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                $path(<$running>::on_sqlite().await).await;
            })+
        }
        mod on_postgres {
            use super::*;
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                if let Some(running) = <$running>::on_postgres().await {
                    $path(running).await;
                }
            })+
        }
    };
}
