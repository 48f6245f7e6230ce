//! Follows the law: where new zone data gives other instants to the local times of an announced activity, the local times stay,
//! SEQUENCE rises, and everybody concerned is told why in one plain sentence; the organisers also what overlaps now.

use jiff::Timestamp;

use super::changed;
use crate::domain::{
    ChangeSet, DomainError, Rules,
    model::{Activity, ActivityChange, ActivityState, ToldMeeting},
    ports::ActivityReader,
    use_cases::Conflicts,
};

/// Each activity is looked at once for each version of the data.
pub struct FollowClocks<'a> {
    pub rules: &'a Rules,
    pub activities: &'a dyn ActivityReader,
    pub conflicts: Conflicts<'a>,
}

impl FollowClocks<'_> {
    /// Announced activities that were worked out by other data, and are not over.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn due(&self, limit: u64, now: Timestamp) -> Result<Vec<Activity>, DomainError> {
        let version = self.rules.zones.version();
        self.activities.activity_by_other_zone_data(version, now, limit).await
    }

    /// Works it out anew; the event is told only where a meeting that is still to come is at another instant.
    ///
    /// # Errors
    /// Those of the store; a zone that the data has no more.
    pub async fn execute(&self, due: &Activity, now: Timestamp) -> Result<ChangeSet, DomainError> {
        let zones = &self.rules.zones;
        let mut changes = ChangeSet::default();
        let found = self.activities.activity_get(due.id).await?;
        let is_due =
            |one: &Activity| one.state == ActivityState::Published && one.zone_data != zones.version();
        let Some(present) = found.filter(is_due) else { return Ok(changes) };
        let told = present.content.to_tell(zones).map_err(DomainError::calendar)?;
        let moved: Vec<(&ToldMeeting, &ToldMeeting)> = told
            .iter()
            .filter_map(|one| {
                let before = present
                    .told
                    .iter()
                    .find(|before| (&before.session, before.meeting) == (&one.session, one.meeting))?;
                (before.start != one.start && before.start.max(one.start) > now).then_some((before, one))
            })
            .collect();
        let mut activity = Activity {
            told: told.clone(),
            zone_data: zones.version().to_owned(),
            update_time: now,
            revision: present.revision + 1,
            ..present.clone()
        };
        if let Some((before, after)) = moved.first() {
            activity.sequence += 1;
            activity.change_note = self.why(&present, before, after);
            let moved: Vec<&ToldMeeting> = moved.iter().map(|(_, after)| *after).collect();
            activity.conflicts = self.conflicts.of(&present, &moved, now).await?;
            changes.tell(changed(self.rules, &activity, ActivityChange::ClocksMoved, now));
        }
        changes.put_activity(&activity);
        Ok(changes)
    }

    /// One plain sentence.
    fn why(&self, activity: &Activity, before: &ToldMeeting, after: &ToldMeeting) -> String {
        let session = activity.content.sessions.iter().find(|one| one.id == after.session);
        let zone = session.map_or("its zone", |session| session.start.zone());
        let (local, before, after) = (after.meeting, before.start, after.start);
        format!(
            "The clocks of {zone} were changed by law: {local} there is {after} now, no more {before}; the local time stays."
        )
    }
}
