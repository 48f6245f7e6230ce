//! Follows the feed of the notifications service: what its events say of alerts is kept in tables of our own, in the
//! transaction of the checkpoint. What the events may show is decided there: the follower sees what its authority sees.
//!
//! Where that service was restored from a backup, the alerts are built anew from its feed, beside those that are known.
//! Until they are complete, every alert that was known is matched on: to examine too much is the lesser harm. Then they
//! stand at once, and those that the restored service does not have are told of as lost.

use std::sync::Arc;

use jiff::SignedDuration;
use prost::{Message, Name};
use sea_orm::DatabaseTransaction;
use seamless_feed::{Effect, Follower};
use seamless_identity::AuthorityId;
use seamless_proto::seamless::{
    feed::v1::{Event, EventStatus},
    notifications::v1 as wire,
};
use seamless_service::client::ClientChannel;
use seamless_storage::{Database, StorageError};
use tokio_util::sync::CancellationToken;

use crate::{
    domain::alerts::Alert,
    store::{
        alerts::{AlertChange, Written, write_alerts},
        rebuilt_alerts::{clear_rebuilt, find_again, replace_alerts},
        sandbox_clock::move_clock,
    },
};

/// The name of the checkpoint.
pub const SOURCE: &str = "notifications";

/// Follows as `reader`, whose credentials the channel has, until the token is cancelled.
pub async fn run(
    channel: ClientChannel,
    reader: AuthorityId,
    database: Database,
    most_bytes: usize,
    token: CancellationToken,
) {
    let follower = Follower::new(SOURCE, channel, database).max_message_bytes(most_bytes);
    follower.run(Arc::new(Alerts { reader }), token).await;
}

struct Alerts {
    reader: AuthorityId,
}

#[async_trait::async_trait]
impl Effect for Alerts {
    async fn apply(&self, tx: &DatabaseTransaction, events: &[Event]) -> Result<(), StorageError> {
        let changes = self.changes(events);
        find_again(tx, &changes).await?;
        follow_clock(tx, events).await?;
        write_alerts(tx, &changes, Written::InPlace).await
    }

    async fn begin_anew(&self, tx: &DatabaseTransaction) -> Result<(), StorageError> {
        clear_rebuilt(tx).await
    }

    async fn apply_anew(&self, tx: &DatabaseTransaction, events: &[Event]) -> Result<(), StorageError> {
        follow_clock(tx, events).await?;
        write_alerts(tx, &self.changes(events), Written::Anew).await
    }

    async fn replace(&self, tx: &DatabaseTransaction) -> Result<(), StorageError> {
        replace_alerts(tx).await
    }
}

impl Alerts {
    fn changes(&self, events: &[Event]) -> Vec<AlertChange> {
        events.iter().filter_map(|event| change_of(event, &self.reader)).collect()
    }
}

/// Notes how far the clock of the sandbox is ahead, where it was moved.
async fn follow_clock(tx: &DatabaseTransaction, events: &[Event]) -> Result<(), StorageError> {
    match events.iter().filter_map(advance_of).max() {
        Some(ahead) => move_clock(tx, ahead).await,
        None => Ok(()),
    }
}

/// How far ahead an event says that the clock of the sandbox is; none for any other event.
fn advance_of(event: &Event) -> Option<SignedDuration> {
    if event.r#type != wire::SandboxClockAdvanced::full_name() {
        return None;
    }
    let data = event.data.as_ref()?.value.as_slice();
    let ahead = wire::SandboxClockAdvanced::decode(data).ok()?.ahead?;
    (0..1_000_000_000).contains(&ahead.nanos).then(|| SignedDuration::new(ahead.seconds, ahead.nanos))
}

