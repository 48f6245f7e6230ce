//! Finds reports and bulletins for who may see them.

use std::marker::PhantomData;

use seamless_identity::AuthorityId;

use crate::domain::{
    Caller, DomainError, Rules,
    model::{Publication, Report, ReportId, Shared},
    records::{RecordPage, RecordQuery, RecordReader, record, records},
};

/// Finds reports, or bulletins.
pub struct ReportAccess<'a, P = Report> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader<RecordQuery>,
    pub of: PhantomData<fn() -> P>,
}

impl<P: Publication> ReportAccess<'_, P> {
    /// One that the caller may see.
    ///
    /// # Errors
    /// `Denied` where it may not, or there is none.
    pub async fn seen(&self, viewer: &AuthorityId, id: ReportId) -> Result<P, DomainError> {
        let known: Option<P> = record(self.records, &P::name_of(id)).await?;
        let seen = known.filter(|one| self.rules.clearance(one.report(), viewer).is_some());
        seen.ok_or(DomainError::DENIED)
    }

    /// One of the caller's own side.
    ///
    /// # Errors
    /// As [`Self::seen`].
    pub async fn own(&self, caller: &Caller, id: ReportId) -> Result<P, DomainError> {
        let known: Option<P> = record(self.records, &P::name_of(id)).await?;
        let is_own = |one: &P| self.rules.cooperation.sees_as_owner(&one.report().owner, &caller.authority);
        let own = known.filter(is_own);
        own.ok_or(DomainError::DENIED)
    }

    /// A page of those of the caller's side, the newest first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn own_list(
        &self,
        viewer: &AuthorityId,
        after: Option<(i64, String)>,
        limit: u64,
    ) -> Result<Vec<P>, DomainError> {
        let page = RecordPage { descending: true, after, limit, ..RecordPage::default() };
        let owners = self.rules.cooperation.seen_owners(viewer);
        Ok(records(self.records, &RecordQuery { owners, page, ..RecordQuery::default() }).await?)
    }

    /// A page of what was published to the caller's side, the newest first; where several of that side are readers the first of them has
    /// the publication beside it, the others none, so that it is listed once. Nor is one of the own side's.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn shared_list(
        &self,
        viewer: &AuthorityId,
        after: Option<(i64, String)>,
        limit: u64,
    ) -> Result<Vec<(P::Shared, Option<P>)>, DomainError> {
        let mut shared = Vec::new();
        for one in self.shared(viewer, after, limit).await? {
            let publication = self.seen(viewer, one.publication()).await?;
            let cooperation = &self.rules.cooperation;
            let report = publication.report();
            let first = report.readers.iter().find(|reader| cooperation.sees_as_owner(reader, viewer));
            let is_listed = first == Some(one.reader()) && !cooperation.sees_as_owner(&report.owner, viewer);
            shared.push((one, is_listed.then_some(publication)));
        }
        Ok(shared)
    }

    async fn shared(
        &self,
        viewer: &AuthorityId,
        after: Option<(i64, String)>,
        limit: u64,
    ) -> Result<Vec<P::Shared>, DomainError> {
        let page = RecordPage { descending: true, after, limit, ..RecordPage::default() };
        let owners = self.rules.cooperation.seen_owners(viewer);
        Ok(records(self.records, &RecordQuery { owners, page, ..RecordQuery::default() }).await?)
    }
}
