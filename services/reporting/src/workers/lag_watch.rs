//! Measures how far what was read of each feed lies behind.

use std::{sync::Arc, time::Duration};

use opentelemetry::KeyValue;
use seamless_calendar::Clock;
use seamless_program::every;
use tokio_util::sync::CancellationToken;

use crate::{
    domain::{DomainError, Reached, Rules},
    store::Store,
};

/// Between one look and the next.
const INTERVAL: Duration = Duration::from_secs(5);

/// The worker.
pub struct LagWatch {
    pub store: Store,
    pub rules: Rules,
    pub reached: Reached,
    pub clock: Arc<dyn Clock>,
}

impl LagWatch {
    /// Works until the token is cancelled.
    pub async fn run(self, token: CancellationToken) {
        every(INTERVAL, &token, "the lag of feeds is not measured", || self.look()).await
    }

    async fn look(&self) -> Result<(), DomainError> {
        let meter = opentelemetry::global::meter("seamless-reporting");
        let lags = meter.u64_gauge("seamless.reporting.read_lag").with_unit("s").build();
        let positions = meter.i64_gauge("seamless.reporting.read_position").build();
        for feed in self.rules.feeds() {
            let source = KeyValue::new("source", feed.source.name());
            let of = [source, KeyValue::new("viewer", feed.reader.to_string())];
            if let Some(lag) = self.reached.lag(&feed, self.clock.now()) {
                lags.record(lag.unsigned_abs().as_secs(), &of);
            }
            if let Some(input) = self.store.input(&feed).await? {
                positions.record(input.position, &of);
            }
        }
        Ok(())
    }
}
