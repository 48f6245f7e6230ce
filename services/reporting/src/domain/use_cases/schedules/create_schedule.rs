//! Creates a schedule.

use jiff::Timestamp;
use uuid::Uuid;

use super::{changed, wrong};
use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Rules,
    error::Refusal,
    figures::sources_of,
    model::{ReportSchedule, ScheduleState, ScheduleTerms},
    records::{RecordPage, RecordQuery, RecordReader, records},
    source::Feed,
};

/// Creates a schedule.
pub struct CreateSchedule<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl CreateSchedule<'_> {
    /// Creates it, active, for the caller's authority.
    ///
    /// # Errors
    /// Every wrong field; that no feed is followed for the caller; that it has the most schedules.
    pub async fn execute(
        &self,
        caller: &Caller,
        terms: &ScheduleTerms,
        now: Timestamp,
    ) -> Result<Decision<ReportSchedule>, DomainError> {
        let owner = caller.authority.clone();
        let wrong = wrong(self.rules, &owner, terms, now);
        if !wrong.is_empty() {
            return Err(wrong.into());
        }
        let mut needed =
            sources_of(terms.template).iter().map(|&source| Feed { source, reader: owner.clone() });
        if let Some(missing) = needed.find(|feed| !self.rules.follows(feed)) {
            return Err(DomainError::NotFollowed(missing));
        }
        let most = self.rules.most_schedules;
        let states = vec![ScheduleState::Active as i32, ScheduleState::Paused as i32];
        let page = RecordPage { states, limit: most, ..RecordPage::default() };
        let query = RecordQuery { owners: vec![owner.clone()], page, ..RecordQuery::default() };
        let known: Vec<ReportSchedule> = records(self.records, &query).await?;
        if known.len() as u64 >= most {
            return Err(Refusal::LimitReached {
                subject: format!("authorities/{owner}"),
                limit: "schedules",
                maximum: usize::try_from(most).unwrap_or(usize::MAX),
            }
            .into());
        }
        let next = terms.rhythm(&self.rules.zones).ok().and_then(|rhythm| rhythm.next(now));
        let schedule = ReportSchedule {
            id: Uuid::now_v7(),
            owner,
            terms: terms.clone().spelled(&self.rules.zones),
            state: ScheduleState::Active,
            counted_from: now,
            next,
            last: None,
            last_report: None,
            create_time: now,
            update_time: now,
            revision: 1,
        };
        let mut changes = ChangeSet::default();
        changes.put_record(&schedule)?;
        changes.tell(changed(self.rules, &schedule, None, now));
        Ok(Decision { outcome: schedule, changes })
    }
}
