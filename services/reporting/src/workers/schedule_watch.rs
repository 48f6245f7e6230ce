//! Runs schedules of reports when they are due. Any number of replicas look; the revision of the schedule lets one of them through.

use std::{sync::Arc, time::Duration};

use seamless_calendar::Clock;
use seamless_program::{each_due, every};
use tokio_util::sync::CancellationToken;

use crate::{
    commit::Decisions,
    domain::{DomainError, Rules, model::ReportSchedule, records::Record, use_cases::RunSchedule},
    store::Store,
};

/// Schedules run in one go.
const BATCH: u64 = 100;

/// The worker.
pub struct ScheduleWatch {
    pub decisions: Decisions,
    pub store: Store,
    pub rules: Rules,
    pub clock: Arc<dyn Clock>,
    /// Between one look and the next.
    pub interval: Duration,
}

impl ScheduleWatch {
    /// Works until the token is cancelled.
    pub async fn run(self, token: CancellationToken) {
        every(self.interval, &token, "schedules not looked at", || self.look(&token)).await
    }

    async fn look(&self, token: &CancellationToken) -> Result<(), DomainError> {
        let now = self.clock.now();
        let run = RunSchedule { rules: &self.rules, records: &self.store };
        let done = each_due(
            BATCH,
            token,
            "a schedule did not run",
            ReportSchedule::name,
            |batch| run.due(batch, now),
            async |due: ReportSchedule| self.decisions.settle(run.execute(&due.name(), now).await?).await,
        )
        .await?;
        if done.count > 0 {
            tracing::info!(schedules = done.count, "schedules ran");
        }
        Ok(())
    }
}
