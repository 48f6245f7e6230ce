//! Use cases of what comes of activities.

mod action_items;
mod minutes;
mod report_contribution;
mod watch_action_items;

pub use action_items::{ActionItemStep, ActionItems};
pub use minutes::MinutesOf;
pub use report_contribution::ReportContribution;
pub use watch_action_items::WatchActionItems;

use jiff::Timestamp;

use crate::domain::{
    Rules,
    event::{DomainEvent, EventKind},
    model::Activity,
};

/// The event, to the organisers and parties of the activity.
fn told(rules: &Rules, activity: &Activity, kind: EventKind, now: Timestamp) -> DomainEvent {
    let arrangement = activity.content.arrangement.clone();
    DomainEvent { kind, time: now, arrangement, readers: rules.counting_readers(activity, now) }
}
