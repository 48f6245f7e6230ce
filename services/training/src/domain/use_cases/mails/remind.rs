//! Reminds people of an activity that begins soon, or goes on after a pause; never of one that was cancelled.

use jiff::Timestamp;

use crate::domain::{
    ChangeSet, DomainError, Rules,
    model::{ActivityState, Correspondence, RegistrationState},
    ports::{ActivityReader, RecordReader, RegistrationReader},
    post::{Asked, Facts, Occasion, Writing, covered, next_reminder, to_come},
    records::{Record, RecordPage, RecordQuery, record, records},
};

/// Any number of replicas look; the revision lets one of them through.
#[derive(Clone, Copy)]
pub struct Remind<'a> {
    pub rules: &'a Rules,
    pub activities: &'a dyn ActivityReader,
    pub registrations: &'a dyn RegistrationReader,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl Remind<'_> {
    /// Those whose time has come, the first first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn due(&self, limit: u64, now: Timestamp) -> Result<Vec<Correspondence>, DomainError> {
        if self.rules.post.is_none() {
            return Ok(Vec::new());
        }
        let all = self.rules.cooperation.authorities();
        let owners = all.map(|authority| authority.id.clone()).collect();
        let page = RecordPage { states: vec![1], limit, ..RecordPage::default() };
        let query = RecordQuery { owners, page, ..RecordQuery::default() };
        let found: Vec<Correspondence> = records(self.records, &query).await?;
        Ok(found.into_iter().filter(|one| one.remind.is_some_and(|at| at <= now)).collect())
    }

    /// Reminds one; nothing where it was done meanwhile, or something else is to be told first.
    ///
    /// # Errors
    /// Those of the store; a zone that the data has no more.
    pub async fn execute(&self, due: &Correspondence, now: Timestamp) -> Result<ChangeSet, DomainError> {
        let mut changes = ChangeSet::default();
        let present: Option<Correspondence> = record(self.records, &due.name()).await?;
        let is_due = |one: &Correspondence| one.remind.is_some_and(|at| at <= now);
        let (Some(post), Some(present)) = (&self.rules.post, present.filter(is_due)) else {
            return Ok(changes);
        };
        let registration = self.registrations.registration_get(present.registration).await?;
        let activity = self.activities.activity_get(present.activity).await?;
        let (Some(registration), Some(activity)) = (registration, activity) else { return Ok(changes) };
        let state = registration.state;
        let facts = Facts::of(&activity, &registration, state, &self.rules.zones)?;
        let takes_part = state == RegistrationState::Confirmed && activity.state == ActivityState::Published;
        if takes_part && !present.told.as_ref().is_some_and(|told| facts.are(told)) {
            return Ok(changes);
        }
        let shown = covered(&activity, &registration);
        let begins = to_come(&shown, &self.rules.zones, now)?.first().map(|(_, meeting)| meeting.start);
        let person = present.to.as_ref().filter(|_| takes_part && begins.is_some_and(|start| start > now));
        if let Some(person) = person {
            let (rules, activity, registration) = (self.rules, &activity, &registration);
            let writing = Writing { rules, post, activity, registration, person };
            let told_of = (present.token.as_str(), shown.as_slice());
            changes.queue(writing.mails(&Occasion::Reminder, told_of, Asked::default(), now)?);
        }
        let remind = match post.remind_before.filter(|_| takes_part) {
            Some(before) => next_reminder(&shown, &self.rules.zones, before, now)?,
            None => None,
        };
        changes.put_record(&Correspondence { remind, revision: present.revision + 1, ..present }, false)?;
        Ok(changes)
    }
}
