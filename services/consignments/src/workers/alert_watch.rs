//! Brings the index of alerts up to date with what the follower, of this replica or another, has written; and finds out
//! whether that is all there is.

use std::{sync::Arc, time::Duration};

use seamless_calendar::Clock;
use seamless_identity::AuthorityId;
use seamless_proto::seamless::feed::v1::{ReadEventsRequest, feed_service_client::FeedServiceClient};
use seamless_service::client::ClientChannel;
use tokio_util::sync::CancellationToken;

use super::alert_follower::SOURCE;
use crate::{
    domain::{DomainError, watched_alerts::WatchedAlerts},
    store::{Store, screenings::ScreeningQuery},
};

/// Between one look and the next: what is told is matched within a second.
const INTERVAL: Duration = Duration::from_millis(200);
/// Looks between two questions whether there is more.
const LOOKS_A_QUESTION: u32 = 5;
/// How long the feed may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// Alerts read at once.
const PAGE: u64 = 2_000;

/// The worker.
pub struct AlertWatch {
    pub store: Store,
    pub alerts: WatchedAlerts,
    pub clock: Arc<dyn Clock>,
    pub channel: ClientChannel,
    /// Whose screenings go by these alerts.
    pub authorities: Vec<AuthorityId>,
}

impl AlertWatch {
    /// Works until the token is cancelled.
    pub async fn run(self, token: CancellationToken) {
        if let Err(error) = self.take_up().await {
            tracing::warn!(%error, "how old the alerts are is not known before the feed is reached");
        }
        let mut client = FeedServiceClient::new(self.channel.clone());
        let mut look = 0_u32;
        loop {
            if let Err(error) = refresh(&self.store, &self.alerts).await {
                tracing::warn!(%error, "alerts not brought up to date");
            }
            if look.is_multiple_of(LOOKS_A_QUESTION) {
                self.ask(&mut client).await;
            }
            look = look.wrapping_add(1);
            tokio::select! {
                () = token.cancelled() => return,
                () = tokio::time::sleep(INTERVAL) => {}
            }
        }
    }

    /// Takes in what is in the store, and then how old that is, for a service that starts without reaching the feed: what
    /// the last screening knew is known still.
    async fn take_up(&self) -> Result<(), DomainError> {
        refresh(&self.store, &self.alerts).await?;
        let last =
            ScreeningQuery { authorities: self.authorities.clone(), limit: 1, ..ScreeningQuery::default() };
        let last = self.store.screening_list(&last).await?;
        let known_until = last.first().and_then(|screening| screening.facts.alerts_known_until);
        self.alerts.set_freshness(false, known_until);
        Ok(())
    }

    /// Asks whether there is an event behind the checkpoint: if not, everything told by now is known.
    async fn ask(&self, client: &mut FeedServiceClient<ClientChannel>) {
        let asked_at = self.clock.now();
        let checkpoint = seamless_feed::follow::checkpoint(self.store.database().read(), SOURCE).await;
        let Ok(after_position) = checkpoint else { return };
        let request = ReadEventsRequest { after_position, max: 1 };
        let answer = tokio::time::timeout(PATIENCE, client.read_events(request)).await;
        match answer {
            Ok(Ok(page)) => {
                let is_all = page.into_inner().events.is_empty();
                // What the follower wrote before the question is in the index before the answer counts.
                let complete = is_all && refresh(&self.store, &self.alerts).await.is_ok();
                self.alerts.set_freshness(true, complete.then_some(asked_at));
            }
            Ok(Err(status)) => {
                tracing::warn!(code = %status.code(), "the feed of alerts is not reached");
                self.alerts.set_freshness(false, None);
            }
            Err(_) => {
                tracing::warn!("the feed of alerts does not answer");
                self.alerts.set_freshness(false, None);
            }
        }
    }
}

/// Takes in what was written since.
///
/// # Errors
/// Those of the store.
pub async fn refresh(store: &Store, alerts: &WatchedAlerts) -> Result<(), DomainError> {
    loop {
        let page = store.alerts_after(alerts.position(), PAGE).await?;
        let Some(last) = page.changes.last() else { return Ok(()) };
        let position = last.position;
        let changes = page.changes.iter().map(|change| (change.name.as_str(), change.alert.as_ref()));
        alerts.take_in(changes, position);
        if page.is_last {
            return Ok(());
        }
    }
}
