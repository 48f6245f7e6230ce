//! Takes criteria out of force that are over, at the first look after their end. Any number of replicas look; the commit lets
//! each through once.

use std::{sync::Arc, time::Duration};

use seamless_calendar::Clock;
use seamless_program::{each_due, every};
use tokio_util::sync::CancellationToken;

use crate::{
    commit::Decisions,
    domain::{
        DomainError, Rules,
        criteria::Criterion,
        model::CriterionState,
        records::{Record, record},
        use_cases::WriteCriterion,
    },
    store::Store,
};

/// Criteria that are ended in one go.
const BATCH: u64 = 200;

/// The worker.
pub struct EndedCriteria {
    pub decisions: Decisions,
    pub store: Store,
    pub rules: Rules,
    pub clock: Arc<dyn Clock>,
    /// How many one side may have active.
    pub most: usize,
    /// Between one look and the next.
    pub interval: Duration,
}

impl EndedCriteria {
    /// Works until the token is cancelled.
    pub async fn run(self, token: CancellationToken) {
        every(self.interval, &token, "ended criteria not looked at", || self.look(&token)).await
    }

    async fn look(&self, token: &CancellationToken) -> Result<(), DomainError> {
        let done = each_due(
            BATCH,
            token,
            "a criterion was not ended",
            Criterion::name,
            |most| self.over(most),
            |one| self.end(one),
        );
        let done = done.await?;
        if done.count > 0 {
            tracing::info!(retired = done.count, "criteria are over");
        }
        Ok(())
    }

    /// Those that are over, as screening holds them.
    async fn over(&self, most: u64) -> Result<Vec<Criterion>, DomainError> {
        let now = self.clock.now();
        let held = self.decisions.held.get(&self.store, &self.rules).await?;
        let over = held.criteria.iter().filter(|one| one.end <= now);
        Ok(over.take(usize::try_from(most).unwrap_or(usize::MAX)).cloned().collect())
    }

    async fn end(&self, held: Criterion) -> Result<bool, DomainError> {
        // Somebody may have taken it out of force since.
        let present: Option<Criterion> = record(&self.store, &held.name()).await?;
        let Some(active) = present.filter(|one| one.state == CriterionState::Active) else {
            self.decisions.held.forget();
            return Ok(false);
        };
        let write = WriteCriterion { rules: &self.rules, records: &self.store, most: self.most };
        let changes = write.end(active, self.clock.now())?;
        self.decisions.commit(changes, None).await.map(|()| true)
    }
}
