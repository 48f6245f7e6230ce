//! Takes off recipients whose arrangement stands no more: it ended, or one of the sides left it. Their right to read ends
//! with the arrangement itself, by the clock; what is done here tells them and their senders, and orders the removal.
//! Any number of replicas look; the commit lets each removal through once.

use std::{sync::Arc, time::Duration};

use seamless_api::Commits;
use seamless_calendar::Clock;
use seamless_identity::{ArrangementId, AuthorityId};
use seamless_program::{each_due, every};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use crate::{
    commit::Decisions,
    deliveries::DeliveryEntries,
    domain::{DomainError, Rules, model::NotificationId, ports::LapseReader, use_cases::RevokeTransmission},
    store::Store,
};

/// Transmissions looked at in one go.
const BATCH: u64 = 200;
/// After so many intervals all transmissions are looked at, though no arrangement changed: one may have been sent while it
/// ended.
const EVERY: u32 = 60;

/// A transmission: of what, and to whom.
type Due = (NotificationId, AuthorityId);

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
        let done: Mutex<Option<(Standing, u32)>> = Mutex::new(None);
        let look = || async {
            let mut done = done.lock().await;
            let standing = self.rules.standing(self.clock.now());
            *done = match done.take() {
                Some((before, age)) if before == standing && age < EVERY => Some((before, age + 1)),
                _ => self.look(&standing, &token).await?.then_some((standing, 0)),
            };
            Ok::<_, DomainError>(())
        };
        every(self.interval, &token, "arrangements not looked at", look).await
    }

    /// Takes off all whose arrangement stands no more; says whether none is left.
    async fn look(&self, standing: &Standing, token: &CancellationToken) -> Result<bool, DomainError> {
        let (store, rules) = (&self.store, &self.rules);
        let revoke = &RevokeTransmission {
            rules,
            notifications: store,
            transmissions: store,
            clocks: store,
            records: store,
            deliveries: &self.deliveries,
        };
        let due = |batch| store.lapsed_list(standing, batch);
        let each = |(notification, recipient): Due| async move {
            let changes = revoke.lapse(notification, &recipient, self.clock.now()).await?;
            let is_due = !changes.transmissions.is_empty();
            if is_due {
                self.decisions.commit(None, changes, None).await?;
            }
            Ok(is_due)
        };
        let name = |(notification, recipient): &Due| {
            format!("notifications/{notification}/transmissions/{recipient}")
        };
        let done = each_due(BATCH, token, "a recipient was not taken off", name, due, each).await?;
        if done.count > 0 {
            tracing::info!(taken_off = done.count, "recipients taken off, their arrangement stands no more");
        }
        Ok(done.is_complete)
    }
}
