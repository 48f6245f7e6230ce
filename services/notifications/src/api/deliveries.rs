//! Which version of a notification an event brought to its readers, and that they have it.

use async_trait::async_trait;
use prost::{Message, Name};
use seamless_feed::StoredEvent;
use seamless_identity::AuthorityId;
use seamless_proto::seamless::notifications::v1 as wire;
use tokio_util::sync::CancellationToken;

use super::{context::Api, convert::NotificationName};
use crate::{
    domain::{
        ChangeSet, DomainError,
        ledger::Fact,
        model::{EvidenceKind, NotificationId},
        ports::{DeliveryBook, TransmissionReader},
    },
    store::{Delivered, Deliveries, DeliveryCheckpoint},
};

/// Events of one reader entered in one transaction.
const BATCH: usize = 100;
/// How often it is tried to enter all that a reader acknowledged, while others enter something at the same time.
const ATTEMPTS: usize = 5;

/// The types of the events that bring a version.
fn delivering_types() -> Vec<String> {
    vec![wire::NotificationTransmitted::full_name(), wire::NotificationUpdated::full_name()]
}

/// The notification and version that the event brought; none where it is of another type.
fn delivered_version(event: &StoredEvent) -> Option<(NotificationId, u32)> {
    let data = event.data.as_slice();
    let notification = if event.event_type == wire::NotificationTransmitted::full_name() {
        wire::NotificationTransmitted::decode(data).ok()?.notification
    } else if event.event_type == wire::NotificationUpdated::full_name() {
        wire::NotificationUpdated::decode(data).ok()?.notification
    } else {
        None
    };
    let notification = notification?;
    let NotificationName(id) = NotificationName::parse("name", &notification.name).ok()?;
    Some((id, u32::try_from(notification.version).ok()?))
}

impl Api {
    /// Enters all that one reader acknowledged, in batches; a cancelled token leaves the rest.
    ///
    /// # Errors
    /// `Conflict` if somebody else entered some of it meanwhile; those of the store.
    pub(crate) async fn enter_waiting(
        &self,
        waiting: DeliveryCheckpoint,
        token: &CancellationToken,
    ) -> Result<(), DomainError> {
        let event_types = delivering_types();
        let end = waiting.to;
        let mut from = waiting.from;
        while from < end && !token.is_cancelled() {
            let rest = DeliveryCheckpoint { from, to: end, ..waiting.clone() };
            let Deliveries { delivered, checkpoint } =
                self.store.deliveries(rest, &event_types, BATCH).await?;
            from = checkpoint.to;
            let changes = self.delivery_facts(&delivered).await?;
            self.commit_deliveries(changes, checkpoint).await?;
        }
        Ok(())
    }

    async fn delivery_facts(&self, delivered: &[Delivered]) -> Result<ChangeSet, DomainError> {
        let mut changes = ChangeSet::default();
        for Delivered { event, by, time } in delivered {
            let Some((notification, version)) = delivered_version(event) else { continue };
            // The originator's side reads these events, too: to it nothing was transmitted.
            let transmission = self.store.transmission_get(notification, &by.authority).await?;
            if let Some(transmission) = transmission {
                let fact = Fact::new(&transmission, EvidenceKind::Delivered, *time);
                changes.facts.push(Fact { version, actor: Some(by.clone()), ..fact });
            }
        }
        Ok(changes)
    }
}

#[async_trait]
impl DeliveryBook for Api {
    async fn enter_deliveries(&self, reader: &AuthorityId) -> Result<i64, DomainError> {
        let mut waiting = self.store.delivery_waiting(reader).await?;
        for _ in 0..ATTEMPTS {
            if waiting.from >= waiting.to {
                break;
            }
            match self.enter_waiting(waiting.clone(), &CancellationToken::new()).await {
                Ok(()) => return Ok(waiting.to),
                // Another replica, or an entry of another kind, came first: what is left is seen anew.
                Err(DomainError::Conflict) => waiting = self.store.delivery_waiting(reader).await?,
                Err(error @ DomainError::Unavailable(_)) => return Err(error),
                Err(error) => {
                    tracing::error!(%reader, %error, "deliveries were not entered before a right was taken");
                    return Ok(waiting.to);
                }
            }
        }
        Ok(waiting.from)
    }
}
