//! Approves, publishes or takes back a report.

use jiff::Timestamp;
use seamless_decision::{Told, require_revision};
use seamless_identity::AuthorityId;

use super::published::published;
use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Rules, Violation,
    error::Refusal,
    event::EventKind,
    model::{Publication, Report, ReportState, SharedReport, publication_name},
    records::{Record, RecordPage, RecordQuery, RecordReader, record, records},
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
            }
            ReportStep::Cancel => {
                use ReportState::{Approved, Failed, Generated, Queued};
                require(&report, &[Queued, Generated, Approved, Failed], "cancelling")?;
                report.state = ReportState::Cancelled;
            }
            ReportStep::Publish(readers) => {
                require(&report, &[ReportState::Approved], "publishing")?;
                self.publish(&mut report, readers, &mut changes, now).await?;
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

    async fn publish(
        &self,
        report: &mut Report,
        readers: &[AuthorityId],
        changes: &mut ChangeSet,
        now: Timestamp,
    ) -> Result<(), DomainError> {
        self.check(readers)?;
        self.check_reach(report, readers)?;
        self.keep_what_is_told(report, changes).await?;
        let mut readers = readers.to_vec();
        readers.sort();
        readers.dedup();
        report.state = ReportState::Published;
        report.publish_time = Some(now);
        report.readers.clone_from(&readers);
        let earlier = self.published_before(report).await?;
        report.restates = earlier.as_ref().map(|earlier| earlier.id);
        for reader in &readers {
            let shared =
                SharedReport { report: report.id, reader: reader.clone(), publish_time: now, revision: 1 };
            changes.put_record(&shared)?;
        }
        let mut told = self.rules.side(&report.owner);
        told.extend(readers.iter().flat_map(|reader| self.rules.side(reader)));
        let kind = match earlier {
            None => EventKind::ReportPublished(Box::new(report.clone())),
            Some(earlier) => {
                told.extend(earlier.readers.iter().flat_map(|reader| self.rules.side(reader)));
                EventKind::ReportRestated(Box::new(report.clone()), earlier.id)
            }
        };
        told.sort();
        told.dedup();
        changes.tell(Told { kind, time: now, arrangement: None, readers: told });
        Ok(())
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
        let sides = [Some(&report.owner), report.partner.as_ref()].into_iter().flatten();
        let sides: Vec<AuthorityId> =
            sides.filter_map(|side| self.rules.party(side)).flat_map(|side| side.members).collect();
        let wanted = match report.partner {
            Some(_) => "wants an authority of the two sides of the report, which know its cases",
            None => "wants an authority of the report's own side, since it was not generated for others",
        };
        let outside = readers.iter().enumerate().filter(|(_, reader)| !sides.contains(reader));
        let wrong: Vec<Violation> = outside
            .map(|(index, reader)| Violation {
                field: format!("readers[{index}]"),
                description: format!("{wanted}; got {reader}"),
            })
            .collect();
        if wrong.is_empty() { Ok(()) } else { Err(wrong.into()) }
    }

    /// Keeps the counts that a report for others tells and withholds. They were judged by what was published before it was generated: if
    /// more was since, it has to be generated again.
    async fn keep_what_is_told(&self, report: &Report, changes: &mut ChangeSet) -> Result<(), DomainError> {
        if !report.for_others {
            return Ok(());
        }
        let prepared = record::<Publication, _>(self.records, &publication_name(report.id)).await?;
        let published = published(self.records, &report.owner).await?;
        match prepared {
            Some(prepared) if report.published_before == Some(published.times()) => {
                let revision = prepared.revision + 1;
                changes.put_record(&Publication { published: true, revision, ..prepared })?;
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

    /// The report about the same that was published last.
    async fn published_before(&self, report: &Report) -> Result<Option<Report>, DomainError> {
        let states = vec![ReportState::Published as i32];
        let page = RecordPage { states, descending: true, limit: 100, ..RecordPage::default() };
        let (owners, group) = (vec![report.owner.clone()], Some(report.subject()));
        let query = RecordQuery { owners, group, page, ..RecordQuery::default() };
        let published: Vec<Report> = records(self.records, &query).await?;
        Ok(published.into_iter().max_by_key(|one| one.publish_time))
    }
}

/// It stands in one of these states.
fn require(report: &Report, states: &[ReportState], verb: &'static str) -> Result<(), DomainError> {
    match states.contains(&report.state) {
        true => Ok(()),
        false => Err(DomainError::illegal(report.name(), report.state, verb)),
    }
}
