//! Reads what all feedback of an activity says, for its organisers' sides.

use jiff::Timestamp;

use crate::domain::{
    Caller, DomainError,
    model::{Activity, ActivityId, Feedback, FeedbackSummary, FeedbackTotals, feedback_summary_name},
    ports::RecordReader,
    records::{RecordQuery, all_records, record},
    use_cases::ActivityAccess,
};

/// Whoever does not organise the activity does not learn whether there is any.
pub struct ReadFeedback<'a> {
    pub activities: ActivityAccess<'a>,
    pub records: &'a dyn RecordReader<RecordQuery>,
    /// From how many answers on more is told than their number.
    pub least: u32,
}

impl ReadFeedback<'_> {
    /// Counts and means.
    ///
    /// # Errors
    /// `Denied`; those of the store.
    pub async fn summary(
        &self,
        caller: &Caller,
        id: ActivityId,
        now: Timestamp,
    ) -> Result<FeedbackSummary, DomainError> {
        let activity = self.organised(caller, id, now).await?;
        Ok(self.totals(activity).await?.summary(self.least))
    }

    /// Feedback with a text, in an order that is at random and stays: that which the summary tells of, as it stands.
    ///
    /// # Errors
    /// As [`Self::summary`].
    pub async fn comments(
        &self,
        caller: &Caller,
        id: ActivityId,
        now: Timestamp,
    ) -> Result<Vec<Feedback>, DomainError> {
        let activity = self.organised(caller, id, now).await?;
        let owners = vec![activity.organiser.clone()];
        let totals = self.totals(activity).await?;
        if totals.summary(self.least).together.is_none() {
            return Ok(Vec::new());
        }
        let told = totals.told.answers();
        let group = Some(feedback_summary_name(id));
        let query = RecordQuery { owners, group, ..RecordQuery::default() };
        let mut all: Vec<Feedback> = all_records(self.records, query).await?;
        all.retain(|one| !one.content.text.is_empty() && one.shown_from <= told);
        all.sort_by_key(|one| one.id);
        Ok(all)
    }

    async fn organised(
        &self,
        caller: &Caller,
        id: ActivityId,
        now: Timestamp,
    ) -> Result<Activity, DomainError> {
        let found = self.activities.seen(caller, id, now).await?;
        match self.activities.rules.organises(&found, &caller.authority) {
            true => Ok(found),
            false => Err(DomainError::DENIED),
        }
    }

    async fn totals(&self, activity: Activity) -> Result<FeedbackTotals, DomainError> {
        let found: Option<FeedbackTotals> = record(self.records, &feedback_summary_name(activity.id)).await?;
        Ok(found.unwrap_or_else(|| {
            let Activity { id, organiser, content, .. } = activity;
            FeedbackTotals::none(id, organiser, content.arrangement, content.status)
        }))
    }
}
