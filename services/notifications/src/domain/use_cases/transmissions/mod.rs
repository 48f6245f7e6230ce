//! Use cases of sending, taking back and acknowledging.

mod acknowledge_transmission;
mod count_for_inbox;
mod revoke_transmission;
mod transmit_notification;

pub use acknowledge_transmission::AcknowledgeTransmission;
pub use count_for_inbox::{CountForInbox, InboxCounts};
pub use revoke_transmission::RevokeTransmission;
pub(in crate::domain::use_cases) use transmit_notification::send;
pub use transmit_notification::{TransmitNotification, Transmitted};
