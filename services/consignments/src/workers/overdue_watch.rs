//! Looks at suspensions: those whose due time passed are marked at the first look after it. Any number of replicas look;
//! the commit lets each mark through once.

use std::{sync::Arc, time::Duration};

use seamless_calendar::Clock;
use seamless_program::{each_due, every};
use tokio_util::sync::CancellationToken;

use crate::{
    commit::Decisions,
    domain::{
        DomainError, Rules,
        model::{Suspension, control_name},
        use_cases::MarkOverdue,
    },
    store::Store,
};

/// Suspensions looked at in one go.
const BATCH: u64 = 200;

/// The worker.
pub struct OverdueWatch {
    pub decisions: Decisions,
    pub store: Store,
    pub rules: Rules,
    pub clock: Arc<dyn Clock>,
    /// Between one look and the next.
    pub interval: Duration,
}

impl OverdueWatch {
    /// Works until the token is cancelled.
    pub async fn run(self, token: CancellationToken) {
        every(self.interval, &token, "suspensions not looked at", || self.look(&token)).await
    }

    /// Marks all that is due by now.
    async fn look(&self, token: &CancellationToken) -> Result<(), DomainError> {
        let mark = MarkOverdue { rules: &self.rules, records: &self.store };
        let due = |batch| mark.due(batch, self.clock.now());
        let mark = &mark;
        let each = |suspension: Suspension| async move {
            let changes = mark.execute(&suspension, self.clock.now()).await?;
            self.decisions.commit(changes, None).await.map(|()| true)
        };
        let name = |suspension: &Suspension| control_name(suspension.control);
        let done = each_due(BATCH, token, "a suspension was not marked", name, due, each).await?;
        if done.count > 0 {
            tracing::info!(marked = done.count, "suspensions are overdue");
        }
        Ok(())
    }
}
