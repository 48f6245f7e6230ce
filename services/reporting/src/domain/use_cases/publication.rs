//! Gives an approved report to its readers: what publishing by hand and publishing as a schedule says have in common.

use jiff::Timestamp;
use seamless_decision::Told;
use seamless_identity::AuthorityId;

use super::reach::who_know;
use crate::domain::{
    ChangeSet, DomainError, Rules,
    event::EventKind,
    model::{Report, ReportState, SharedReport},
    records::{RecordPage, RecordQuery, RecordReader, records},
};

/// Gives an approved report to its readers.
pub(super) struct Publication<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl Publication<'_> {
    /// The report is published to these authorities, in the changes as well; it is itself put there by the caller.
    pub async fn publish(
        &self,
        report: &mut Report,
        readers: &[AuthorityId],
        changes: &mut ChangeSet,
        now: Timestamp,
    ) -> Result<(), DomainError> {
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

    /// An approved report is published as its schedule says, to those who are in the cooperation still and know its cases; nothing where
    /// it says nothing.
    pub async fn as_scheduled(
        &self,
        report: &mut Report,
        changes: &mut ChangeSet,
        now: Timestamp,
    ) -> Result<(), DomainError> {
        let know = who_know(self.rules, &report.owner, report.partner.as_ref());
        let readers = report.publish_to.iter().filter(|id| know.contains(id)).cloned();
        let readers: Vec<AuthorityId> = readers.collect();
        match readers.is_empty() {
            true => Ok(()),
            false => self.publish(report, &readers, changes, now).await,
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
