//! One use case a file. Each decides; none writes.

mod acknowledge_transmission;
mod create_notification;
mod follow_up_step;
mod import_notifications;
mod inspect;
mod start_follow_up;
mod submit_notification;
mod transmit_notification;
mod update_notification;
mod validate_notification;
mod withdraw_notification;

pub use acknowledge_transmission::AcknowledgeTransmission;
pub use create_notification::CreateNotification;
pub use follow_up_step::TakeFollowUpStep;
pub use import_notifications::{ImportItem, ImportNotifications, ImportResult};
pub use inspect::{FollowUpAccess, NotificationAccess, TransmissionAccess};
pub use start_follow_up::StartFollowUp;
pub use submit_notification::SubmitNotification;
pub use transmit_notification::{TransmitNotification, Transmitted};
pub use update_notification::UpdateNotification;
pub use validate_notification::{ValidateNotification, Validated, ValidationDecision};
pub use withdraw_notification::WithdrawNotification;

use super::error::DomainError;

/// Refuses a record that is not the version that the caller meant; no revision named means whichever is there.
fn require_revision(
    expected: Option<i64>,
    present: i64,
    resource: impl FnOnce() -> String,
) -> Result<(), DomainError> {
    match expected {
        Some(expected) if expected != present => Err(DomainError::EtagMismatch { resource: resource() }),
        _ => Ok(()),
    }
}
