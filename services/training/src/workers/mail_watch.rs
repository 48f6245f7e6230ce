//! Looks at what is to be told to those who are registered, and at whom is to be reminded; what is decided is queued. The outbox
//! is emptied by a worker of its own.

use std::{sync::Arc, time::Duration};

use seamless_calendar::Clock;
use seamless_program::{each_due, every};
use tokio_util::sync::CancellationToken;

use crate::{
    commit::Decisions,
    domain::{
        DomainError, Rules,
        model::{Correspondence, MailDue},
        records::Record,
        use_cases::{Remind, TellRegistered},
    },
    store::Store,
};

/// The worker.
pub struct MailWatch {
    pub decisions: Decisions,
    pub store: Store,
    pub rules: Rules,
    pub clock: Arc<dyn Clock>,
    /// Between one look and the next.
    pub interval: Duration,
    /// Registrations looked at in one go.
    pub batch: u64,
}

impl MailWatch {
    /// Works until the token is cancelled.
    pub async fn run(self, token: CancellationToken) {
        every(self.interval, &token, "who is to be told was not looked at", || self.look(&token)).await
    }

    async fn look(&self, token: &CancellationToken) -> Result<(), DomainError> {
        let (rules, store, now) = (&self.rules, &self.store, self.clock.now());
        let (activities, registrations, records) = (store, store, store);
        let tell = TellRegistered { rules, due: store, activities, registrations, records };
        each_due(
            self.batch,
            token,
            "somebody who is registered was not told",
            |due: &MailDue| format!("registration {}", due.registration),
            |batch| tell.due(batch),
            async |due: MailDue| self.decisions.settle(tell.execute(&due, now).await?).await,
        )
        .await?;
        let remind = Remind { rules, activities, registrations, records };
        let reminded = each_due(
            self.batch,
            token,
            "somebody was not reminded",
            Correspondence::name,
            |batch| remind.due(batch, now),
            async |due: Correspondence| self.decisions.settle(remind.execute(&due, now).await?).await,
        )
        .await?;
        if reminded.count > 0 {
            tracing::info!(reminded = reminded.count, "people are reminded");
        }
        Ok(())
    }
}
