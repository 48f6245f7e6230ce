//! One use case a file. Each decides; none writes.

mod acknowledge_transmission;
mod advance_clock;
mod attachment_access;
mod attachment_step;
mod create_attachment;
mod create_notification;
mod follow_up_step;
mod import_notifications;
mod inject_faults;
mod inspect;
mod mark_clocks;
mod start_follow_up;
mod submit_notification;
mod transmit_notification;
mod update_notification;
mod validate_notification;
mod withdraw_notification;

pub use acknowledge_transmission::AcknowledgeTransmission;
pub use advance_clock::AdvanceClock;
pub use attachment_access::AttachmentAccess;
pub use attachment_step::TakeAttachmentStep;
pub use create_attachment::{CreateAttachment, NewAttachment};
pub use create_notification::CreateNotification;
pub use follow_up_step::TakeFollowUpStep;
pub use import_notifications::{ImportItem, ImportNotifications, ImportResult};
pub use inject_faults::InjectFaults;
pub use inspect::{FollowUpAccess, NotificationAccess, TransmissionAccess};
pub use mark_clocks::MarkClocks;
pub use start_follow_up::StartFollowUp;
pub use submit_notification::SubmitNotification;
pub use transmit_notification::{TransmitNotification, Transmitted};
pub use update_notification::UpdateNotification;
pub use validate_notification::{ValidateNotification, Validated, ValidationDecision};
pub use withdraw_notification::WithdrawNotification;

use seamless_identity::AuthorityId;

use super::{
    error::DomainError,
    model::{Content, NotificationId},
    ports::{NotificationReader, SourceKey},
};

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

/// Refuses a content under a source and source reference that another notification of the originator has.
async fn require_free_source_key(
    notifications: &dyn NotificationReader,
    originator: &AuthorityId,
    content: &Content,
    id: NotificationId,
) -> Result<(), DomainError> {
    let key = SourceKey::of(content);
    if !key.is_whole() {
        return Ok(());
    }
    let holders = notifications.notification_by_source(originator, &[key]).await?;
    match holders.into_iter().find(|holder| holder.id != id) {
        Some(holder) => Err(DomainError::Exists { resource: holder.name() }),
        None => Ok(()),
    }
}
