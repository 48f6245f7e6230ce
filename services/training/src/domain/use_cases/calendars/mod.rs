//! Use cases of calendars that people subscribe to.

mod calendar_links;
mod read_calendar;

pub use calendar_links::CalendarLinks;
pub use read_calendar::{Calendar, ReadCalendar, ShownActivity};
