//! Says that an activity took place.

use jiff::Timestamp;
use seamless_identifiers::LocalizedText;

use crate::domain::{
    ChangeSet, Decision, DomainError, Rules,
    event::{DomainEvent, EventKind},
    model::{Activity, ActivityState, Held, SeatPool},
    ports::RecordReader,
    records::RecordQuery,
    retention::follow_retention,
    seating::closed_pools,
    use_cases::require_revision,
};

/// What was held counts towards commitments; it is not held a second time.
pub struct HoldActivity<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl HoldActivity<'_> {
    /// Notes it.
    ///
    /// # Errors
    /// `IllegalTransition` unless it is announced; `WantsFirst` before it begins; `EtagMismatch`; those of the store.
    pub async fn execute(
        &self,
        present: Activity,
        participants: u32,
        conclusions: LocalizedText,
        revision: Option<i64>,
        now: Timestamp,
    ) -> Result<Decision<Activity>, DomainError> {
        require_revision(revision, present.revision, || present.name())?;
        if present.state != ActivityState::Published {
            return Err(DomainError::illegal(present.name(), present.state, "holding"));
        }
        if let Some(begins) = present.begins()
            && begins > now
        {
            let remedy = format!("its first meeting begins at {begins}");
            return Err(DomainError::wants_first(present.name(), present.state, "holding", remedy));
        }
        let before = present.clone();
        let activity = Activity {
            state: ActivityState::Held,
            held: Some(Held { participants, conclusions, time: now }),
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
        changes.tell(DomainEvent {
            kind: EventKind::ActivityHeld(Box::new(activity.clone())),
            time: now,
            arrangement: activity.content.arrangement.clone(),
            readers: self.rules.readers(&activity, now),
        });
        Ok(Decision { outcome: activity, changes })
    }
}
