//! Creates a notification: a draft, or one that was validated in the system that it is imported from.

use jiff::Timestamp;

use crate::domain::{
    Caller, ChangeSet, Decision,
    event::EventKind,
    model::{Content, EventStatus, Notification, NotificationId, NotificationState},
    rules::Rules,
};

/// Creates a notification of the caller's.
pub struct CreateNotification<'a> {
    pub rules: &'a Rules,
}

impl CreateNotification<'_> {
    /// A notification with this content under a new key, in the state given.
    #[must_use]
    pub fn execute(
        &self,
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
        };
        let mut changes = ChangeSet::default();
        changes.put_notification(self.rules, &notification, true, &[]);
        let created = EventKind::NotificationCreated(Box::new(notification.clone()));
        changes.tell_side(self.rules, &notification.originator, now, created);
        Decision { outcome: notification, changes }
    }
}
