//! Finds a registration that the caller may see, or decide on.

use crate::domain::{
    Caller, DomainError, Rules,
    model::{Activity, ActivityId, Registration, RegistrationId},
    ports::{ActivityReader, RegistrationReader},
};

/// Whoever may not see a registration does not learn whether there is one.
#[derive(Clone, Copy)]
pub struct RegistrationAccess<'a> {
    pub rules: &'a Rules,
    pub activities: &'a dyn ActivityReader,
    pub registrations: &'a dyn RegistrationReader,
}

impl RegistrationAccess<'_> {
    /// The registration, if the caller is on the organiser's side, or on that of who registered.
    ///
    /// # Errors
    /// `Denied`; those of the store.
    pub async fn seen(
        &self,
        caller: &Caller,
        (activity, id): (ActivityId, RegistrationId),
    ) -> Result<Registration, DomainError> {
        let found = self.registrations.registration_get(id).await?;
        let is_seen = |one: &Registration| {
            one.pool.activity == activity && self.rules.sees_registration(one, &caller.authority)
        };
        found.filter(is_seen).ok_or(DomainError::DENIED)
    }

    /// The registration with its activity, if the caller organises it, or has registered.
    ///
    /// # Errors
    /// As [`Self::seen`].
    pub async fn changed_by(
        &self,
        caller: &Caller,
        name: (ActivityId, RegistrationId),
        is_organisers: bool,
    ) -> Result<(Activity, Registration), DomainError> {
        let found = self.seen(caller, name).await?;
        let is_organiser = found.organiser == caller.authority;
        let may = is_organiser || (!is_organisers && found.registrar == caller.authority);
        let activity = match may {
            true => self.activities.activity_get(name.0).await?,
            false => None,
        };
        Ok((activity.ok_or(DomainError::DENIED)?, found))
    }
}
