//! Follows the feed of the notifications service: what its events say of alerts is kept in tables of our own, in the
//! transaction of the checkpoint. What the events may show is decided there: the follower sees what its authority sees.
//!
//! Where that service was restored from a backup, the alerts are built anew from its feed, beside those that are known.
//! Until they are complete, every alert that was known is matched on: to examine too much is the lesser harm. Then they
//! stand at once, and those that the restored service does not have are told of as lost.

use std::sync::Arc;

use sea_orm::DatabaseTransaction;
use seamless_alerts::{Told, Written, told};
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
        alerts::{AlertChange, write_alerts},
        rebuilt_alerts::{clear_rebuilt, find_again, replace_alerts},
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
        seamless_sandbox::follow(tx, events).await?;
        write_alerts(tx, &changes, Written::InPlace).await
    }

    async fn begin_anew(&self, tx: &DatabaseTransaction) -> Result<(), StorageError> {
        clear_rebuilt(tx).await
    }

    async fn apply_anew(&self, tx: &DatabaseTransaction, events: &[Event]) -> Result<(), StorageError> {
        seamless_sandbox::follow(tx, events).await?;
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

/// What an event makes of an alert; none for one of no interest. Drills are never matched.
fn change_of(event: &Event, reader: &AuthorityId) -> Option<AlertChange> {
    if event.status() != EventStatus::Actual {
        return None;
    }
    let Told { name, in_force } = told(event, reader)?;
    Some(AlertChange { name, position: event.position, alert: in_force.map(alert_of) })
}

/// What goods are matched with.
fn alert_of(notification: wire::Notification) -> Alert {
    let wire::Notification { name, product, traceability, online, .. } = notification;
    let product = product.unwrap_or_default();
    let traceability = traceability.unwrap_or_default();
    let texts = |text: Option<seamless_proto::seamless::r#type::v1::LocalizedText>| {
        text.unwrap_or_default().versions.into_iter().map(|version| version.text).collect()
    };
    let makers = traceability.operators.into_iter();
    let makers = makers.filter(|operator| operator.role() == wire::OperatorRole::Manufacturer);
    let origin = traceability.country_of_origin;
    Alert {
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
    }
}

#[cfg(test)]
mod tests {
    use prost::{Message, Name};

    use super::*;

    fn created(state: wire::NotificationState, status: EventStatus) -> Event {
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
        let content = wire::NotificationCreated { notification: Some(notification) };
        let data = prost_types::Any { type_url: String::new(), value: content.encode_to_vec() };
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
        let alert = |state, status| change_of(&created(state, status), &reader).map(|change| change.alert);
        let imported = alert(Validated, EventStatus::Actual).unwrap().unwrap();
        assert_eq!(imported.gtins, ["5901700315485"]);
        assert_eq!(imported.country_of_origin.as_deref(), Some("SK"));
        assert_eq!(imported.additional_countries_of_origin, ["CN"]);
        assert!(alert(Draft, EventStatus::Actual).unwrap().is_none());
        assert!(alert(Validated, EventStatus::Exercise).is_none(), "drills are never matched");
    }
}
