//! Looks at action items: those that are due soon are warned of, those that are too late are marked.

use std::{sync::Arc, time::Duration};

use seamless_calendar::Clock;
use seamless_program::{each_due, every};
use tokio_util::sync::CancellationToken;

use crate::{
    commit::Decisions,
    domain::{DomainError, Rules, model::ActionItem, records::Record, use_cases::WatchActionItems},
    store::Store,
};

/// Action items looked at in one go.
const BATCH: u64 = 200;

/// The worker.
pub struct ActionWatch {
    pub decisions: Decisions,
    pub store: Store,
    pub rules: Rules,
    pub clock: Arc<dyn Clock>,
    /// Between one look and the next.
    pub interval: Duration,
}

impl ActionWatch {
    /// Works until the token is cancelled.
    pub async fn run(self, token: CancellationToken) {
        every(self.interval, &token, "action items not looked at", || self.look(&token)).await
    }

    async fn look(&self, token: &CancellationToken) -> Result<(), DomainError> {
        let now = self.clock.now();
        let watch = WatchActionItems { rules: &self.rules, activities: &self.store, records: &self.store };
        let done = each_due(
            BATCH,
            token,
            "an action item was not marked",
            ActionItem::name,
            |batch| watch.due(batch, now),
            async |due: ActionItem| self.decisions.settle(watch.execute(&due, now).await?).await,
        )
        .await?;
        if done.count > 0 {
            tracing::info!(marked = done.count, "action items are due");
        }
        Ok(())
    }
}
