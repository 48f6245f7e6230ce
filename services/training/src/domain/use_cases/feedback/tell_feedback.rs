//! Tells what all feedback of an activity says, once a day on which some was given is over.

use jiff::{Timestamp, tz::TimeZone};

use crate::domain::{
    ChangeSet, DomainError, Rules,
    event::{DomainEvent, EventKind},
    model::FeedbackTotals,
    ports::{ActivityReader, RecordReader},
    records::{Record, RecordPage, RecordQuery, record, records},
};

/// Days are those of UTC. Too few answers are not told.
#[derive(Clone, Copy)]
pub struct TellFeedback<'a> {
    pub rules: &'a Rules,
    pub activities: &'a dyn ActivityReader,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl TellFeedback<'_> {
    /// Totals with days that are over and not told, the earliest day first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn due(&self, limit: u64, now: Timestamp) -> Result<Vec<FeedbackTotals>, DomainError> {
        let owners = self.rules.cooperation.authorities_that(|_| true);
        let page = RecordPage { states: vec![FeedbackTotals::UNTOLD], limit, ..RecordPage::default() };
        let query = RecordQuery { owners, page, ..RecordQuery::default() };
        let found: Vec<FeedbackTotals> = records(self.records, &query).await?;
        Ok(found.into_iter().filter(|one| is_over(one, now)).collect())
    }

    /// Tells them as they are now; nothing where that was done meanwhile.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn execute(&self, due: &FeedbackTotals, now: Timestamp) -> Result<ChangeSet, DomainError> {
        let mut changes = ChangeSet::default();
        let present: Option<FeedbackTotals> = record(self.records, &due.name()).await?;
        let Some(mut totals) = present.filter(|one| is_over(one, now)) else { return Ok(changes) };
        totals.untold = None;
        totals.revision += 1;
        let summary = totals.summary(self.rules.limits.least_feedback);
        if summary.together.is_some()
            && let Some(activity) = self.activities.activity_get(totals.activity).await?
        {
            changes.tell(DomainEvent {
                kind: EventKind::FeedbackAggregated(Box::new(summary)),
                time: now,
                arrangement: totals.arrangement.clone(),
                readers: self.rules.counting_readers(&activity, now),
            });
        }
        changes.put_record(&totals, false)?;
        Ok(changes)
    }
}

fn is_over(totals: &FeedbackTotals, now: Timestamp) -> bool {
    let today = TimeZone::UTC.to_datetime(now).date();
    totals.untold.is_some_and(|day| day < today)
}
