//! Follows clocks that were changed by law: announced activities are worked out anew by the zone data of this program, once.

use std::{sync::Arc, time::Duration};

use seamless_calendar::Clock;
use seamless_program::{each_due, every};
use tokio_util::sync::CancellationToken;

use crate::{
    commit::Decisions,
    domain::{
        DomainError, Rules,
        model::Activity,
        use_cases::{Conflicts, FollowClocks, KnownMeetings},
    },
    store::Store,
};

/// Activities looked at in one go.
const BATCH: u64 = 200;

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
        every(self.interval, &token, "clocks not followed", || self.look(&token)).await
    }

    async fn look(&self, token: &CancellationToken) -> Result<(), DomainError> {
        let now = self.clock.now();
        let conflicts = Conflicts { known: KnownMeetings { rules: &self.rules, activities: &self.store } };
        let follow = FollowClocks { rules: &self.rules, activities: &self.store, conflicts };
        let followed = each_due(
            BATCH,
            token,
            "an activity did not follow its clocks",
            Activity::name,
            |batch| follow.due(batch, now),
            async |due: Activity| self.decisions.settle(follow.execute(&due, now).await?).await,
        )
        .await?;
        if followed.count > 0 {
            let version = self.rules.zones.version();
            tracing::info!(activities = followed.count, version, "activities follow new time zone data");
        }
        Ok(())
    }
}