/// What an event makes of an alert; none for one of no interest. Drills are never matched.
fn change_of(event: &Event, reader: &AuthorityId) -> Option<AlertChange> {
    if event.status() != EventStatus::Actual {
        return None;
    }
    let data = event.data.as_ref()?.value.as_slice();
    let position = event.position;
    macro_rules! notification_of {
        ($($kind:ident),+) => {
            $(if event.r#type == wire::$kind::full_name() {
                let told = wire::$kind::decode(data);
                let told = told.inspect_err(|error| tracing::error!(position, %error, "an event cannot be read"));
                let notification = told.ok()?.notification?;
                let name = notification.name.clone();
                return Some(AlertChange { alert: alert_of(notification), name, position });
            })+
        };
    }
    notification_of!(
        // What another system has validated is imported as an alert in force.
        NotificationCreated,
        NotificationValidated,
        NotificationTransmitted,
        NotificationUpdated,
        NotificationReturned,
        NotificationWithdrawn
    );
    if event.r#type == wire::RemovalOrdered::full_name() {
        let removal = wire::RemovalOrdered::decode(data).ok()?.removal?;
        return is_lost(&removal, reader).then_some(AlertChange {
            name: removal.notification,
            position,
            alert: None,
        });
    }
    None
}

/// True if the reader is to hold the alert no more. What others have to remove is told to the originator's side too, and
/// changes nothing of what that side knows; and of fields that were made less public the new version says what is left.
fn is_lost(removal: &wire::Removal, reader: &AuthorityId) -> bool {
    removal.authority == reader.as_str() && removal.reason() != wire::RemovalReason::Downgraded
}

/// The alert, if it is confirmed and in force.
fn alert_of(notification: wire::Notification) -> Option<Alert> {
    use wire::NotificationState::{Transmitted, Validated};
    if !matches!(notification.state(), Validated | Transmitted) {
        return None;
    }
    let wire::Notification { name, product, traceability, online, .. } = notification;
    let product = product.unwrap_or_default();
    let traceability = traceability.unwrap_or_default();
    let texts = |text: Option<seamless_proto::seamless::r#type::v1::LocalizedText>| {
        text.unwrap_or_default().versions.into_iter().map(|version| version.text).collect()
    };
    let makers = traceability.operators.into_iter();
    let makers = makers.filter(|operator| operator.role() == wire::OperatorRole::Manufacturer);
    let origin = traceability.country_of_origin;
    Some(Alert {
        name,
        brand: product.brand,
        names: texts(product.product_name),
        models: product.models,
        // What the originator could not read may hold barcodes all the same.
        gtins: [product.gtins, product.unparsed_barcodes].concat(),
        batches: product.batch_numbers,
        manufacturers: makers.map(|operator| operator.operator_name).collect(),
        listings: online.unwrap_or_default().listings.into_iter().map(|listing| listing.url).collect(),
        country_of_origin: (!origin.is_empty()).then_some(origin),
        additional_countries_of_origin: traceability.additional_countries_of_origin,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(state: wire::NotificationState, status: EventStatus) -> Event {
        let product = wire::Product { gtins: vec!["5901700315485".to_owned()], ..wire::Product::default() };
        let notification = wire::Notification {
            name: "notifications/1".to_owned(),
            state: state.into(),
            product: Some(product),
            traceability: Some(wire::Traceability {
                country_of_origin: "SK".to_owned(),
                additional_countries_of_origin: vec!["CN".to_owned()],
                ..wire::Traceability::default()
            }),
            ..wire::Notification::default()
        };
        let created = wire::NotificationCreated { notification: Some(notification) };
        let data = prost_types::Any { type_url: String::new(), value: created.encode_to_vec() };
        Event {
            position: 7,
            r#type: wire::NotificationCreated::full_name(),
            status: status.into(),
            data: Some(data),
            ..Event::default()
        }
    }

    #[test]
    fn what_is_validated_from_its_beginning_is_an_alert_and_a_draft_is_none() {
        use wire::NotificationState::{Draft, Validated};
        let reader: AuthorityId = "eu-just".parse().unwrap();
        let alert = |state, status| change_of(&told(state, status), &reader).map(|change| change.alert);
        let imported = alert(Validated, EventStatus::Actual).unwrap().unwrap();
        assert_eq!(imported.gtins, ["5901700315485"]);
        assert_eq!(imported.country_of_origin.as_deref(), Some("SK"));
        assert_eq!(imported.additional_countries_of_origin, ["CN"]);
        assert!(alert(Draft, EventStatus::Actual).unwrap().is_none());
        assert!(alert(Validated, EventStatus::Exercise).is_none(), "drills are never matched");
    }
}
