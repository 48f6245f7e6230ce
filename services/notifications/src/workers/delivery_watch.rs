//! Enters into the ledgers what recipients acknowledge in their feeds. Any number of replicas look; a reader's checkpoint
//! moves in the transaction that writes the entries, so each acknowledgement is entered once.

use std::time::Duration;

use seamless_decision::Refused;
use seamless_program::every;
use tokio_util::sync::CancellationToken;

use crate::{deliveries::DeliveryEntries, domain::DomainError, store::Store};

/// The worker.
pub struct DeliveryWatch {
    pub entries: DeliveryEntries,
    pub store: Store,
    /// Between one look and the next.
    pub interval: Duration,
}

impl DeliveryWatch {
    /// Works until the token is cancelled.
    pub async fn run(self, token: CancellationToken) {
        every(self.interval, &token, "deliveries not entered", || self.look(&token)).await
    }

    async fn look(&self, token: &CancellationToken) -> Result<(), DomainError> {
        for waiting in self.store.deliveries_waiting().await? {
            match self.entries.enter_waiting(waiting, token).await {
                Ok(()) => {}
                // Another replica, or an entry of another kind, came first: the next look sees what is left.
                Err(error) if error.is_conflict() => {}
                Err(error) if error.is_unavailable() => return Err(error),
                // What is wrong with one reader's keeps no other's from being entered.
                Err(error) => tracing::error!(%error, "deliveries of one reader were not entered"),
            }
        }
        Ok(())
    }
}
