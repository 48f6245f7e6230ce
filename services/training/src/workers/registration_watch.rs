//! Looks at registrations: offers that expired end, seats that are free go to who waits, registrations of activities that were
//! cancelled end, and those without a seat of activities that were held. Any number of replicas look; the commit lets each step through once.

use std::{sync::Arc, time::Duration};

use seamless_calendar::Clock;
use seamless_program::{each_due, every};
use tokio_util::sync::CancellationToken;

use crate::{
    commit::Decisions,
    domain::{
        DomainError, Rules,
        model::{Activity, Registration, SeatPool},
        seating::Seating,
        use_cases::{EndOver, ExpireOffers, FillSeats},
    },
    store::Store,
};

/// Items looked at in one go.
const BATCH: u64 = 200;

/// The worker.
pub struct RegistrationWatch {
    pub decisions: Decisions,
    pub store: Store,
    pub rules: Rules,
    pub clock: Arc<dyn Clock>,
    /// Between one look and the next.
    pub interval: Duration,
}

impl RegistrationWatch {
    /// Works until the token is cancelled.
    pub async fn run(self, token: CancellationToken) {
        every(self.interval, &token, "registrations not looked at", || self.look(&token)).await
    }

    async fn look(&self, token: &CancellationToken) -> Result<(), DomainError> {
        let (now, seating) = (self.clock.now(), self.seating());
        let expire = ExpireOffers { seating, activities: &self.store };
        let expired = each_due(
            BATCH,
            token,
            "an offer did not expire",
            Registration::name,
            |batch| expire.due(batch, now),
            async |due: Registration| self.decisions.settle(expire.execute(&due, now).await?).await,
        )
        .await?;
        let fill = FillSeats { seating, activities: &self.store };
        each_due(
            BATCH,
            token,
            "seats were not given",
            |due: &SeatPool| due.pool.name(),
            |batch| fill.due(batch),
            async |due: SeatPool| self.decisions.settle(fill.execute(&due, now).await?).await,
        )
        .await?;
        let end = EndOver { seating, activities: &self.store };
        let ended = each_due(
            BATCH,
            token,
            "registrations of an activity that is over did not end",
            Activity::name,
            |batch| end.due(batch),
            async |due: Activity| self.decisions.settle(end.execute(&due, now).await?).await,
        )
        .await?;
        if expired.count + ended.count > 0 {
            tracing::info!(expired = expired.count, over = ended.count, "registrations ended");
        }
        Ok(())
    }

    fn seating(&self) -> Seating<'_> {
        Seating { rules: &self.rules, registrations: &self.store, records: &self.store }
    }
}
