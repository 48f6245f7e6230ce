//! Erases personal data: of persons whose erasure has come, and of activities that keep it no longer. Afterwards the database is
//! asked to leave none of the bytes behind.

use std::{sync::Arc, time::Duration};

use seamless_api::digest_in;
use seamless_calendar::Clock;
use seamless_files::FileStore;
use seamless_program::{each_due, every};
use tokio_util::sync::CancellationToken;

use crate::{
    commit::Decisions,
    domain::{
        DomainError, Rules,
        error::Refusal,
        model::{Erasure, SeatPool},
        records::Record,
        seating::Seating,
        use_cases::{EndRetention, ErasePerson, KnownOfPerson},
    },
    store::Store,
};

/// Items looked at in one go.
const BATCH: u64 = 100;

/// The worker.
pub struct ErasureWatch {
    pub decisions: Decisions,
    pub store: Store,
    pub files: FileStore,
    pub rules: Rules,
    pub clock: Arc<dyn Clock>,
    /// Between one look and the next.
    pub interval: Duration,
}

impl ErasureWatch {
    /// Works until the token is cancelled.
    pub async fn run(self, token: CancellationToken) {
        every(self.interval, &token, "erasures not looked at", || self.look(&token)).await
    }

    async fn look(&self, token: &CancellationToken) -> Result<(), DomainError> {
        let now = self.clock.now();
        let seating = Seating { rules: &self.rules, registrations: &self.store, records: &self.store };
        let known = KnownOfPerson { registrations: &self.store, records: &self.store };
        let erase = ErasePerson { seating, activities: &self.store, known };
        let erased = each_due(
            BATCH,
            token,
            "a person was not erased",
            Erasure::name,
            |batch| erase.due(batch, now),
            async |due: Erasure| {
                let changes = erase.execute(&due, now).await?;
                let erased = changes.erased_files.clone();
                self.around(&erased, self.decisions.settle(changes)).await
            },
        )
        .await?;
        let end = EndRetention { erase };
        let ended = each_due(
            BATCH,
            token,
            "what an activity keeps no longer was not erased",
            |due: &SeatPool| due.pool.name(),
            |batch| end.due(batch, now),
            async |due: SeatPool| {
                let changes = end.execute(&due, now).await?;
                let erased = changes.erased_files.clone();
                self.around(&erased, self.decisions.settle(changes)).await
            },
        )
        .await?;
        if erased.count + ended.count > 0 {
            self.store.scour().await?;
            tracing::info!(erasures = erased.count, activities = ended.count, "personal data was erased");
        }
        Ok(())
    }

    /// Deletes contents that hold personal data before what says so is written, so that what is interrupted between the two is found
    /// again; and once more behind it, since a call may have kept one of them meanwhile, which looks at what is written after it kept it.
    async fn around(
        &self,
        erased: &[String],
        settled: impl Future<Output = Result<bool, DomainError>>,
    ) -> Result<bool, DomainError> {
        self.delete(erased).await?;
        let is_written = settled.await?;
        self.delete(erased).await?;
        Ok(is_written)
    }

    async fn delete(&self, contents: &[String]) -> Result<(), DomainError> {
        for sha256 in contents {
            let deleted = self.files.delete(&digest_in("sha256", sha256)?).await;
            deleted.map_err(|error| Refusal::Unavailable(format!("a file was not erased: {error}")))?;
        }
        Ok(())
    }
}
