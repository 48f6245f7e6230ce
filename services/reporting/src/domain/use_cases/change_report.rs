//! Approves, publishes or takes back a report or a bulletin. A report that a schedule asked for is published as it is approved, if the
//! schedule says to whom.

use jiff::Timestamp;
use seamless_decision::{Told, require_revision};
use seamless_identity::AuthorityId;

use super::{Beside, NameAlerts, Publishing, published::published, reach::outside};
use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Rules, Violation,
    error::Refusal,
    model::{Bulletin, Publication, Release, Report, ReportState, release_name},
    ports::FactReader,
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

/// Approves, publishes or takes back a report or a bulletin.
pub struct ChangeReport<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader<RecordQuery>,
    /// What a bulletin is judged by before others have it.
    pub facts: &'a dyn FactReader,
    pub beside: Beside,
}

impl ChangeReport<'_> {
    /// Takes the step; `revision` is the one that was read, if the caller says one.
    ///
    /// # Errors
    /// That it stands where the step cannot be taken, or changed since; wrong readers; findings that are open.
    pub async fn execute<P: Publication>(
        &self,
        caller: &Caller,
        publication: P,
        step: &ReportStep,
        revision: Option<i64>,
        now: Timestamp,
    ) -> Result<Decision<P>, DomainError> {
        require_revision(revision, publication.revision(), || publication.name())?;
        let mut publication = publication;
        let previous = publication.report().state;
        let report = publication.report_mut();
        report.update_time = now;
        report.revision += 1;
        let mut changes = ChangeSet::default();
        match step {
            ReportStep::Approve => {
                require(&publication, &[ReportState::Generated], "approving")?;
                let report = publication.report_mut();
                report.state = ReportState::Approved;
                report.approve_time = Some(now);
                report.approved_by.clone_from(&caller.principal);
                let readers = self.publishing().scheduled_readers(&publication);
                if !readers.is_empty() {
                    self.publish(&mut publication, &readers, &mut changes, now).await?;
                }
            }
            ReportStep::Cancel => {
                use ReportState::{Approved, Failed, Generated, Queued};
                require(&publication, &[Queued, Generated, Approved, Failed], "cancelling")?;
                publication.report_mut().state = ReportState::Cancelled;
            }
            ReportStep::Publish(readers) => {
                require(&publication, &[ReportState::Approved], "publishing")?;
                self.publish(&mut publication, readers, &mut changes, now).await?;
            }
        }
        changes.put_record(&publication)?;
        let report = publication.report();
        if report.state != ReportState::Published {
            let readers = self.rules.side(&report.owner);
            let kind = publication.clone().changed(Some(previous));
            changes.tell(Told { kind, time: now, arrangement: None, readers });
        }
        Ok(Decision { outcome: publication, changes })
    }

    /// It is given to these authorities, who may have it.
    async fn publish<P: Publication>(
        &self,
        publication: &mut P,
        readers: &[AuthorityId],
        changes: &mut ChangeSet,
        now: Timestamp,
    ) -> Result<(), DomainError> {
        self.check(readers, publication.meant_for())?;
        // A bulletin says itself whom it is meant for.
        if P::KIND == Report::KIND {
            self.check_reach(publication.report(), readers)?;
        }
        self.check_findings(publication)?;
        match P::KIND == Bulletin::KIND {
            true => self.names().keep(publication.report(), readers, now, changes).await?,
            false => self.keep_what_is_told(publication.report(), now, changes).await?,
        }
        self.publishing().publish(publication, readers, changes, now).await
    }

    fn names(&self) -> NameAlerts<'_> {
        let Self { rules, records, facts, beside } = *self;
        NameAlerts { rules, records, facts, beside }
    }

    fn publishing(&self) -> Publishing<'_> {
        Publishing { rules: self.rules, records: self.records }
    }

    /// No finding is open, unless that is not wanted.
    fn check_findings<P: Publication>(&self, publication: &P) -> Result<(), DomainError> {
        let open = publication.open_findings();
        if open == 0 || self.rules.publish_with_findings {
            return Ok(());
        }
        let remedy =
            format!("accept the {open} findings of the glossary that are open, or mend the texts first");
        let (resource, verb) = (publication.name(), "publishing");
        Err(Refusal::WantsFirst { resource, state: None, verb, remedy }.into())
    }

    /// Each reader is an authority of the cooperation, and of one of the sides that it is meant for.
    fn check(&self, readers: &[AuthorityId], meant_for: Option<Vec<AuthorityId>>) -> Result<(), DomainError> {
        let cooperation = &self.rules.cooperation;
        let side = |id: &AuthorityId| cooperation.contact_point_of(id).clone();
        let sides: Option<Vec<AuthorityId>> = meant_for.map(|ids| ids.iter().map(side).collect());
        let wrong: Vec<Violation> = readers
            .iter()
            .enumerate()
            .filter_map(|(index, id)| {
                let wanted = match &sides {
                    _ if cooperation.authority(id).is_none() => "an authority of the cooperation".to_owned(),
                    Some(sides) if !sides.contains(&side(id)) => {
                        let sides = sides.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ");
                        format!(
                            "an authority of the side of {sides}, since it tells what others told its owner"
                        )
                    }
                    _ => return None,
                };
                let description = format!("wants {wanted}; got {id}");
                Some(Violation { field: format!("readers[{index}]"), description })
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
    async fn keep_what_is_told(
        &self,
        report: &Report,
        now: Timestamp,
        changes: &mut ChangeSet,
    ) -> Result<(), DomainError> {
        if !report.for_others {
            return Ok(());
        }
        let prepared = record::<Release, _>(self.records, &release_name(report.id)).await?;
        let published = published(self.records, self.rules, &report.owner).await?;
        match prepared {
            Some(prepared) if report.published_before == Some(published.times()) => {
                let revision = prepared.revision + 1;
                // From now on others are told.
                let told = Release { published: true, create_time: now, revision, ..prepared };
                changes.put_record(&told)?;
                changes.put_record(&published.once_more())
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
fn require<P: Publication>(
    publication: &P,
    states: &[ReportState],
    verb: &'static str,
) -> Result<(), DomainError> {
    let state = publication.report().state;
    match states.contains(&state) {
        true => Ok(()),
        false => Err(DomainError::illegal(publication.name(), state, verb)),
    }
}
