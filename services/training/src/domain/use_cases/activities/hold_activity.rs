//! Says that an activity took place.

use jiff::Timestamp;
use seamless_identifiers::LocalizedText;

use crate::domain::{
    ChangeSet, Decision, DomainError, Rules,
    event::{DomainEvent, EventKind},
    model::{Activity, ActivityState, Held},
    ports::RecordReader,
    records::RecordQuery,
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
        let mut changes = ChangeSet::default();
        for pool in closed_pools(self.records, &present).await? {
            changes.put_seats(&pool)?;
        }
        let activity = Activity {
            state: ActivityState::Held,
            held: Some(Held { participants, conclusions, time: now }),
            conflicts: Vec::new(),
            update_time: now,
            revision: present.revision + 1,
            ..present
        };
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
