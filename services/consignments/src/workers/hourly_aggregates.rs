//! Tells what each entry point screened in each hour, once the hour is over. Any number of replicas look; the commit lets
//! each hour through once.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use seamless_calendar::Clock;
use seamless_program::every;
use tokio_util::sync::CancellationToken;

use crate::{
    commit::Decisions,
    domain::{
        DomainError, Rules,
        aggregates::{AggregatedUntil, HOUR, HourlyAggregate, bounded, hour_of},
        pilot::EntryPoint,
        records::record,
        use_cases::TellHour,
    },
    store::Store,
};

/// A decision carries the time at which it was made, and is written a moment later.
const GRACE: SignedDuration = SignedDuration::from_secs(60);

/// The worker.
pub struct HourlyAggregates {
    pub decisions: Decisions,
    pub store: Store,
    pub rules: Rules,
    pub clock: Arc<dyn Clock>,
    /// The counts of an hour from which on countries of origin are counted together.
    pub most_counts: usize,
    /// Between one look and the next.
    pub interval: Duration,
}

impl HourlyAggregates {
    /// Works until the token is cancelled.
    pub async fn run(self, token: CancellationToken) {
        every(self.interval, &token, "hours not told", || self.look(&token)).await
    }

    async fn look(&self, token: &CancellationToken) -> Result<(), DomainError> {
        for entry_point in self.rules.pilot.entry_points.values() {
            match self.tell(entry_point, token).await {
                // Another replica was faster.
                Ok(()) | Err(DomainError::Conflict) => {}
                // What is wrong with one entry point keeps no other's hours from being told.
                Err(error) => {
                    tracing::warn!(entry_point = %entry_point.id, %error, "hours not told; tried again");
                }
            }
        }
        Ok(())
    }

    /// Tells all hours that are over and were not told.
    async fn tell(&self, entry_point: &EntryPoint, token: &CancellationToken) -> Result<(), DomainError> {
        loop {
            let now = self.clock.now();
            let name = AggregatedUntil::name_of(&entry_point.id);
            let known: Option<AggregatedUntil> = record(&self.store, &name).await?;
            let from = known.as_ref().map_or(Timestamp::UNIX_EPOCH, |known| known.until);
            if !is_over(from, now) || token.is_cancelled() {
                return Ok(());
            }
            // Hours in which nothing came are passed over.
            let Some(first) = self.store.first_screening(&entry_point.id, from).await? else { return Ok(()) };
            let start = hour_of(first);
            if !is_over(start, now) {
                return Ok(());
            }
            let end = end_of(start);
            let counts = self.store.screening_counts(&entry_point.id, start, end).await?;
            let counts = bounded(counts, self.most_counts);
            let hour = HourlyAggregate { entry_point: entry_point.id.clone(), start, counts };
            let tell = TellHour { rules: &self.rules, entry_point, told: known.as_ref() };
            let changes = tell.execute(hour, end, now)?;
            self.decisions.commit(changes, None).await?;
        }
    }
}

fn end_of(hour: Timestamp) -> Timestamp {
    hour.checked_add(HOUR).unwrap_or(Timestamp::MAX)
}

/// Whether all is written that was screened in the hour that begins here.
fn is_over(hour: Timestamp, now: Timestamp) -> bool {
    end_of(hour).checked_add(GRACE).unwrap_or(Timestamp::MAX) <= now
}
