//! Ends an offer that nobody answered in time; its seats go to who is next.

use jiff::Timestamp;

use crate::domain::{
    ChangeSet, DomainError,
    model::{ActivityState, Registration, RegistrationState},
    ports::ActivityReader,
    seating::{By, Seating},
};

/// Any number of replicas look; the revision lets one of them through.
pub struct ExpireOffers<'a> {
    pub seating: Seating<'a>,
    pub activities: &'a dyn ActivityReader,
}

impl ExpireOffers<'_> {
    /// Those that are due.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn due(&self, limit: u64, now: Timestamp) -> Result<Vec<Registration>, DomainError> {
        self.seating.registrations.registration_offers_due(now, limit).await
    }

    /// Ends one; nothing where it was answered meanwhile.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn execute(&self, due: &Registration, now: Timestamp) -> Result<ChangeSet, DomainError> {
        let mut changes = ChangeSet::default();
        let present = self.seating.registrations.registration_get(due.id).await?;
        let is_due = |one: &Registration| {
            one.state == RegistrationState::Offered && one.offer_until.is_some_and(|until| until <= now)
        };
        let Some(present) = present.filter(is_due) else { return Ok(changes) };
        let Some(activity) = self.activities.activity_get(present.pool.activity).await? else {
            return Ok(changes);
        };
        let mut work = self.seating.of(&present.pool).await?;
        work.step(present, RegistrationState::Expired, By::default(), now);
        if activity.state == ActivityState::Published {
            self.seating.fill(&mut work, &activity, now).await?;
        }
        work.finish(self.seating.rules, &activity, now, &mut changes)?;
        Ok(changes)
    }
}
