//! Finds reports for who may see them.

use seamless_identity::AuthorityId;

use crate::domain::{
    Caller, DomainError, Rules,
    model::{Report, ReportId, SharedReport, report_name},
    records::{RecordPage, RecordQuery, RecordReader, record, records},
};

/// Finds reports.
pub struct ReportAccess<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl ReportAccess<'_> {
    /// A report that the caller may see.
    ///
    /// # Errors
    /// `Denied` where it may not, or there is none.
    pub async fn seen(&self, viewer: &AuthorityId, id: ReportId) -> Result<Report, DomainError> {
        let report: Option<Report> = record(self.records, &report_name(id)).await?;
        let seen = report.filter(|report| self.rules.clearance(report, viewer).is_some());
        seen.ok_or(DomainError::DENIED)
    }

    /// A report of the caller's own side.
    ///
    /// # Errors
    /// As [`Self::seen`].
    pub async fn own(&self, caller: &Caller, id: ReportId) -> Result<Report, DomainError> {
        let report: Option<Report> = record(self.records, &report_name(id)).await?;
        let own =
            report.filter(|report| self.rules.cooperation.sees_as_owner(&report.owner, &caller.authority));
        own.ok_or(DomainError::DENIED)
    }

    /// A page of the reports of the caller's side, the newest first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn own_list(
        &self,
        viewer: &AuthorityId,
        after: Option<(i64, String)>,
        limit: u64,
    ) -> Result<Vec<Report>, DomainError> {
        let page = RecordPage { descending: true, after, limit, ..RecordPage::default() };
        let owners = self.rules.cooperation.seen_owners(viewer);
        Ok(records(self.records, &RecordQuery { owners, page, ..RecordQuery::default() }).await?)
    }

    /// A page of what was published to the caller's side, the newest first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn shared_list(
        &self,
        viewer: &AuthorityId,
        after: Option<(i64, String)>,
        limit: u64,
    ) -> Result<Vec<SharedReport>, DomainError> {
        let page = RecordPage { descending: true, after, limit, ..RecordPage::default() };
        let owners = self.rules.cooperation.seen_owners(viewer);
        Ok(records(self.records, &RecordQuery { owners, page, ..RecordQuery::default() }).await?)
    }
}
