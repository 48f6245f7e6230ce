//! Finds mails that the caller may see, or have sent once more.

use seamless_mail::Mail;
use uuid::Uuid;

use crate::domain::{
    Caller, DomainError,
    model::{ActivityId, RegistrationId, registration_name},
    ports::MailReader,
    use_cases::RegistrationAccess,
};

/// A mail is seen by who sees the registration that it is about.
#[derive(Clone, Copy)]
pub struct MailAccess<'a> {
    pub registrations: RegistrationAccess<'a>,
    pub mails: &'a dyn MailReader,
}

impl MailAccess<'_> {
    /// The mail, if the caller decides on the registration.
    ///
    /// # Errors
    /// `Denied`; those of the store.
    pub async fn decided_on(
        &self,
        caller: &Caller,
        (activity, registration, id): (ActivityId, RegistrationId, Uuid),
    ) -> Result<Mail, DomainError> {
        let name = (activity, registration);
        let found = self.registrations.seen(caller, name).await?;
        if found.organiser != caller.authority {
            return Err(DomainError::DENIED);
        }
        let mail = self.mails.mail_get(id).await?;
        let name = registration_name(activity, registration);
        mail.filter(|mail| mail.subject == name).ok_or(DomainError::DENIED)
    }
}
