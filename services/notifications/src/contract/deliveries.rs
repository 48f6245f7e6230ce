//! Which version of a notification an event brought to its readers.

use prost::{Message, Name};
use seamless_api::ResourceName;
use seamless_feed::StoredEvent;
use seamless_proto::seamless::notifications::v1 as wire;

use super::NotificationName;
use crate::domain::model::NotificationId;

/// The types of the events that bring a version.
pub fn delivering_types() -> Vec<String> {
    vec![wire::NotificationTransmitted::full_name(), wire::NotificationUpdated::full_name()]
}

/// The notification and version that the event brought; none where it is of another type.
pub fn delivered_version(event: &StoredEvent) -> Option<(NotificationId, u32)> {
    let data = event.data.as_slice();
    let notification = if event.event_type == wire::NotificationTransmitted::full_name() {
        wire::NotificationTransmitted::decode(data).ok()?.notification
    } else if event.event_type == wire::NotificationUpdated::full_name() {
        wire::NotificationUpdated::decode(data).ok()?.notification
    } else {
        None
    };
    let notification = notification?;
    let NotificationName(id) = NotificationName::parse("name", &notification.name).ok()?;
    Some((id, u32::try_from(notification.version).ok()?))
}
