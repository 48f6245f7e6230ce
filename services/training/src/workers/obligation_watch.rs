//! Looks at obligations, and tells when one is in another state.

use std::{sync::Arc, time::Duration};

use seamless_calendar::Clock;
use seamless_program::{each_due, every};
use tokio_util::sync::CancellationToken;

use crate::{
    commit::Decisions,
    domain::{
        DomainError, Rules,
        model::Obligation,
        use_cases::{ReadObligations, WatchObligations},
    },
    store::Store,
};

/// Obligations told in one go.
const BATCH: u64 = 100;

/// The worker.
pub struct ObligationWatch {
    pub decisions: Decisions,
    pub store: Store,
    pub rules: Rules,
    pub clock: Arc<dyn Clock>,
    /// Between one look and the next.
    pub interval: Duration,
}

impl ObligationWatch {
    /// Works until the token is cancelled.
    pub async fn run(self, token: CancellationToken) {
        every(self.interval, &token, "obligations not looked at", || self.look(&token)).await
    }

    async fn look(&self, token: &CancellationToken) -> Result<(), DomainError> {
        let now = self.clock.now();
        let read = ReadObligations { rules: &self.rules, activities: &self.store, reports: &self.store };
        let watch = WatchObligations { read, records: &self.store };
        let done = each_due(
            BATCH,
            token,
            "an obligation was not told",
            Obligation::name,
            |batch| watch.due(batch, now),
            async |due: Obligation| self.decisions.settle(watch.execute(&due, now).await?).await,
        )
        .await?;
        if done.count > 0 {
            tracing::info!(told = done.count, "obligations are in another state");
        }
        Ok(())
    }
}
