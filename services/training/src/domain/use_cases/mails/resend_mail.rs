//! Has a mail go once more, because a person says so.

use jiff::Timestamp;
use seamless_mail::{Mail, MailState};

use crate::domain::{
    ChangeSet, Decision, DomainError,
    change::MailChange,
    error::Refusal,
    model::{MailKind, mail_name},
    ports::MailReader,
    use_cases::require_revision,
};

/// The same bytes under the same Message-ID.
#[derive(Clone, Copy)]
pub struct ResendMail<'a> {
    pub mails: &'a dyn MailReader,
}

impl ResendMail<'_> {
    /// Queues it.
    ///
    /// # Errors
    /// `IllegalTransition` unless it is unknown, refused or bounced; `WantsFirst` where a later mail to the same person told more of
    /// the same, or there is nothing to be sent; `EtagMismatch`; those of the store.
    pub async fn execute(
        &self,
        present: Mail,
        revision: Option<i64>,
        now: Timestamp,
    ) -> Result<Decision<Mail>, DomainError> {
        const VERB: &str = "resending";
        let name = mail_name(&present);
        require_revision(revision, present.revision, || name.clone())?;
        if !matches!(present.state, MailState::Unknown | MailState::Refused | MailState::Bounced) {
            return Err(Refusal::IllegalTransition {
                resource: name,
                state: present.state.word(),
                verb: VERB,
            }
            .into());
        }
        let wants = |remedy: &str| {
            let (state, remedy) = (Some(present.state.word()), remedy.to_owned());
            DomainError::from(Refusal::WantsFirst { resource: name.clone(), state, verb: VERB, remedy })
        };
        if !present.has_content {
            return Err(wants(
                "no server can be given the address: transfer the registration to another one",
            ));
        }
        // What an object does in a calendar, a later one of the same meeting alone does again.
        let tells_it = |later: &Mail| {
            later.kind != MailKind::Reminder as i32
                && (present.meeting.is_empty() || later.meeting == present.meeting)
        };
        let later = self.mails.mail_later(&present).await?;
        if present.kind == MailKind::Reminder as i32
            && later.iter().any(|later| later.kind == MailKind::Ended as i32)
        {
            return Err(wants("nobody is reminded of what has ended"));
        }
        if later.iter().any(tells_it) {
            return Err(wants("a later mail tells what holds now: have that one sent"));
        }
        let mut changes = ChangeSet::default();
        changes.mail(MailChange::Again { id: present.id, revision: present.revision, now });
        let outcome = Mail {
            state: MailState::Queued,
            attempts: 0,
            due: Some(now),
            update_time: now,
            revision: present.revision + 1,
            ..present
        };
        Ok(Decision { outcome, changes })
    }
}
