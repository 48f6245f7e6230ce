//! Transport: a file for each RPC group. A handler authenticates (a layer did), parses, has one use case executed, and
//! writes the answer, redacted for the caller.

mod activities;
mod attendance;
mod attendance_rules;
pub mod authorization;
mod calendar_pages;
mod calendars;
mod certificate_papers;
mod certificates;
mod context;
mod correspondence;
mod errors;
mod feedback;
mod materials;
mod need_rules;
mod needs;
mod obligations;
mod personal_data;
mod proceedings;
mod registering;
mod registrations;
mod schedule;
mod turns;

pub use attendance_rules::AttendanceRules;
pub use calendar_pages::CalendarPages;
pub use certificate_papers::Papers;
pub use context::Api;
pub use need_rules::NeedRules;
pub(crate) use turns::Turns;
