//! Tells how far the generation of a report or a bulletin has come.

use jiff::Timestamp;

use crate::domain::{
    ChangeSet, DomainError,
    model::{GenerationStage, Progress, Report, progress_name},
    records::{RecordQuery, RecordReader, record},
};

/// A step of a generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub stage: GenerationStage,
    /// Which document is written, from 1 on, and of how many; 0 in other stages.
    pub document: u32,
    pub documents: u32,
}

/// Tells how far a generation has come.
pub struct TellProgress<'a> {
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl TellProgress<'_> {
    /// This step was begun.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn execute(
        &self,
        report: &Report,
        step: Step,
        now: Timestamp,
    ) -> Result<ChangeSet, DomainError> {
        let known: Option<Progress> = record(self.records, &progress_name(report.id)).await?;
        let Step { stage, document, documents } = step;
        let progress = Progress {
            id: report.id,
            owner: report.owner.clone(),
            stage,
            document,
            documents,
            time: now,
            revision: known.map_or(0, |known| known.revision) + 1,
        };
        let mut changes = ChangeSet::default();
        changes.put_record(&progress)?;
        Ok(changes)
    }
}
