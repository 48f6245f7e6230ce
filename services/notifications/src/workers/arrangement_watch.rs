//! Takes off recipients whose arrangement stands no more: it ended, or one of the sides left it. Their right to read ends
//! with the arrangement itself, by the clock; what is done here tells them and their senders, and orders the removal.
//! Any number of replicas look; the commit lets each removal through once.

use std::{sync::Arc, time::Duration};

use seamless_calendar::Clock;
use seamless_identity::{ArrangementId, AuthorityId};
use tokio_util::sync::CancellationToken;

use crate::{
    commit::Decisions,
    deliveries::DeliveryEntries,
    domain::{DomainError, Rules, ports::LapseReader, use_cases::RevokeTransmission},
    store::Store,
};

/// Transmissions looked at in one go.
const BATCH: u64 = 200;
/// After so many intervals all transmissions are looked at, though no arrangement changed: one may have been sent while it
/// ended.
const EVERY: u32 = 60;

/// The worker.
pub struct ArrangementWatch {
    pub decisions: Decisions,
    pub deliveries: DeliveryEntries,
    pub store: Store,
    pub rules: Rules,
    pub clock: Arc<dyn Clock>,
    /// Between one look and the next.
    pub interval: Duration,
}

type Standing = Vec<(ArrangementId, Vec<AuthorityId>)>;

impl ArrangementWatch {
    /// Works until the token is cancelled.
    pub async fn run(self, token: CancellationToken) {
        // The arrangements by which everything was looked at, and how many intervals ago.
        let mut done: Option<(Standing, u32)> = None;
        loop {
            let standing = self.rules.standing(self.clock.now());
            done = match done {
                Some((before, age)) if before == standing && age < EVERY => Some((before, age + 1)),
                _ => match self.look(&standing, &token).await {
                    Ok((taken_off, is_complete)) => {
                        if taken_off > 0 {
                            tracing::info!(
                                taken_off,
                                "recipients taken off, their arrangement stands no more"
                            );
                        }
                        is_complete.then_some((standing, 0))
                    }
                    Err(error) => {
                        tracing::warn!(%error, "arrangements not looked at; tried again at the next interval");
                        None
                    }
                },
            };
            tokio::select! {
                () = token.cancelled() => return,
                () = tokio::time::sleep(self.interval) => {}
            }
        }
    }

    /// Takes off all whose arrangement stands no more; gives how many, and whether none is left.
    async fn look(
        &self,
        standing: &Standing,
        token: &CancellationToken,
    ) -> Result<(usize, bool), DomainError> {
        let mut taken_off = 0;
        loop {
            let lapsed = self.store.lapsed_list(standing, BATCH).await?;
            let mut progress = 0;
            for (notification, recipient) in &lapsed {
                let (store, rules) = (&self.store, &self.rules);
                let revoke = RevokeTransmission {
                    rules,
                    notifications: store,
                    transmissions: store,
                    clocks: store,
                    records: store,
                    deliveries: &self.deliveries,
                };
                let lapsed = match revoke.lapse(*notification, recipient, self.clock.now()).await {
                    Ok(changes) if changes.transmissions.is_empty() => continue,
                    Ok(changes) => self.decisions.commit(changes, None).await,
                    Err(error) => Err(error),
                };
                match lapsed {
                    Ok(()) => progress += 1,
                    // Another replica, or a step of somebody's, came first: what is left is found again.
                    Err(DomainError::Conflict) => {}
                    Err(error @ DomainError::Unavailable(_)) => return Err(error),
                    // What is wrong with one keeps no other from being taken off.
                    Err(error) => {
                        tracing::error!(%notification, %recipient, %error, "a recipient was not taken off")
                    }
                }
            }
            taken_off += progress;
            if progress == 0 || token.is_cancelled() {
                return Ok((taken_off, lapsed.is_empty()));
            }
        }
    }
}
