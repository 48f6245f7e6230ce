//! A rule to try deadlines with.

use seamless_calendar::{DeadlineRule, DeadlineUnit};

/// A rule that pauses, over `length` calendar days (`unit` "days") or working days of the calendar `unit`.
pub fn rule(length: u32, unit: &str, time_zone: &str) -> DeadlineRule {
    DeadlineRule {
        id: "example".to_owned(),
        start_event: "transmitted".to_owned(),
        stop_event: "reacted".to_owned(),
        length,
        unit: match unit {
            "days" => DeadlineUnit::CalendarDays,
            calendar => DeadlineUnit::WorkingDays { calendar: calendar.to_owned() },
        },
        time_zone: time_zone.to_owned(),
        warn_before_days: 0,
        legal_basis: "example arrangement, point 4".to_owned(),
        pauses: true,
        applies_to: "all".to_owned(),
    }
}
