//! What names a notification, everywhere.

use uuid::Uuid;

/// The key of a notification: a UUID version 7, so that keys sort by the time of creation.
pub type NotificationId = Uuid;

/// `notifications/{id}`.
#[must_use]
pub fn notification_name(id: NotificationId) -> String {
    format!("notifications/{id}")
}
