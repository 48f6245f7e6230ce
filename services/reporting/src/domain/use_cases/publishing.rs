//! Gives an approved report or bulletin to its readers: what publishing by hand and publishing as a schedule says have in common.

use jiff::Timestamp;
use seamless_decision::Told;
use seamless_identity::AuthorityId;

use super::reach::who_know;
use crate::domain::{
    ChangeSet, DomainError, Rules,
    error::Refusal,
    model::{Bulletin, Publication, PublishedCount, ReportState, Shared},
    records::{Record, RecordPage, RecordQuery, RecordReader, record, records},
};

/// Gives an approved report or bulletin to its readers.
pub(super) struct Publishing<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl Publishing<'_> {
    /// It is published to these authorities, in the changes as well; it is itself put there by the caller.
    ///
    /// # Errors
    /// `WantsFirst` where one about the same that was asked for later is published already; those of the store.
    pub async fn publish<P: Publication>(
        &self,
        publication: &mut P,
        readers: &[AuthorityId],
        changes: &mut ChangeSet,
        now: Timestamp,
    ) -> Result<(), DomainError> {
        let mut readers = readers.to_vec();
        readers.sort();
        readers.dedup();
        let (earlier, count) = self.published_before(publication).await?;
        if let Some(newer) = self.newer(publication).await? {
            let remedy = format!(
                "{} about the same was asked for later and is published, so cancel this one, or have it generated again",
                newer.name()
            );
            let (resource, verb) = (publication.name(), "publishing");
            return Err(Refusal::WantsFirst { resource, state: None, verb, remedy }.into());
        }
        changes.put_record(&count)?;
        let report = publication.report_mut();
        report.state = ReportState::Published;
        report.publish_time = Some(now);
        report.readers.clone_from(&readers);
        report.restates = earlier.as_ref().map(|earlier| earlier.report().id);
        for reader in &readers {
            changes.put_record(&P::Shared::of(report.id, reader.clone(), now))?;
        }
        let mut told = self.rules.side(&report.owner);
        let earlier_readers = earlier.iter().flat_map(|earlier| &earlier.report().readers);
        told.extend(readers.iter().chain(earlier_readers).flat_map(|reader| self.rules.side(reader)));
        told.sort();
        told.dedup();
        let kind = publication.clone().published(publication.report().restates);
        changes.tell(Told { kind, time: now, arrangement: None, readers: told });
        Ok(())
    }

    /// What is approved is published as its schedule says, to those who are in the cooperation still and may know it; nothing where it says
    /// nothing.
    ///
    /// # Errors
    /// As [`Self::publish`].
    pub async fn as_scheduled<P: Publication>(
        &self,
        publication: &mut P,
        changes: &mut ChangeSet,
        now: Timestamp,
    ) -> Result<(), DomainError> {
        let readers = self.scheduled_readers(publication);
        match readers.is_empty() {
            true => Ok(()),
            false => self.publish(publication, &readers, changes, now).await,
        }
    }

    /// To whom a schedule has it published, as far as they may know it; a bulletin about the own side's alerts is for whomever its owner
    /// says.
    pub fn scheduled_readers<P: Publication>(&self, publication: &P) -> Vec<AuthorityId> {
        let report = publication.report();
        let is_for_anybody = P::KIND == Bulletin::KIND && publication.meant_for().is_none();
        let know = who_know(self.rules, &report.owner, report.partner.as_ref());
        let may_know = |id: &&AuthorityId| match is_for_anybody {
            true => self.rules.cooperation.authority(id).is_some(),
            false => know.contains(id),
        };
        report.publish_to.iter().filter(may_know).cloned().collect()
    }

    /// One about the same that is published already though it was asked for later, the newest of these: nobody is to be given staler
    /// figures in its place.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn newer<P: Publication>(&self, publication: &P) -> Result<Option<P>, DomainError> {
        let asked = |one: &P| one.report().create_time;
        let published = self.published(publication).await?.into_iter();
        Ok(published.max_by_key(asked).filter(|newest| asked(newest) > asked(publication)))
    }

    /// The one about the same that was published last, and how often any was with this one. How often is read first: what comes in
    /// between is found by it.
    async fn published_before<P: Publication>(
        &self,
        publication: &P,
    ) -> Result<(Option<P>, PublishedCount), DomainError> {
        let count = PublishedCount::of(publication);
        let known: Option<PublishedCount> = record(self.records, &count.name()).await?;
        let count = PublishedCount { revision: known.map_or(0, |known| known.revision) + 1, ..count };
        let published = self.published(publication).await?.into_iter();
        Ok((published.max_by_key(|one| (one.report().publish_time, one.report().id)), count))
    }

    /// Those about the same that are published; of many the hundred that were asked for last.
    async fn published<P: Publication>(&self, publication: &P) -> Result<Vec<P>, DomainError> {
        let states = vec![ReportState::Published as i32];
        let page = RecordPage { states, descending: true, limit: 100, ..RecordPage::default() };
        let (owners, group) = (vec![publication.report().owner.clone()], Some(publication.place().group));
        let query = RecordQuery { owners, group, page, ..RecordQuery::default() };
        Ok(records(self.records, &query).await?)
    }
}
