//! Looks at the clocks: warnings and breaches are established at the first look after their instant. Any number of
//! replicas look; the commit lets each mark through once.

use std::{sync::Arc, time::Duration};

use seamless_api::Commits;
use seamless_calendar::Clock;
use seamless_identity::AuthorityId;
use seamless_program::{each_due, every};
use tokio_util::sync::CancellationToken;

use crate::{
    commit::Decisions,
    domain::{DomainError, Rules, model::NotificationId, ports::ClockReader, use_cases::MarkClocks},
    store::Store,
};

/// Transmissions looked at in one go.
const BATCH: u64 = 200;

/// A transmission: of what, and to whom.
type Due = (NotificationId, AuthorityId);

/// The worker.
pub struct ClockWatch {
    pub decisions: Decisions,
    pub store: Store,
    pub rules: Rules,
    pub clock: Arc<dyn Clock>,
    /// Between one look and the next.
    pub interval: Duration,
}

impl ClockWatch {
    /// Works until the token is cancelled.
    pub async fn run(self, token: CancellationToken) {
        every(self.interval, &token, "clocks not looked at", || self.look(&token)).await
    }

    /// Marks all that has come by now.
    async fn look(&self, token: &CancellationToken) -> Result<(), DomainError> {
        let (store, rules) = (&self.store, &self.rules);
        let mark = &MarkClocks { rules, transmissions: store, clocks: store };
        let due = |batch| store.clock_due(self.clock.now(), batch);
        let each = |(notification, recipient): Due| async move {
            let changes = mark.execute(notification, &recipient, self.clock.now()).await?;
            let is_due = !changes.clocks.is_empty();
            if is_due {
                self.decisions.commit(None, changes, None).await?;
            }
            Ok(is_due)
        };
        let name = |(notification, recipient): &Due| {
            format!("notifications/{notification}/transmissions/{recipient}")
        };
        let done = each_due(BATCH, token, "a clock was not marked", name, due, each).await?;
        if done.count > 0 {
            tracing::info!(marked = done.count, "clocks marked");
        }
        Ok(())
    }
}
