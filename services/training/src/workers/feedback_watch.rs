//! Tells what feedback of activities says, once the day is over.

use std::{sync::Arc, time::Duration};

use seamless_calendar::Clock;
use seamless_program::{each_due, every};
use tokio_util::sync::CancellationToken;

use crate::{
    commit::Decisions,
    domain::{DomainError, Rules, model::FeedbackTotals, records::Record, use_cases::TellFeedback},
    store::Store,
};

/// Activities looked at in one go.
const BATCH: u64 = 200;

/// The worker.
pub struct FeedbackWatch {
    pub decisions: Decisions,
    pub store: Store,
    pub rules: Rules,
    pub clock: Arc<dyn Clock>,
    /// Between one look and the next.
    pub interval: Duration,
}

impl FeedbackWatch {
    /// Works until the token is cancelled.
    pub async fn run(self, token: CancellationToken) {
        every(self.interval, &token, "feedback not told", || self.look(&token)).await
    }

    async fn look(&self, token: &CancellationToken) -> Result<(), DomainError> {
        let now = self.clock.now();
        let tell = TellFeedback { rules: &self.rules, activities: &self.store, records: &self.store };
        let done = each_due(
            BATCH,
            token,
            "feedback of an activity was not told",
            FeedbackTotals::name,
            |batch| tell.due(batch, now),
            async |due: FeedbackTotals| self.decisions.settle(tell.execute(&due, now).await?).await,
        )
        .await?;
        if done.count > 0 {
            tracing::info!(activities = done.count, "feedback is told");
        }
        Ok(())
    }
}
