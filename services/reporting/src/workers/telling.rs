//! Tells how far the generation of a report or a bulletin has come, one small record each step; and learns that it was taken back.

use async_trait::async_trait;
use seamless_calendar::Clock;

use crate::{
    commit::Decisions,
    domain::{
        DomainError,
        model::{GenerationStage, Publication, ReportState},
        records::record,
        use_cases::{Step, TellProgress},
    },
    render::Telling,
    store::Store,
};

/// Tells it of one of them.
pub(super) struct TellingOf<'a, P> {
    pub(super) decisions: &'a Decisions,
    pub(super) store: &'a Store,
    pub(super) clock: &'a dyn Clock,
    pub(super) of: &'a P,
}

impl<P: Publication> TellingOf<'_, P> {
    /// This stage was begun.
    pub(super) async fn step(&self, stage: GenerationStage) {
        self.tell(Step { stage, document: 0, documents: 0 }).await;
    }

    /// What is told is for whoever waits: where it cannot be written, or another replica tells it, the generation goes on.
    async fn tell(&self, step: Step) {
        if let Err(error) = self.write(step).await {
            tracing::debug!(of = self.of.name(), %error, "how far a generation has come was not told");
        }
    }

    async fn write(&self, step: Step) -> Result<(), DomainError> {
        let tell = TellProgress { records: self.store };
        let changes = tell.execute(self.of.report(), step, self.clock.now()).await?;
        self.decisions.settle(changes).await?;
        Ok(())
    }

    /// Whether it is waited for still.
    async fn is_wanted(&self) -> bool {
        let known = record::<P, _>(self.store, &self.of.name()).await;
        // Where it cannot be read, it is found when it is entered.
        known.ok().flatten().is_none_or(|known| known.report().state == ReportState::Queued)
    }
}

#[async_trait]
impl<P: Publication> Telling for TellingOf<'_, P> {
    async fn writes(&self, document: u32, documents: u32) -> bool {
        self.tell(Step { stage: GenerationStage::Writing, document, documents }).await;
        self.is_wanted().await
    }

    async fn is_written(&self) -> bool {
        self.is_wanted().await
    }
}
