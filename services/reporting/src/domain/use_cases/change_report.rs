//! Approves, publishes or takes back a report. One that a schedule asked for is published as it is approved, if the schedule says to whom.

use jiff::Timestamp;
use seamless_decision::{Told, require_revision};
use seamless_identity::AuthorityId;

use super::{Publication, published::published, reach::outside};
use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Rules, Violation,
    error::Refusal,
    event::EventKind,
    model::{Release, Report, ReportState, release_name},
    records::{Record, RecordQuery, RecordReader, record},
};

/// What is to be done with it.
#[derive(Clone, Debug)]
pub enum ReportStep {
    Approve,
    /// To these authorities.
    Publish(Vec<AuthorityId>),
    Cancel,
}

/// Approves, publishes or takes back a report.
pub struct ChangeReport<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl ChangeReport<'_> {
    /// Takes the step; `revision` is the one that was read, if the caller says one.
    ///
    /// # Errors
    /// That the report stands where the step cannot be taken, or changed since; wrong readers.
    pub async fn execute(
        &self,
        caller: &Caller,
        report: Report,
        step: &ReportStep,
        revision: Option<i64>,
        now: Timestamp,
    ) -> Result<Decision<Report>, DomainError> {
        require_revision(revision, report.revision, || report.name())?;
        let previous = report.state;
        let mut report = Report { update_time: now, revision: report.revision + 1, ..report };
        let mut changes = ChangeSet::default();
        match step {
            ReportStep::Approve => {
                require(&report, &[ReportState::Generated], "approving")?;
                report.state = ReportState::Approved;
                report.approve_time = Some(now);
                report.approved_by.clone_from(&caller.principal);
                self.publication().as_scheduled(&mut report, &mut changes, now).await?;
            }
            ReportStep::Cancel => {
                use ReportState::{Approved, Failed, Generated, Queued};
                require(&report, &[Queued, Generated, Approved, Failed], "cancelling")?;
                report.state = ReportState::Cancelled;
            }
            ReportStep::Publish(readers) => {
                require(&report, &[ReportState::Approved], "publishing")?;
                self.check(readers)?;
                self.check_reach(&report, readers)?;
                self.keep_what_is_told(&report, &mut changes).await?;
                self.publication().publish(&mut report, readers, &mut changes, now).await?;
            }
        }
        changes.put_record(&report)?;
        if report.state != ReportState::Published {
            let kind = EventKind::ReportChanged(Box::new(report.clone()), Some(previous));
            changes.tell(Told {
                kind,
                time: now,
                arrangement: None,
                readers: self.rules.side(&report.owner),
            });
        }
        Ok(Decision { outcome: report, changes })
    }

    fn publication(&self) -> Publication<'_> {
        Publication { rules: self.rules, records: self.records }
    }

    /// Each reader is an authority of the cooperation.
    fn check(&self, readers: &[AuthorityId]) -> Result<(), DomainError> {
        let unknown =
            readers.iter().enumerate().filter(|(_, id)| self.rules.cooperation.authority(id).is_none());
        let wrong: Vec<Violation> = unknown
            .map(|(index, id)| Violation {
                field: format!("readers[{index}]"),
                description: format!("wants an authority of the cooperation; got {id}"),
            })
            .collect();
        if wrong.is_empty() { Ok(()) } else { Err(wrong.into()) }
    }

    /// Each reader knows the cases of the report, or it was made for others.
    fn check_reach(&self, report: &Report, readers: &[AuthorityId]) -> Result<(), DomainError> {
        if report.for_others {
            return Ok(());
        }
        let outside = outside(self.rules, &report.owner, report.partner.as_ref(), readers).into_iter();
        let wrong: Vec<Violation> = outside
            .map(|(index, description)| Violation { field: format!("readers[{index}]"), description })
            .collect();
        if wrong.is_empty() { Ok(()) } else { Err(wrong.into()) }
    }

    /// Keeps the counts that a report for others tells and withholds. They were judged by what was published before it was generated: if
    /// more was since, it has to be generated again.
    async fn keep_what_is_told(&self, report: &Report, changes: &mut ChangeSet) -> Result<(), DomainError> {
        if !report.for_others {
            return Ok(());
        }
        let prepared = record::<Release, _>(self.records, &release_name(report.id)).await?;
        let published = published(self.records, &report.owner).await?;
        match prepared {
            Some(prepared) if report.published_before == Some(published.times()) => {
                let revision = prepared.revision + 1;
                changes.put_record(&Release { published: true, revision, ..prepared })?;
                changes.put_record(&published.once_more(&report.owner))
            }
            _ => Err(Refusal::WantsFirst {
                resource: report.name(),
                state: Some(ReportState::Approved.into()),
                verb: "publishing",
                remedy: "more was published of its owner since, so generate it again".to_owned(),
            }
            .into()),
        }
    }
}

/// It stands in one of these states.
fn require(report: &Report, states: &[ReportState], verb: &'static str) -> Result<(), DomainError> {
    match states.contains(&report.state) {
        true => Ok(()),
        false => Err(DomainError::illegal(report.name(), report.state, verb)),
    }
}
