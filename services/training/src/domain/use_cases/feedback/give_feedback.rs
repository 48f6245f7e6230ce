//! Gives the feedback of a registration, or replaces it.

use jiff::{Timestamp, tz::TimeZone};
use uuid::Uuid;

use crate::domain::{
    Caller, ChangeSet, Decision, DomainError,
    model::{
        ActivityId, ActivityState, Feedback, FeedbackContent, FeedbackTotals, RegistrationId,
        RegistrationState, feedback_name, feedback_summary_name,
    },
    ports::RecordReader,
    records::{RecordQuery, record},
    use_cases::RegistrationAccess,
};

/// The authority that registered gives it for those whom it registered.
pub struct GiveFeedback<'a> {
    pub registrations: RegistrationAccess<'a>,
    pub records: &'a dyn RecordReader<RecordQuery>,
    /// From how many answers on more is told than their number.
    pub least: u32,
}

impl GiveFeedback<'_> {
    /// What was given counts once for the registration, however often it is given.
    ///
    /// # Errors
    /// `Denied` for whoever did not register; an activity that was not held, a registration that is not confirmed or was erased;
    /// those of the store.
    pub async fn execute(
        &self,
        caller: &Caller,
        name: (ActivityId, RegistrationId),
        content: FeedbackContent,
        now: Timestamp,
    ) -> Result<Decision<Feedback>, DomainError> {
        const VERB: &str = "GiveFeedback";
        let registration = self.registrations.seen(caller, name).await?;
        let activity = match registration.registrar == caller.authority {
            true => self.registrations.activities.activity_get(name.0).await?,
            false => None,
        };
        let activity = activity.ok_or(DomainError::DENIED)?;
        if registration.pool.session.is_some() {
            let why = "wants a registration for the activity; got one for a session of it";
            return Err(DomainError::invalid("parent", why));
        }
        if activity.state != ActivityState::Held {
            let remedy = "the organiser says first by HoldActivity that it took place";
            return Err(DomainError::wants_first(activity.name(), activity.state, VERB, remedy));
        }
        if registration.state != RegistrationState::Confirmed || registration.erase_time.is_some() {
            return Err(DomainError::illegal(registration.name(), registration.state, VERB));
        }
        let before: Option<Feedback> = record(self.records, &feedback_name(name.0, name.1)).await?;
        let totals: Option<FeedbackTotals> = record(self.records, &feedback_summary_name(name.0)).await?;
        let mut totals = totals.unwrap_or_else(|| {
            let content = &activity.content;
            let organiser = activity.organiser.clone();
            FeedbackTotals::none(activity.id, organiser, content.arrangement.clone(), content.status)
        });
        // What comes anew, or otherwise, is shown with the step that it goes along with.
        let shown_from = totals.answers() + 1;
        let feedback = Feedback {
            id: before.as_ref().map_or_else(Uuid::new_v4, |before| before.id),
            activity: name.0,
            registration: name.1,
            organiser: activity.organiser,
            registrar: registration.registrar,
            content,
            audience: registration.content.audience,
            country: registration.content.country,
            update_time: now,
            shown_from,
            revision: before.as_ref().map_or(0, |before| before.revision) + 1,
        };
        if let Some(before) = &before {
            totals.remove(before);
        }
        totals.add(&feedback);
        totals.tell(self.least, TimeZone::UTC.to_datetime(now).date());
        totals.revision += 1;
        let mut changes = ChangeSet::default();
        changes.put_record(&feedback, before.is_none())?;
        changes.put_record(&totals, totals.revision == 1)?;
        Ok(Decision { outcome: feedback, changes })
    }
}
