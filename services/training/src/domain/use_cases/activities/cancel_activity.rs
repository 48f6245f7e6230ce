//! Cancels an activity.

use jiff::Timestamp;

use super::changed;
use crate::domain::{
    ChangeSet, Decision, DomainError, Rules,
    model::{Activity, ActivityChange, ActivityState, SeatPool},
    ports::RecordReader,
    records::RecordQuery,
    retention::follow_retention,
    seating::closed_pools,
    use_cases::require_revision,
};

/// Nobody can register any more; those who are registered are told, and their registrations end a moment later.
pub struct CancelActivity<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl CancelActivity<'_> {
    /// Cancels it.
    ///
    /// # Errors
    /// `IllegalTransition` where it is over or cancelled; `EtagMismatch`; those of the store.
    pub async fn execute(
        &self,
        present: Activity,
        reason: &str,
        revision: Option<i64>,
        now: Timestamp,
    ) -> Result<Decision<Activity>, DomainError> {
        require_revision(revision, present.revision, || present.name())?;
        if !matches!(present.state, ActivityState::Draft | ActivityState::Published) {
            return Err(DomainError::illegal(present.name(), present.state, "cancelling"));
        }
        let before = present.clone();
        let activity = Activity {
            state: ActivityState::Cancelled,
            sequence: present.sequence + u32::from(present.was_published),
            cancel_reason: reason.to_owned(),
            conflicts: Vec::new(),
            update_time: now,
            revision: present.revision + 1,
            ..present
        };
        let mut changes = ChangeSet::default();
        let days = self.rules.limits.retention_days;
        for pool in closed_pools(self.records, &before).await? {
            changes.put_seats(&SeatPool { keep_until: activity.keep_until(days), ..pool })?;
        }
        follow_retention(self.records, &before, &activity, days, &mut changes).await?;
        changes.put_activity(&activity);
        changes.tell(changed(self.rules, &activity, ActivityChange::Cancelled, now));
        Ok(Decision { outcome: activity, changes })
    }
}
