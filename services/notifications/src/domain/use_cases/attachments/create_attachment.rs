//! Announces a file on a notification.

use jiff::Timestamp;
use seamless_identifiers::LocalizedText;
use seamless_identity::AuthorityId;

use super::attachment_access::count_of;
use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Refusal,
    model::{
        AnnouncedFile, Attachment, AttachmentId, AttachmentState, NotificationId, NotificationState,
        TransmissionState,
    },
    ports::{NotificationReader, TransmissionReader},
    records::RecordReader,
    relation::Relation,
    rules::Rules,
    use_cases::NotificationAccess,
};

/// Announces a file of the caller's.
pub struct CreateAttachment<'a> {
    pub rules: &'a Rules,
    pub notifications: &'a dyn NotificationReader,
    pub transmissions: &'a dyn TransmissionReader,
    pub records: &'a dyn RecordReader,
    /// The most that one side of a notification may have.
    pub limit: usize,
}

/// What is announced, parsed.
#[derive(Clone, Debug)]
pub struct NewAttachment {
    pub id: AttachmentId,
    pub notification: NotificationId,
    /// The only recipient that is to see it; none for all.
    pub recipient: Option<AuthorityId>,
    pub file: AnnouncedFile,
    pub description: LocalizedText,
}

impl CreateAttachment<'_> {
    /// A new attachment, UPLOADING.
    ///
    /// # Errors
    /// `Denied`; `Invalid` if a recipient names no transmission; `IllegalTransition` once the notification is withdrawn;
    /// `LimitReached`.
    pub async fn execute(
        &self,
        caller: &Caller,
        new: NewAttachment,
        now: Timestamp,
    ) -> Result<Decision<Attachment>, DomainError> {
        let access = NotificationAccess {
            rules: self.rules,
            notifications: self.notifications,
            transmissions: self.transmissions,
        };
        let (notification, relation) = access.execute(caller, new.notification).await?;
        if let Relation::Recipient(_) = relation {
            match &new.recipient {
                Some(recipient) if *recipient == caller.authority => {}
                Some(_) => return Err(Refusal::Denied.into()),
                None => {
                    let own = format!("{}/transmissions/{}", notification.name(), caller.authority);
                    return Err(DomainError::invalid(
                        "transmission",
                        format!("a recipient attaches to its own transmission: wants {own}"),
                    ));
                }
            }
        }
        if let Some(recipient) = &new.recipient {
            let transmission = self.transmissions.transmission_get(notification.id, recipient).await?;
            let transmission = transmission.ok_or(Refusal::Denied)?;
            if transmission.state == TransmissionState::Withdrawn {
                return Err(DomainError::illegal(transmission.name(), transmission.state, "attaching"));
            }
        }
        if notification.state == NotificationState::Withdrawn {
            return Err(DomainError::illegal(notification.name(), notification.state, "attaching"));
        }
        let originator = &notification.originator;
        let mut count =
            count_of(self.rules, self.records, notification.id, originator, &caller.authority).await?;
        if count.live >= self.limit {
            return Err(Refusal::LimitReached {
                subject: notification.name(),
                limit: "attachments of one side",
                maximum: self.limit,
            }
            .into());
        }
        let attachment = Attachment {
            id: new.id,
            notification: notification.id,
            originator: originator.clone(),
            recipient: new.recipient,
            file: new.file,
            description: new.description,
            state: AttachmentState::Uploading,
            authority: caller.authority.clone(),
            principal: caller.principal.clone(),
            create_time: now,
            store_time: None,
            end_time: None,
            rejection: None,
            delete_reason: String::new(),
            status: notification.status,
            revision: 1,
        };
        count.live += 1;
        count.revision += 1;
        let mut changes = ChangeSet::default();
        changes.put_record(&count, count.revision == 1)?;
        changes.put_record(&attachment, true)?;
        Ok(Decision { outcome: attachment, changes })
    }
}
