//! What happens to an attachment after it was announced: stored, rejected, given up, deleted.

use jiff::Timestamp;

use super::attachment_access::count_of;
use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Refusal,
    event::EventKind,
    model::{
        Attachment, AttachmentId, AttachmentState, AttachmentStep, NotificationId, NotificationState,
        attachment_name,
    },
    ports::{NotificationReader, TransmissionReader},
    records::{self, RecordReader},
    rules::Rules,
    use_cases::{AttachmentAccess, require_revision},
};

/// Takes a step of an attachment.
pub struct TakeAttachmentStep<'a> {
    pub rules: &'a Rules,
    pub notifications: &'a dyn NotificationReader,
    pub transmissions: &'a dyn TransmissionReader,
    pub records: &'a dyn RecordReader,
}

impl TakeAttachmentStep<'_> {
    /// What the service itself establishes: stored, rejected or given up.
    ///
    /// # Errors
    /// `Denied` if there is no such attachment; `IllegalTransition`, also for storing on a notification that was withdrawn.
    pub async fn execute(
        &self,
        notification: NotificationId,
        id: AttachmentId,
        step: AttachmentStep,
        now: Timestamp,
    ) -> Result<Decision<Attachment>, DomainError> {
        let found: Option<Attachment> =
            records::record(self.records, &attachment_name(notification, id)).await?;
        let attachment = found.ok_or(Refusal::Denied)?;
        if step == AttachmentStep::Store {
            self.require_open(&attachment).await?;
        }
        self.decide(attachment, step, now).await
    }

    /// Who attached it takes it back.
    ///
    /// # Errors
    /// `Denied`, `EtagMismatch`, `IllegalTransition`.
    pub async fn delete(
        &self,
        caller: &Caller,
        (notification, id): (NotificationId, AttachmentId),
        revision: Option<i64>,
        reason: String,
        now: Timestamp,
    ) -> Result<Decision<Attachment>, DomainError> {
        let access = AttachmentAccess {
            rules: self.rules,
            notifications: self.notifications,
            transmissions: self.transmissions,
            records: self.records,
        };
        let attachment = access.as_author(caller, notification, id).await?;
        require_revision(revision, attachment.revision, || attachment.name())?;
        self.decide(attachment, AttachmentStep::Delete(reason), now).await
    }

    /// Refuses octets for an attachment whose notification was withdrawn since it was announced.
    ///
    /// # Errors
    /// `IllegalTransition` then.
    pub async fn require_open(&self, attachment: &Attachment) -> Result<(), DomainError> {
        let notification = self.notifications.notification_get(attachment.notification).await?;
        let notification = notification.ok_or(Refusal::Denied)?;
        match notification.state {
            NotificationState::Withdrawn => {
                Err(DomainError::illegal(notification.name(), notification.state, "attaching"))
            }
            _ => Ok(()),
        }
    }

    async fn decide(
        &self,
        mut attachment: Attachment,
        step: AttachmentStep,
        now: Timestamp,
    ) -> Result<Decision<Attachment>, DomainError> {
        let before = attachment.state;
        attachment.take(step, now)?;
        let mut changes = ChangeSet::default();
        if !attachment.is_live() {
            let Attachment { notification, originator, authority, .. } = &attachment;
            let mut count = count_of(self.rules, self.records, *notification, originator, authority).await?;
            count.live = count.live.saturating_sub(1);
            count.revision += 1;
            changes.put_record(&count, count.revision == 1)?;
        }
        changes.put_record(&attachment, false)?;
        let kind = match (before, attachment.state) {
            (_, AttachmentState::Stored) => Some(EventKind::AttachmentStored(Box::new(attachment.clone()))),
            // What was never to be read is of no concern to others.
            (AttachmentState::Stored, AttachmentState::Deleted) => {
                Some(EventKind::AttachmentDeleted(Box::new(attachment.clone())))
            }
            _ => None,
        };
        if let Some(kind) = kind {
            self.tell(&mut changes, &attachment, kind, now).await?;
        }
        Ok(Decision { outcome: attachment, changes })
    }

    /// Tells the originator's side, and those recipients that see the attachment.
    async fn tell(
        &self,
        changes: &mut ChangeSet,
        attachment: &Attachment,
        kind: EventKind,
        now: Timestamp,
    ) -> Result<(), DomainError> {
        let mut transmissions = self.transmissions.transmission_list(attachment.notification).await?;
        transmissions.retain(|transmission| attachment.is_shown_to_recipient(&transmission.recipient));
        changes.tell_recipients(&transmissions, now, &kind);
        changes.tell_side(self.rules, &attachment.originator, now, kind);
        Ok(())
    }
}
