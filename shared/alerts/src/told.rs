//! What an event makes of an alert.

use prost::{Message, Name};
use seamless_identity::AuthorityId;
use seamless_proto::seamless::{feed::v1::Event, notifications::v1 as wire};

/// What became of an alert, for one reader.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// `notifications/{notification}`.
    pub name: String,
    /// As the reader may see it; none where it is not in force: a draft, withdrawn, or to be removed by the reader.
    pub in_force: Option<wire::Notification>,
}

/// What an event makes of an alert of this reader; none for an event of no interest. Drills are told like all others.
#[must_use]
pub fn told(event: &Event, reader: &AuthorityId) -> Option<Told> {
    let data = event.data.as_ref()?.value.as_slice();
    let position = event.position;
    macro_rules! notification_of {
        ($($kind:ident),+) => {
            $(if event.r#type == wire::$kind::full_name() {
                let told = wire::$kind::decode(data);
                let told = told.inspect_err(|error| tracing::error!(position, %error, "an event cannot be read"));
                let notification = told.ok()?.notification?;
                let name = notification.name.clone();
                return Some(Told { name, in_force: Some(notification).filter(is_in_force) });
            })+
        };
    }
    notification_of!(
        // What another system has validated is imported as an alert in force.
        NotificationCreated,
        NotificationValidated,
        NotificationTransmitted,
        NotificationUpdated,
        NotificationReturned,
        NotificationWithdrawn
    );
    if event.r#type == wire::RemovalOrdered::full_name() {
        let removal = wire::RemovalOrdered::decode(data).ok()?.removal?;
        return is_lost(&removal, reader).then_some(Told { name: removal.notification, in_force: None });
    }
    None
}

/// Whether it is confirmed and in force.
fn is_in_force(notification: &wire::Notification) -> bool {
    use wire::NotificationState::{Transmitted, Validated};
    matches!(notification.state(), Validated | Transmitted)
}

/// True if the reader is to hold the alert no more. What others have to remove is told to the originator's side too, and
/// changes nothing of what that side knows; and of fields that were made less public the new version says what is left.
fn is_lost(removal: &wire::Removal, reader: &AuthorityId) -> bool {
    removal.authority == reader.as_str() && removal.reason() != wire::RemovalReason::Downgraded
}
