//! Tells what each entry point's plan came to, once its day is over there. Any number of replicas look; the commit lets
//! each day through once.

use std::{sync::Arc, time::Duration};

use jiff::SignedDuration;
use seamless_calendar::Clock;
use seamless_program::every;
use tokio_util::sync::CancellationToken;

use crate::{
    commit::Decisions,
    domain::{
        DomainError, Rules,
        closed_plans::{ClosedPlan, PlansClosed},
        local_day::is_over,
        pilot::EntryPoint,
        ports::TargetingReader,
        records::record,
        use_cases::ClosePlan,
    },
    store::Store,
};

/// A decision carries the time at which it was made, and is written a moment later.
const GRACE: SignedDuration = SignedDuration::from_secs(60);

/// The worker.
pub struct PlanClose {
    pub decisions: Decisions,
    pub store: Store,
    pub rules: Rules,
    pub clock: Arc<dyn Clock>,
    /// Between one look and the next.
    pub interval: Duration,
}

impl PlanClose {
    /// Works until the token is cancelled.
    pub async fn run(self, token: CancellationToken) {
        every(self.interval, &token, "days not closed", || self.look(&token)).await
    }

    async fn look(&self, token: &CancellationToken) -> Result<(), DomainError> {
        for entry_point in self.rules.pilot.entry_points.values() {
            match self.tell(entry_point, token).await {
                // Another replica was faster.
                Ok(()) | Err(DomainError::Conflict) => {}
                // What is wrong with one entry point keeps no other's days from being told.
                Err(error) => {
                    tracing::warn!(entry_point = %entry_point.id, %error, "days not closed; tried again");
                }
            }
        }
        Ok(())
    }

    /// Tells all plans whose days are over and that were not told.
    async fn tell(&self, entry_point: &EntryPoint, token: &CancellationToken) -> Result<(), DomainError> {
        loop {
            let now = self.clock.now();
            let name = PlansClosed::name_of(&entry_point.id);
            let told: Option<PlansClosed> = record(&self.store, &name).await?;
            let after = told.as_ref().map(|told| told.until);
            let Some(plan) = self.store.plan_after(&entry_point.id, after).await? else { return Ok(()) };
            if !is_over(entry_point, plan.date, now - GRACE) || token.is_cancelled() {
                return Ok(());
            }
            let threshold = self.store.last_threshold(&entry_point.id, plan.date).await?;
            let closed = ClosedPlan {
                authority: entry_point.authority.clone(),
                threshold: threshold.unwrap_or_default(),
                chosen: self.store.chosen_of(&entry_point.id, plan.date).await?,
                plan,
            };
            let close = ClosePlan { rules: &self.rules, told: told.as_ref() };
            let changes = close.execute(closed, now)?;
            self.decisions.commit(changes, None).await?;
        }
    }
}
