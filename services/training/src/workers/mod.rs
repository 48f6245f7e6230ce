//! What happens by itself. Any number of replicas work; the commit lets each step through once.

pub mod action_watch;
pub mod alert_followers;
pub mod clock_watch;
pub mod download_watch;
pub mod erasure_watch;
pub mod feedback_watch;
pub mod mail_watch;
pub mod obligation_watch;
pub mod registration_watch;
pub mod report_followers;
