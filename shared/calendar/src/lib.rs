//! Working-day calendars and deadline rules that explain themselves.
//!
//! Invariant: an answer is either exact and explained or an error. No year is guessed: one that is not officially
//! published is refused, or holds what is certain by law and is named as provisional in every answer that touches it. No
//! instant is read from anywhere but a [`Clock`].

mod clock;
mod deadline;
mod error;
mod explanation;
mod working_days;

pub use clock::{Ahead, Clock, MovableClock, SystemClock};
pub use deadline::{DeadlineRule, DeadlineUnit, DueDate, PausedInterval};
pub use error::CalendarError;
pub use explanation::{Explanation, SkipReason, SkippedDay};
pub use working_days::{Calendar, Calendars, DayKind};
