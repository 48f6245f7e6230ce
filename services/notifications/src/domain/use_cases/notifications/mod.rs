//! Use cases of notifications.

mod create_notification;
mod import_notifications;
mod search_notifications;
mod submit_notification;
mod update_notification;
mod validate_notification;
mod withdraw_notification;

pub use create_notification::CreateNotification;
pub use import_notifications::{ImportItem, ImportNotifications, ImportResult};
pub use search_notifications::{Found, Hit, SearchCursor, SearchNotifications};
pub use submit_notification::SubmitNotification;
pub(in crate::domain::use_cases) use update_notification::Revise;
pub use update_notification::UpdateNotification;
pub use validate_notification::{ValidateNotification, Validated, ValidationDecision};
pub use withdraw_notification::WithdrawNotification;
