//! Runs schedules of reports when they are due. Any number of replicas look; the revision of the schedule lets one of them through.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

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
/// Between two looks for what ran while a clock was ahead. What is found twice is brought back: a replica that learns of a sandbox's clock a
/// moment later than another one is not taken for right.
const BETWEEN_CLOCK_CHECKS: Duration = Duration::from_secs(300);

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
        let found: Mutex<HashMap<String, i64>> = Mutex::default();
        let looks = every(self.interval, &token, "schedules not looked at", || self.look(&token));
        let what = "schedules that are ahead of the clock not looked for";
        let checks = every(BETWEEN_CLOCK_CHECKS, &token, what, || self.check(&found));
        tokio::join!(looks, checks);
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

    /// Brings back what ran while the clock was ahead, and was found so before; `found` is what is found now.
    async fn check(&self, found: &Mutex<HashMap<String, i64>>) -> Result<(), DomainError> {
        let now = self.clock.now();
        let run = RunSchedule { rules: &self.rules, records: &self.store };
        let ahead = run.ahead(now).await?;
        let present = ahead.iter().map(|schedule| (schedule.name(), schedule.revision)).collect();
        let before = std::mem::replace(&mut *found.lock().unwrap_or_else(PoisonError::into_inner), present);
        for schedule in ahead {
            let (name, counted_from) = (schedule.name(), schedule.counted_from);
            if before.get(&name) != Some(&schedule.revision) {
                tracing::warn!(schedule = name, %counted_from, %now, "a schedule ran while the clock was ahead");
            } else if self.decisions.settle(run.bring_back(&name, now).await?).await? {
                tracing::warn!(schedule = name, %counted_from, %now, "a schedule that was ahead is due by the clock again");
            }
        }
        Ok(())
    }
}
