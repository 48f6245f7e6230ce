//! Creates a notification: a draft, or one that was validated in the system that it is imported from.

use jiff::Timestamp;

use crate::domain::{
    Caller, ChangeSet, Decision, DomainError,
    event::EventKind,
    model::{Content, EventStatus, Notification, NotificationId, NotificationState},
    ports::{NotificationReader, TransmissionReader},
    rules::Rules,
    use_cases::{NotificationAccess, require_free_source_key},
};

/// Creates a draft of the caller's.
pub struct CreateNotification<'a> {
    pub rules: &'a Rules,
    pub notifications: &'a dyn NotificationReader,
    pub transmissions: &'a dyn TransmissionReader,
}

impl CreateNotification<'_> {
    /// A draft with this content under a new key.
    ///
    /// # Errors
    /// `Exists` if the caller has a notification of the same source and source reference; `Denied` and `Invalid` for
    /// what it follows, as [`NotificationAccess::require_followed`].
    pub async fn execute(
        &self,
        caller: &Caller,
        id: NotificationId,
        content: Content,
        status: EventStatus,
        now: Timestamp,
    ) -> Result<Decision<Notification>, DomainError> {
        require_free_source_key(self.notifications, &caller.authority, &content, id).await?;
        let access = NotificationAccess {
            rules: self.rules,
            notifications: self.notifications,
            transmissions: self.transmissions,
        };
        access.require_followed(caller, (id, status), &content, None).await?;
        Ok(create(self.rules, caller, id, content, status, NotificationState::Draft, now))
    }
}

/// A new notification in the state given.
pub(super) fn create(
    rules: &Rules,
    caller: &Caller,
    id: NotificationId,
    content: Content,
    status: EventStatus,
    state: NotificationState,
    now: Timestamp,
) -> Decision<Notification> {
    let notification = Notification {
        id,
        originator: caller.authority.clone(),
        state,
        version: 1,
        revision: 1,
        create_time: now,
        update_time: now,
        status,
        content,
        findings: Vec::new(),
        withdraw_reason: None,
        duplicate_of: None,
    };
    let mut changes = ChangeSet::default();
    changes.put_notification(rules, &notification, true, &[]);
    let created = EventKind::NotificationCreated(Box::new(notification.clone()));
    changes.tell_side(rules, &notification.originator, now, created);
    Decision { outcome: notification, changes }
}
