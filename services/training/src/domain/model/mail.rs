//! Mails, as the service speaks of them.

use seamless_mail::Mail;

use super::RegistrationId;

/// That somebody may have to be told of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailDue {
    pub registration: RegistrationId,
    /// Rises with everything that happens to it: what was looked at is settled only where nothing happened since.
    pub wanted: i64,
}

/// The name of a mail.
#[must_use]
pub fn mail_name(mail: &Mail) -> String {
    format!("{}/mails/{}", mail.subject, mail.id)
}
