//! Finds attachments on behalf of a caller. What the caller may not see and what does not exist are refused alike.

use seamless_identity::AuthorityId;

use crate::domain::{
    Caller, DomainError, Refusal, Violation,
    model::{
        Attachment, AttachmentCount, AttachmentId, AttachmentState, NotificationId, Transmission,
        attachment_name,
    },
    ports::{NotificationReader, TransmissionReader},
    records::{self, RecordReader},
    relation::Relation,
    rules::Rules,
    use_cases::NotificationAccess,
};

/// Finds an attachment that the caller may see: what it may see follows from its access to the notification.
pub struct AttachmentAccess<'a> {
    pub rules: &'a Rules,
    pub notifications: &'a dyn NotificationReader,
    pub transmissions: &'a dyn TransmissionReader,
    pub records: &'a dyn RecordReader,
}

impl AttachmentAccess<'_> {
    /// The attachment in whatever state it is.
    ///
    /// # Errors
    /// `Denied` if there is none or the caller may not see it.
    pub async fn execute(
        &self,
        caller: &Caller,
        notification: NotificationId,
        id: AttachmentId,
    ) -> Result<Attachment, DomainError> {
        let access = NotificationAccess {
            rules: self.rules,
            notifications: self.notifications,
            transmissions: self.transmissions,
        };
        let (_, relation) = access.execute(caller, notification).await?;
        let found: Option<Attachment> =
            records::record(self.records, &attachment_name(notification, id)).await?;
        // The originator's side sees all; a recipient what is for it.
        let is_shown = |found: &Attachment| match &relation {
            Relation::Originator | Relation::ContactPoint => true,
            Relation::Recipient(_) => found.is_shown_to_recipient(&caller.authority),
        };
        found.filter(is_shown).ok_or(Refusal::Denied.into())
    }

    /// The attachment, if the caller's authority attached it.
    ///
    /// # Errors
    /// `Denied` otherwise.
    pub async fn as_author(
        &self,
        caller: &Caller,
        notification: NotificationId,
        id: AttachmentId,
    ) -> Result<Attachment, DomainError> {
        let found = self.execute(caller, notification, id).await?;
        if found.authority == caller.authority { Ok(found) } else { Err(Refusal::Denied.into()) }
    }

    /// The attachment, whoever may see it: for what the service does by itself.
    ///
    /// # Errors
    /// `Denied` if there is none.
    pub async fn present(
        &self,
        notification: NotificationId,
        id: AttachmentId,
    ) -> Result<Attachment, DomainError> {
        let found = records::record(self.records, &attachment_name(notification, id)).await?;
        found.ok_or(Refusal::Denied.into())
    }

    /// The attachment, if it is STORED and both the caller and, where one is named, this recipient of the notification may
    /// see it: whoever refers to it between the two tells neither of a file that the other side keeps from it.
    ///
    /// # Errors
    /// `Denied` if there is none, or one of them may not see it; `IllegalTransition` if it is not STORED.
    pub async fn stored(
        &self,
        caller: &Caller,
        notification: NotificationId,
        id: AttachmentId,
        recipient: Option<&AuthorityId>,
    ) -> Result<Attachment, DomainError> {
        let found = self.execute(caller, notification, id).await?;
        if let Some(recipient) = recipient {
            let transmission = self.transmissions.transmission_get(notification, recipient).await?;
            if transmission.is_none() || !found.is_shown_to_recipient(recipient) {
                return Err(Refusal::Denied.into());
            }
        }
        match found.state {
            AttachmentState::Stored => Ok(found),
            other => Err(DomainError::illegal(found.name(), other, "reading")),
        }
    }
}

/// How many attachments the side has that attached this one.
pub(super) async fn count_of(
    rules: &Rules,
    reader: &dyn RecordReader,
    notification: NotificationId,
    originator: &AuthorityId,
    author: &AuthorityId,
) -> Result<AttachmentCount, DomainError> {
    let on_side = Relation::of_side(&rules.cooperation, originator, author).is_some();
    let none = AttachmentCount::none(notification, originator, (!on_side).then_some(author));
    Ok(records::record(reader, &none.name()).await?.unwrap_or(none))
}

/// Refuses names of files that are not there for both sides of a transmission: whoever names one between the two tells
/// neither of a file that is kept from it.
///
/// # Errors
/// `Invalid` for each that is not STORED, or not shown to the recipient; the originator's side sees all.
pub(crate) async fn require_shared_files(
    reader: &dyn RecordReader,
    transmission: &Transmission,
    named: Vec<(String, String)>,
) -> Result<(), DomainError> {
    let mut violations = Vec::new();
    for (field, name) in named {
        let found: Option<Attachment> = records::record(reader, &name).await?;
        let is_shared = found.is_some_and(|found| {
            found.state == AttachmentState::Stored && found.is_shown_to_recipient(&transmission.recipient)
        });
        if !is_shared {
            let wanted = "wants the name of a stored attachment that both sides may see";
            violations.push(Violation::new(field, format!("{wanted}; got {name}")));
        }
    }
    if violations.is_empty() { Ok(()) } else { Err(Refusal::Invalid(violations).into()) }
}
