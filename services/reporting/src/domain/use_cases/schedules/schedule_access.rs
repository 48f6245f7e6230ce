//! Finds schedules and their runs for who may see them: the owner's side.

use seamless_identity::AuthorityId;

use crate::domain::{
    DomainError, Rules,
    model::{ReportSchedule, ScheduleId, ScheduleRun, ScheduleState, schedule_name},
    records::{RecordPage, RecordQuery, RecordReader, record, records},
};

/// Finds schedules.
pub struct ScheduleAccess<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl ScheduleAccess<'_> {
    /// A schedule of the viewer's side.
    ///
    /// # Errors
    /// `Denied` where it is none, or there is none.
    pub async fn own(&self, viewer: &AuthorityId, id: ScheduleId) -> Result<ReportSchedule, DomainError> {
        let schedule: Option<ReportSchedule> = record(self.records, &schedule_name(id)).await?;
        let own = schedule.filter(|one| self.rules.cooperation.sees_as_owner(&one.owner, viewer));
        own.ok_or(DomainError::DENIED)
    }

    /// A page of the schedules of the viewer's side that are not deleted, the newest first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn list(
        &self,
        viewer: &AuthorityId,
        after: Option<(i64, String)>,
        limit: u64,
    ) -> Result<Vec<ReportSchedule>, DomainError> {
        let states = vec![ScheduleState::Active as i32, ScheduleState::Paused as i32];
        let page = RecordPage { states, descending: true, after, limit };
        let owners = self.rules.cooperation.seen_owners(viewer);
        Ok(records(self.records, &RecordQuery { owners, page, ..RecordQuery::default() }).await?)
    }

    /// A page of the runs of a schedule, the last first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn runs(
        &self,
        schedule: &ReportSchedule,
        after: Option<(i64, String)>,
        limit: u64,
    ) -> Result<Vec<ScheduleRun>, DomainError> {
        let page = RecordPage { descending: true, after, limit, ..RecordPage::default() };
        let (owners, group) = (vec![schedule.owner.clone()], Some(schedule_name(schedule.id)));
        Ok(records(self.records, &RecordQuery { owners, group, page, ..RecordQuery::default() }).await?)
    }
}
