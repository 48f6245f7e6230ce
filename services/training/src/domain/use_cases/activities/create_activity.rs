//! Begins an activity.

use jiff::Timestamp;
use uuid::Uuid;

use super::{ActivityChecks, changed};
use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Rules,
    model::{Activity, ActivityChange, ActivityContent, ActivityState},
    slots::Schedule,
    use_cases::Booking,
};

/// A new activity is a draft of the caller.
pub struct CreateActivity<'a> {
    pub rules: &'a Rules,
    pub booking: Booking<'a>,
}

impl CreateActivity<'_> {
    /// Begins it, at times that suit those whom the schedule names.
    ///
    /// # Errors
    /// `Invalid`; those of the store.
    pub async fn execute(
        &self,
        caller: &Caller,
        content: ActivityContent,
        schedule: Option<&Schedule>,
        now: Timestamp,
    ) -> Result<Decision<Activity>, DomainError> {
        let organiser = caller.authority.clone();
        let turns = self.booking.turns(caller, schedule, &content).await?;
        let checks = ActivityChecks { rules: self.rules, organiser: &organiser };
        let mut violations = checks.violations(&content, false, now);
        violations.extend(self.booking.violations(caller, schedule, &content, None, now).await?);
        if !violations.is_empty() {
            return Err(violations.into());
        }
        let told = content.to_tell(&self.rules.zones).map_err(DomainError::calendar)?;
        let activity = Activity {
            id: Uuid::now_v7(),
            organiser,
            state: ActivityState::Draft,
            content,
            was_published: false,
            sequence: 0,
            change_note: String::new(),
            cancel_reason: String::new(),
            told,
            zone_data: self.rules.zones.version().to_owned(),
            held: None,
            conflicts: Vec::new(),
            create_time: now,
            update_time: now,
            revision: 1,
        };
        let mut changes = ChangeSet::default();
        changes.put_activity(&activity);
        turns.take(&mut changes)?;
        changes.tell(changed(self.rules, &activity, ActivityChange::Created, now));
        Ok(Decision { outcome: activity, changes })
    }
}
