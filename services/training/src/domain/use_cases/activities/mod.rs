//! Use cases of activities.

mod activity_access;
mod activity_checks;
mod cancel_activity;
mod create_activity;
mod follow_clocks;
mod hold_activity;
mod publish_activity;
mod reschedule_activity;
mod update_activity;

pub use activity_access::ActivityAccess;
pub use activity_checks::ActivityChecks;
pub use cancel_activity::CancelActivity;
pub use create_activity::CreateActivity;
pub use follow_clocks::FollowClocks;
pub use hold_activity::HoldActivity;
pub use publish_activity::PublishActivity;
pub use reschedule_activity::{RescheduleActivity, Rescheduled};
pub use update_activity::UpdateActivity;

use jiff::Timestamp;

use crate::domain::{
    Rules,
    event::{DomainEvent, EventKind},
    model::{Activity, ActivityChange},
};

/// The event that tells of a change, to all who may see the activity now.
fn changed(rules: &Rules, activity: &Activity, change: ActivityChange, now: Timestamp) -> DomainEvent {
    DomainEvent {
        kind: EventKind::ActivityChanged(Box::new(activity.clone()), change),
        time: now,
        arrangement: activity.content.arrangement.clone(),
        readers: rules.readers(activity, now),
    }
}
