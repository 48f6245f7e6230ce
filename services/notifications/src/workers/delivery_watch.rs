//! Enters into the ledgers what recipients acknowledge in their feeds. Any number of replicas look; a reader's checkpoint
//! moves in the transaction that writes the entries, so each acknowledgement is entered once.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::{
    api::{Api, delivered_version, delivering_types},
    domain::{ChangeSet, DomainError, ledger::Fact, model::EvidenceKind, ports::TransmissionReader},
    store::{Delivered, Deliveries, DeliveryCheckpoint, Store},
};

/// Events of one reader entered in one transaction.
const BATCH: usize = 100;

/// The worker.
pub struct DeliveryWatch {
    pub api: Api,
    pub store: Store,
    /// Between one look and the next.
    pub interval: Duration,
}

impl DeliveryWatch {
    /// Works until the token is cancelled.
    pub async fn run(self, token: CancellationToken) {
        let event_types = delivering_types();
        loop {
            if let Err(error) = self.look(&event_types, &token).await {
                tracing::warn!(%error, "deliveries not entered; tried again at the next interval");
            }
            tokio::select! {
                () = token.cancelled() => return,
                () = tokio::time::sleep(self.interval) => {}
            }
        }
    }

    async fn look(&self, event_types: &[String], token: &CancellationToken) -> Result<(), DomainError> {
        for waiting in self.store.deliveries_waiting().await? {
            match self.enter(waiting, event_types, token).await {
                // Another replica, or an entry of another kind, came first: the next look sees what is left.
                Ok(()) | Err(DomainError::Conflict) => {}
                Err(error @ DomainError::Unavailable(_)) => return Err(error),
                // What is wrong with one reader's keeps no other's from being entered.
                Err(error) => tracing::error!(%error, "deliveries of one reader were not entered"),
            }
        }
        Ok(())
    }

    /// Enters all that one reader acknowledged.
    async fn enter(
        &self,
        waiting: DeliveryCheckpoint,
        event_types: &[String],
        token: &CancellationToken,
    ) -> Result<(), DomainError> {
        let end = waiting.to;
        let mut from = waiting.from;
        while from < end && !token.is_cancelled() {
            let rest = DeliveryCheckpoint { from, to: end, ..waiting.clone() };
            let Deliveries { delivered, checkpoint } =
                self.store.deliveries(rest, event_types, BATCH).await?;
            from = checkpoint.to;
            let changes = self.facts(&delivered).await?;
            self.api.commit_deliveries(changes, checkpoint).await?;
        }
        Ok(())
    }

    async fn facts(&self, delivered: &[Delivered]) -> Result<ChangeSet, DomainError> {
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
