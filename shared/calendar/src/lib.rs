//! Clocks and time zones, local times and meetings that come again, working-day calendars and deadline rules that explain
//! themselves.
//!
//! Invariant: an answer is either exact and explained or an error. No year is guessed: one that is not officially
//! published holds what is certain by law, and is named as provisional in every answer that touches it. No instant is read
//! from anywhere but a [`Clock`], and no time zone from anywhere but [`Zones`].

mod clock;
mod deadline;
mod error;
mod explanation;
mod recurrence;
mod wall_time;
mod working_days;
mod zone_folder;
mod zones;

pub use clock::{Ahead, Clock, MovableClock, SystemClock};
pub use deadline::{DeadlineRule, DeadlineUnit, DueDate, PausedInterval};
pub use error::CalendarError;
pub use explanation::{Explanation, SkipReason, SkippedDay};
pub use recurrence::{
    ByDay, Frequency, InvalidRule, Occurrence, Rule, RuleEnd, RuleProblem, RuleTimes, Series, SeriesLimits,
    SeriesProblem, Until,
};
pub use wall_time::{LocalReading, Moved, Reading, WallTime, WallTimeError};
pub use working_days::{Calendar, Calendars, DayKind, WorkingDay};
pub use zones::{Zones, zone_data_version};
