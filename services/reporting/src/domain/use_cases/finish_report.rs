//! Enters what was generated; what its schedule says of approval and publication comes to pass at once.

use jiff::Timestamp;
use seamless_decision::Told;

use super::Publishing;
use crate::domain::{
    ChangeSet, DomainError, Rules,
    model::{Manifest, Publication, Release, Report, ReportState, schedule_name},
    records::{RecordQuery, RecordReader, record},
};

/// What came of it.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It can be read; with the signed manifest.
    Made(Box<Manifest>, String),
    /// The same of a report for others, with the counts that it tells and withholds, and how often its owner had published before.
    MadeForOthers(Box<Manifest>, String, Box<Release>, i64),
    /// It cannot be made; why, for its owner.
    Failed(String),
}

/// Enters what was generated.
pub struct FinishReport<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl FinishReport<'_> {
    /// Enters the outcome of a report; nothing where it does not wait for it any more.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn execute(
        &self,
        name: &str,
        outcome: Outcome,
        now: Timestamp,
    ) -> Result<ChangeSet, DomainError> {
        self.enter::<Report>(name, outcome, |_| None, now).await
    }

    /// Enters the outcome, and what else came of it by `enter`, with what is kept until others have it; nothing where it does not wait for it any more.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn enter<P: Publication>(
        &self,
        name: &str,
        outcome: Outcome,
        enter: impl FnOnce(&mut P) -> Option<Release> + Send,
        now: Timestamp,
    ) -> Result<ChangeSet, DomainError> {
        let mut changes = ChangeSet::default();
        let Some(mut publication) = record::<P, _>(self.records, name).await? else { return Ok(changes) };
        let report = publication.report_mut();
        if report.state != ReportState::Queued {
            return Ok(changes);
        }
        match outcome {
            Outcome::Made(manifest, signature) => {
                report.state = ReportState::Generated;
                report.manifest = Some(*manifest);
                report.signature = signature;
                if let Some(schedule) = report.schedule.filter(|_| report.approve_automatically) {
                    report.state = ReportState::Approved;
                    report.approve_time = Some(now);
                    report.approved_by = schedule_name(schedule);
                }
            }
            Outcome::MadeForOthers(manifest, signature, release, times) => {
                report.state = ReportState::Generated;
                report.manifest = Some(*manifest);
                report.signature = signature;
                report.published_before = Some(times);
                changes.put_record(release.as_ref())?;
            }
            Outcome::Failed(why) => {
                report.state = ReportState::Failed;
                report.failure = why;
            }
        }
        report.update_time = now;
        report.revision += 1;
        if let Some(release) = enter(&mut publication) {
            changes.put_record(&release)?;
        }
        if publication.report().state == ReportState::Approved {
            let publishing = Publishing { rules: self.rules, records: self.records };
            // Where what was asked for later is published already, it stays approved: somebody may cancel it.
            if publishing.newer(&publication).await?.is_none() {
                publishing.as_scheduled(&mut publication, &mut changes, now).await?;
            }
        }
        changes.put_record(&publication)?;
        if publication.report().state == ReportState::Published {
            return Ok(changes);
        }
        let readers = self.rules.side(&publication.report().owner);
        let kind = publication.changed(Some(ReportState::Queued));
        changes.tell(Told { kind, time: now, arrangement: None, readers });
        Ok(changes)
    }
}
