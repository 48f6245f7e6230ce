//! Announces an activity.

use jiff::Timestamp;

use super::{ActivityChecks, changed};
use crate::domain::{
    ChangeSet, Decision, DomainError, Rules,
    model::{Activity, ActivityChange, ActivityState, SeatPool},
    use_cases::require_revision,
};

/// From now on others see it, and people register.
pub struct PublishActivity<'a> {
    pub rules: &'a Rules,
}

impl PublishActivity<'_> {
    /// Announces it.
    ///
    /// # Errors
    /// `IllegalTransition` unless it is a draft; `Invalid` where something lacks; `EtagMismatch`.
    pub fn execute(
        &self,
        present: Activity,
        revision: Option<i64>,
        now: Timestamp,
    ) -> Result<Decision<Activity>, DomainError> {
        require_revision(revision, present.revision, || present.name())?;
        if present.state != ActivityState::Draft {
            return Err(DomainError::illegal(present.name(), present.state, "publishing"));
        }
        let checks = ActivityChecks { rules: self.rules, organiser: &present.organiser };
        let mut violations = checks.violations(&present.content, true, now);
        let zones = &self.rules.zones;
        let span = present.content.span(zones).map_err(DomainError::calendar)?;
        if let Some((_, last)) = span
            && last <= now
        {
            let wanted = format!("want a meeting that is not over; the last ended at {last}");
            violations.push(crate::domain::Violation::new("sessions", wanted));
        }
        if !violations.is_empty() {
            return Err(violations.into());
        }
        let activity = Activity {
            state: ActivityState::Published,
            was_published: true,
            told: present.content.to_tell(zones).map_err(DomainError::calendar)?,
            zone_data: zones.version().to_owned(),
            update_time: now,
            revision: present.revision + 1,
            ..present
        };
        let mut changes = ChangeSet::default();
        let keep_until = activity.keep_until(self.rules.limits.retention_days);
        for (pool, capacity) in activity.pools() {
            changes.put_seats(&SeatPool::new(pool, activity.organiser.clone(), capacity, keep_until))?;
        }
        changes.put_activity(&activity);
        changes.tell(changed(self.rules, &activity, ActivityChange::Published, now));
        Ok(Decision { outcome: activity, changes })
    }
}
