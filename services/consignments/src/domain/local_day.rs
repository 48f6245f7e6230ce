//! Which day it is at an entry point.

use jiff::{Timestamp, civil::Date};

use super::pilot::EntryPoint;

/// True if the day is over at the entry point: its draws can no more be foreseen from its seed.
#[must_use]
pub fn is_over(entry_point: &EntryPoint, date: Date, now: Timestamp) -> bool {
    today(entry_point, now) > date
}

/// The day that it is at the entry point.
#[must_use]
pub fn today(entry_point: &EntryPoint, now: Timestamp) -> Date {
    now.to_zoned(entry_point.time_zone.clone()).date()
}
