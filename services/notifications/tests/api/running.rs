//! A running service, and clients of it.

use std::{collections::HashMap, time::Duration};

use sea_orm::ConnectionTrait;
use seamless_notifications::{Bound, Config, api::authorization::SCOPES};
use seamless_proto::seamless::{
    feed::v1::feed_service_client::FeedServiceClient,
    notifications::v1::{
        GetNotificationRequest, ListInboxRequest, follow_up_service_client::FollowUpServiceClient,
        notification_service_client::NotificationServiceClient,
        similarity_service_client::SimilarityServiceClient,
        transmission_service_client::TransmissionServiceClient,
    },
};
use seamless_service::client::ClientChannel;
use seamless_testkit::{TestCredentials, TestDatabase, eventually};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tonic::Code;

/// The service on a database of its own.
pub struct Running {
    pub credentials: TestCredentials,
    address: String,
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
    pub similarity: SimilarityServiceClient<ClientChannel>,
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
        let credentials = TestCredentials::new();
        let flags = credentials.service_flags(&database.url);
        let config = Config::load(None, HashMap::new(), flags).unwrap().settings;
        let bound = Bound::bind(config, credentials.shared_clock()).await.unwrap();
        let address = format!("https://localhost:{}", bound.address().port());
        let token = CancellationToken::new();
        let until = token.clone();
        let serving = tokio::spawn(async move { bound.run(until).await.unwrap() });
        let running = Self { credentials, address, token, serving, database };
        let mut gacc = running.partner("cn-gacc");
        eventually("the service answers", Duration::from_secs(20), async || {
            gacc.transmissions.list_inbox(ListInboxRequest::default()).await
        })
        .await;
        running
    }

    /// The back end of an authority, with every scope.
    pub fn partner(&self, authority: &str) -> Partner {
        let channel =
            self.credentials.channel(&self.address, Some(self.credentials.token(authority, &SCOPES)));
        Partner {
            notifications: NotificationServiceClient::new(channel.clone()),
            transmissions: TransmissionServiceClient::new(channel.clone()),
            follow_ups: FollowUpServiceClient::new(channel.clone()),
            similarity: SimilarityServiceClient::new(channel.clone()),
            feed: FeedServiceClient::new(channel),
        }
    }

    /// The service stopped, `statements` done on its database, and started again on it.
    pub async fn restarted_after(self, statements: &'static [&'static str]) -> Self {
        self.token.cancel();
        tokio::time::timeout(Duration::from_secs(10), self.serving).await.expect("drains in time").unwrap();
        let done = self.database.database.write(move |tx| {
            Box::pin(async move {
                for statement in statements {
                    tx.execute_unprepared(statement).await?;
                }
                Ok::<_, seamless_storage::StorageError>(())
            })
        });
        done.await.unwrap();
        Self::on(self.database).await
    }

    /// Stops the service; it must drain in time.
    pub async fn stop(self) {
        self.token.cancel();
        tokio::time::timeout(Duration::from_secs(10), self.serving).await.expect("drains in time").unwrap();
    }
}

impl Partner {
    /// The code with which the partner is refused the notification.
    pub async fn refused(&mut self, name: &str) -> Code {
        let request = GetNotificationRequest { name: name.to_owned() };
        self.notifications.get_notification(request).await.expect_err("it should be refused").code()
    }
}
