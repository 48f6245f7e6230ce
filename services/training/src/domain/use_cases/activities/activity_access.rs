//! Finds an activity that the caller may see.

use jiff::Timestamp;

use crate::domain::{
    Caller, DomainError, Rules,
    model::{Activity, ActivityId},
    ports::ActivityReader,
};

/// Whoever may not see an activity does not learn whether there is one.
pub struct ActivityAccess<'a> {
    pub rules: &'a Rules,
    pub activities: &'a dyn ActivityReader,
}

impl ActivityAccess<'_> {
    /// The activity, if the caller may see it.
    ///
    /// # Errors
    /// `Denied`; those of the store.
    pub async fn seen(
        &self,
        caller: &Caller,
        id: ActivityId,
        now: Timestamp,
    ) -> Result<Activity, DomainError> {
        let found = self.activities.activity_get(id).await?;
        let is_seen = |one: &Activity| self.rules.clearance(one, &caller.authority, now).is_some();
        found.filter(is_seen).ok_or(DomainError::DENIED)
    }

    /// The activity that the caller leads.
    ///
    /// # Errors
    /// `Denied`; those of the store.
    pub async fn own(&self, caller: &Caller, id: ActivityId) -> Result<Activity, DomainError> {
        let found = self.activities.activity_get(id).await?;
        found.filter(|one| one.organiser == caller.authority).ok_or(DomainError::DENIED)
    }
}
