//! Ends the registrations of an activity that was cancelled, and those without a seat of one that took place, a number of them in
//! each transaction.

use jiff::Timestamp;

use crate::domain::{
    ChangeSet, DomainError,
    model::{Activity, ActivityState, Registration, RegistrationState},
    ports::{ActivityReader, RegistrationQuery},
    seating::{By, Seating},
};

/// How many end in one transaction.
const MOST_AT_ONCE: u64 = 500;

/// The note of who had no seat when it took place.
const TOOK_PLACE: &str = "the activity took place";

/// The open ones of cancelled activities, and of those that were held the ones that nobody gave a seat.
pub struct EndOver<'a> {
    pub seating: Seating<'a>,
    pub activities: &'a dyn ActivityReader,
}

impl EndOver<'_> {
    /// Cancelled activities with registrations that go on still, and those that were held with some that have no seat.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn due(&self, limit: u64) -> Result<Vec<Activity>, DomainError> {
        self.activities.activity_over_with_registrations(limit).await
    }

    /// Ends some of them; what is left is due again.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn execute(&self, activity: &Activity, now: Timestamp) -> Result<ChangeSet, DomainError> {
        use RegistrationState::{Cancelled, Confirmed, Expired, Offered, Pending, Waiting};
        let mut changes = ChangeSet::default();
        let (states, ended, note) = match activity.state {
            ActivityState::Held => (vec![Pending, Waiting, Offered], Expired, TOOK_PLACE),
            _ => (vec![Pending, Waiting, Offered, Confirmed], Cancelled, ""),
        };
        for (pool, _) in activity.pools() {
            let query = RegistrationQuery {
                activity: activity.id,
                session: Some(pool.session.clone()),
                owners: vec![activity.organiser.clone()],
                states: states.clone(),
                is_twice: false,
                after: None,
                limit: MOST_AT_ONCE,
            };
            let open: Vec<Registration> = self.seating.registrations.registration_list(&query).await?;
            if open.is_empty() {
                continue;
            }
            let mut work = self.seating.of(&pool).await?;
            for registration in open {
                work.step(registration, ended, By { note, ..By::default() }, now);
            }
            work.finish(self.seating.rules, activity, now, &mut changes)?;
            return Ok(changes);
        }
        Ok(changes)
    }
}
