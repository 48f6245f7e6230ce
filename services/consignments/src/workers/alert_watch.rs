//! Brings the index of alerts up to date with what the follower, of this replica or another, has written; and finds out
//! whether that is all there is. It is not while the feed is of another epoch than what is known.

use std::{sync::Arc, time::Duration};

use seamless_calendar::Clock;
use seamless_feed::{
    follow::is_of_another_epoch,
    standing::{Place, Standing, standing},
};
use seamless_identity::AuthorityId;
use seamless_proto::seamless::feed::v1::{
    Event, ReadEventsRequest, ReadEventsResponse, feed_service_client::FeedServiceClient,
};
use seamless_service::client::ClientChannel;
use tokio_util::sync::CancellationToken;

use super::alert_follower::SOURCE;
use crate::{
    domain::{
        DomainError,
        watched_alerts::{Answer, WatchedAlerts},
    },
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
        // Again, since the store may have been out of reach when the service started.
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
    ///
    /// # Errors
    /// Those of the store.
    pub async fn take_up(&self) -> Result<(), DomainError> {
        refresh(&self.store, &self.alerts).await?;
        let last =
            ScreeningQuery { authorities: self.authorities.clone(), limit: 1, ..ScreeningQuery::default() };
        let last = self.store.screening_list(&last).await?;
        let known_until = last.first().and_then(|screening| screening.facts.alerts_known_until);
        self.alerts.take_up(known_until);
        Ok(())
    }

    /// Asks whether there is an event behind the checkpoint, in its epoch: if not, everything told by now is known. The
    /// event at the checkpoint is asked for as well: where another one has its position, the feed is another history.
    async fn ask(&self, client: &mut FeedServiceClient<ClientChannel>) {
        let asked_at = self.clock.now();
        let standing = standing(self.store.database().read(), SOURCE).await;
        let Ok(Standing { place, rebuild, .. }) = standing else { return };
        if rebuild.is_some() {
            return self.alerts.note(Answer::Restored);
        }
        let epoch = place.epoch.clone().unwrap_or_default();
        let after_position = (place.position - 1).max(0);
        let request = ReadEventsRequest { after_position, max: 2, epoch, ..ReadEventsRequest::default() };
        let answer = tokio::time::timeout(PATIENCE, client.read_events(request)).await;
        let answer = match answer {
            Ok(Ok(page)) if is_another_history(page.get_ref(), &place) => {
                tracing::warn!("the feed of alerts does not have the event that was applied last");
                Answer::Restored
            }
            Ok(Ok(page)) => {
                let is_all = page.get_ref().events.iter().all(|event| event.position <= place.position);
                // What the follower wrote before the question is in the index before the answer counts.
                let complete = is_all && refresh(&self.store, &self.alerts).await.is_ok();
                if complete { Answer::Complete(asked_at) } else { Answer::More }
            }
            Ok(Err(status)) if is_of_another_epoch(&status) => {
                tracing::warn!("the feed of alerts is of another epoch than the alerts that are known");
                Answer::Restored
            }
            Ok(Err(status)) => {
                tracing::warn!(code = %status.code(), "the feed of alerts is not reached");
                Answer::Unreached
            }
            Err(_) => {
                tracing::warn!("the feed of alerts does not answer");
                Answer::Unreached
            }
        };
        self.alerts.note(answer);
    }
}

/// Whether a page that was read from before a place shows that the feed is another history than the place is of.
fn is_another_history(page: &ReadEventsResponse, place: &Place) -> bool {
    let is_other = |event: &Event| {
        event.position == place.position && place.event_id.as_ref().is_some_and(|id| *id != event.event_id)
    };
    // It was searched up to the head, or to an event behind the place.
    page.next_after_position < place.position || page.events.iter().any(is_other)
}

/// Takes in what was written since; where all was replaced, at once.
///
/// # Errors
/// Those of the store.
pub async fn refresh(store: &Store, alerts: &WatchedAlerts) -> Result<(), DomainError> {
    let (_, generation) = alerts.place();
    let present = store.alert_generation(SOURCE).await?;
    if present != generation {
        return reload(store, alerts, present).await;
    }
    loop {
        let (position, _) = alerts.place();
        let page = store.alerts_after(position, PAGE).await?;
        let Some(last) = page.changes.last() else { return Ok(()) };
        let position = last.position;
        let changes = page.changes.iter().map(|change| (change.name.as_str(), change.alert.as_ref()));
        alerts.take_in(changes, position);
        if page.is_last {
            return Ok(());
        }
    }
}

/// Fills an index beside, and puts it in place if nothing was replaced meanwhile; else the next look does.
async fn reload(store: &Store, alerts: &WatchedAlerts, generation: i64) -> Result<(), DomainError> {
    let mut index = alerts.beside();
    let mut position = 0;
    loop {
        let page = store.alerts_after(position, PAGE).await?;
        page.changes.iter().filter_map(|change| change.alert.as_ref()).for_each(|alert| index.put(alert));
        position = page.changes.last().map_or(position, |last| last.position);
        if page.is_last {
            break;
        }
    }
    if store.alert_generation(SOURCE).await? != generation {
        return Err(DomainError::Conflict);
    }
    alerts.replace(index, position, generation);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_without_the_last_event_is_another_history() {
        let place = Place { position: 7, epoch: None, event_id: Some("seven".to_owned()) };
        let page = |next_after_position, events: &[(i64, &str)]| ReadEventsResponse {
            events: events
                .iter()
                .map(|(position, id)| Event {
                    position: *position,
                    event_id: (*id).to_owned(),
                    ..Event::default()
                })
                .collect(),
            next_after_position,
            ..ReadEventsResponse::default()
        };
        assert!(!is_another_history(&page(7, &[(7, "seven")]), &place));
        assert!(!is_another_history(&page(9, &[(7, "seven"), (9, "nine")]), &place));
        assert!(!is_another_history(&page(8, &[]), &place), "a right to see it may have been lost");
        assert!(is_another_history(&page(7, &[(7, "another")]), &place));
        assert!(is_another_history(&page(6, &[]), &place), "it is not that long");
    }
}
