//! The notifications service in this process, with TLS, credentials and a database of its own.

use std::{collections::HashMap, time::Duration};

use seamless_notifications::{Bound, Config, api::authorization::SCOPES};
use seamless_program::StartError;
use seamless_proto::seamless::notifications::v1::{
    self as wire, notification_service_client::NotificationServiceClient,
};
use seamless_testkit::{TestCredentials, TestDatabase};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::{
    Failure,
    connection::{self, Connection},
};

/// How long it may take to stop.
const STOP: Duration = Duration::from_secs(10);

/// The running service.
pub struct Running {
    /// Its issuer and its clock.
    pub credentials: TestCredentials,
    /// Its database, with pools apart from its own.
    pub database: TestDatabase,
    address: String,
    token: CancellationToken,
    serving: JoinHandle<Result<(), StartError>>,
}

impl Running {
    /// Starts the service with its default settings.
    ///
    /// # Errors
    /// If it cannot start.
    pub async fn start(database: TestDatabase) -> Result<Self, Failure> {
        let credentials = TestCredentials::new();
        let config = Config::load(None, HashMap::new(), credentials.service_flags(&database.url))?.settings;
        let bound = Bound::bind(config, credentials.shared_clock()).await?;
        let address = format!("https://localhost:{}", bound.address().port());
        let token = CancellationToken::new();
        let serving = tokio::spawn(bound.run(token.clone()));
        Ok(Self { credentials, database, address, token, serving })
    }

    /// Where it answers: `https://localhost:…`.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// A connection on behalf of an authority, with every scope. It connects with its first call.
    #[must_use]
    pub fn connection(&self, authority: &str) -> Connection {
        let token = self.credentials.token(authority, &SCOPES);
        connection::of(self.credentials.channel(&self.address, Some(token)))
    }

    /// Imports alerts as their originator and gives their names; all must be new and valid.
    ///
    /// # Errors
    /// If one is refused.
    pub async fn import(
        &self,
        originator: &str,
        items: Vec<wire::ImportNotificationsRequest>,
    ) -> Result<Vec<String>, Failure> {
        let mut client = NotificationServiceClient::new(self.connection(originator));
        import(&mut client, items).await
    }

    /// Ends it.
    ///
    /// # Errors
    /// If it does not end in time, or ended badly.
    pub async fn stop(self) -> Result<(), Failure> {
        self.token.cancel();
        Ok(tokio::time::timeout(STOP, self.serving).await???)
    }
}

/// One call of `ImportNotifications`; gives the names in order.
///
/// # Errors
/// If an item is not created.
pub async fn import(
    client: &mut NotificationServiceClient<Connection>,
    items: Vec<wire::ImportNotificationsRequest>,
) -> Result<Vec<String>, Failure> {
    let count = items.len();
    let mut results = client.import_notifications(tokio_stream::iter(items)).await?.into_inner();
    let mut names = Vec::with_capacity(count);
    while let Some(result) = results.message().await? {
        if result.outcome() != wire::ImportOutcome::Created {
            return Err(format!("the import did not create an item: {result:?}").into());
        }
        names.push(result.name);
    }
    match names.len() == count {
        true => Ok(names),
        false => Err(format!("{} of {count} items have a result", names.len()).into()),
    }
}
