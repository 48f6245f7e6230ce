//! Those who speak at activities that an authority leads: known by their names, which stand in no event.

use jiff::Timestamp;
use seamless_attendance::comparable;
use seamless_identity::AuthorityId;

use super::Sought;
use crate::domain::{
    ChangeSet, DomainError, Rules,
    event::{DomainEvent, EventKind},
    model::{Activity, ActivityChange, ActivityState, Session},
    ports::{ActivityQuery, ActivityReader},
};

/// Activities read at once.
const READ_AT_ONCE: u64 = 200;

/// Finds them, and takes them out.
#[derive(Clone, Copy)]
pub struct Speakers<'a> {
    pub rules: &'a Rules,
    pub activities: &'a dyn ActivityReader,
}

impl Speakers<'_> {
    /// Activities that the authority leads at which somebody of this name speaks, the first to begin first; none where no name is
    /// sought.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn known(
        &self,
        authority: &AuthorityId,
        sought: &Sought,
    ) -> Result<Vec<Activity>, DomainError> {
        let mut found = Vec::new();
        if sought.full_name.is_none() {
            return Ok(found);
        }
        let owners = vec![authority.clone()];
        let mut query = ActivityQuery { owners, limit: READ_AT_ONCE, ..ActivityQuery::default() };
        loop {
            let page = self.activities.activity_list(&query).await?;
            let is_last = (page.len() as u64) < READ_AT_ONCE;
            query.after = page.last().map(Activity::in_order);
            found.extend(page.into_iter().filter(|one| one.organiser == *authority && names(one, sought)));
            if is_last {
                return Ok(found);
            }
        }
    }

    /// One of them.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn first(
        &self,
        authority: &AuthorityId,
        sought: &Sought,
    ) -> Result<Option<Activity>, DomainError> {
        Ok(self.known(authority, sought).await?.into_iter().next())
    }

    /// Takes the person out of an activity, and tells that it is another one.
    pub fn forget(&self, activity: Activity, sought: &Sought, now: Timestamp, changes: &mut ChangeSet) {
        // One that was cancelled long ago does not come back into calendars by this.
        let update_time = if activity.state == ActivityState::Cancelled { activity.update_time } else { now };
        let mut activity = Activity { update_time, revision: activity.revision + 1, ..activity };
        let own_name = activity.name();
        // Of answers to earlier calls about it nothing is left in which the name stands, as it was written.
        let mut is_other = |name: &String| match sought.is_called(&comparable(name)) {
            true => {
                changes.forget_naming(own_name.clone(), name.clone());
                false
            }
            false => true,
        };
        for session in &mut activity.content.sessions {
            session.speakers.retain(|speaker| is_other(&speaker.name));
        }
        for conflict in &mut activity.conflicts {
            conflict.speakers.retain(&mut is_other);
        }
        changes.put_activity(&activity);
        changes.tell(DomainEvent {
            time: now,
            arrangement: activity.content.arrangement.clone(),
            readers: self.rules.readers(&activity, now),
            kind: EventKind::ActivityChanged(Box::new(activity), ActivityChange::Updated),
        });
    }
}

/// The sessions of an activity at which the person speaks.
pub fn spoken<'a>(activity: &'a Activity, sought: &Sought) -> Vec<&'a Session> {
    let speaks = |session: &&Session| {
        session.speakers.iter().any(|speaker| sought.is_called(&comparable(&speaker.name)))
    };
    activity.content.sessions.iter().filter(speaks).collect()
}

fn names(activity: &Activity, sought: &Sought) -> bool {
    let in_conflict = || activity.conflicts.iter().flat_map(|conflict| &conflict.speakers);
    !spoken(activity, sought).is_empty() || in_conflict().any(|name| sought.is_called(&comparable(name)))
}
