//! Enters into the ledgers that an event brought a version to its readers: they have acknowledged it. Workers do so now and
//! then, and whoever takes a right away does so first.

use async_trait::async_trait;
use seamless_decision::Refused;
use seamless_identity::AuthorityId;
use tokio_util::sync::CancellationToken;

use crate::{
    commit::Decisions,
    contract::{delivered_version, delivering_types},
    domain::{
        ChangeSet, DomainError,
        ledger::Fact,
        model::EvidenceKind,
        ports::{DeliveryBook, TransmissionReader},
    },
    store::{Delivered, Deliveries, DeliveryCheckpoint, Store},
};

/// Events of one reader entered in one transaction.
const BATCH: usize = 100;

/// What was delivered, on its way into the ledgers.
#[derive(Clone)]
pub struct DeliveryEntries {
    pub store: Store,
    pub decisions: Decisions,
}

impl DeliveryEntries {
    /// Enters all that one reader acknowledged, in batches; a cancelled token leaves the rest.
    ///
    /// # Errors
    /// `Conflict` if somebody else entered some of it meanwhile; those of the store.
    pub async fn enter_waiting(
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
            self.decisions.commit_deliveries(changes, checkpoint).await?;
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
impl DeliveryBook for DeliveryEntries {
    async fn enter_deliveries(&self, reader: &AuthorityId) -> Result<i64, DomainError> {
        let mut waiting = self.store.delivery_waiting(reader).await?;
        let mut attempts = self.decisions.turns.attempts_within();
        while waiting.from < waiting.to && attempts.another().await {
            match self.enter_waiting(waiting.clone(), &CancellationToken::new()).await {
                Ok(()) => return Ok(waiting.to),
                // Another replica, or an entry of another kind, came first: what is left is seen anew.
                Err(error) if error.is_conflict() => waiting = self.store.delivery_waiting(reader).await?,
                Err(error) if error.is_unavailable() => return Err(error),
                Err(error) => {
                    tracing::error!(%reader, %error, "deliveries were not entered before a right was taken");
                    return Ok(waiting.to);
                }
            }
        }
        Ok(waiting.from)
    }
}
