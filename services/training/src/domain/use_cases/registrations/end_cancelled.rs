//! Ends the registrations of an activity that was cancelled, a number of them in each transaction.

use jiff::Timestamp;

use crate::domain::{
    ChangeSet, DomainError,
    model::{Activity, Registration, RegistrationState},
    ports::{ActivityReader, RegistrationQuery},
    seating::{By, Seating},
};

/// How many end in one transaction.
const MOST_AT_ONCE: u64 = 500;

/// The open ones of cancelled activities.
pub struct EndCancelled<'a> {
    pub seating: Seating<'a>,
    pub activities: &'a dyn ActivityReader,
}

impl EndCancelled<'_> {
    /// Cancelled activities with registrations that go on still.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn due(&self, limit: u64) -> Result<Vec<Activity>, DomainError> {
        self.activities.activity_cancelled_with_registrations(limit).await
    }

    /// Ends some of them; what is left is due again.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn execute(&self, activity: &Activity, now: Timestamp) -> Result<ChangeSet, DomainError> {
        use RegistrationState::{Confirmed, Offered, Pending, Waiting};
        let mut changes = ChangeSet::default();
        for (pool, _) in activity.pools() {
            let query = RegistrationQuery {
                activity: activity.id,
                session: Some(pool.session.clone()),
                owners: vec![activity.organiser.clone()],
                states: vec![Pending, Waiting, Offered, Confirmed],
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
                work.step(registration, RegistrationState::Cancelled, By::default(), now);
            }
            work.finish(self.seating.rules, activity, now, &mut changes)?;
            return Ok(changes);
        }
        Ok(changes)
    }
}
