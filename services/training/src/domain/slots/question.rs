//! What is asked for: who, how long, between when.

use jiff::{
    Timestamp,
    civil::{Date, Time},
};
use seamless_calendar::{Calendars, Zones};

use crate::domain::Violation;

/// From the first instant to the one behind the last.
pub type Interval = (Timestamp, Timestamp);

/// Hours of a day, from the first moment to the one behind the last; midnight as the end is the end of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    pub from: Time,
    pub to: Time,
}

/// Where somebody is from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stay {
    /// The first day, there; none for the first stay, which has no beginning.
    pub from: Option<Date>,
    /// IANA zone.
    pub zone: String,
    /// Whose holidays count there; none where Monday to Friday are working days, and no holiday counts.
    pub calendar: Option<String>,
}

/// Somebody who takes part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// What it is called in explanations.
    pub name: String,
    /// Where it is, in the order of time.
    pub stays: Vec<Stay>,
    /// The meeting lies within these hours, by its clocks.
    pub humane: Hours,
    /// Those that suit it best.
    pub office: Hours,
    /// Whether it meets on Saturdays of the weekend. A Saturday that its calendar makes a working day needs no leave.
    pub saturdays: bool,
    pub busy: Vec<Interval>,
}

/// A room, an interpreter: it has no hours of its own, and is taken or free.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    pub name: String,
    pub busy: Vec<Interval>,
}

/// Whom a meeting is to suit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    pub sides: Vec<Side>,
    pub resources: Vec<Resource>,
    /// How many minutes before the meeting begins it must be booked.
    pub notice: u32,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotQuestion {
    pub schedule: Schedule,
    pub minutes: u32,
    /// The meeting begins not before the first, and ends not behind the second.
    pub window: Interval,
    /// How far the beginnings lie apart that are tried, in minutes: on a grid of full UTC hours where it divides them.
    pub step: u32,
}

/// How much may be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotLimits {
    /// Beginnings that are tried, times the sides that are asked.
    pub tries: u64,
    /// Slots that are given.
    pub slots: usize,
}

impl Schedule {
    /// Everything that is wrong with it.
    #[must_use]
    pub fn violations(&self, calendars: &Calendars, zones: &Zones) -> Vec<Violation> {
        let mut found = Vec::new();
        let mut add = |field: String, wanted: String| found.push(Violation::new(field, wanted));
        if self.sides.is_empty() {
            add("sides".into(), "wants at least one".into());
        }
        for (index, side) in self.sides.iter().enumerate() {
            let at = |field: &str| format!("sides[{index}].{field}");
            for (hours, name) in [(side.humane, "humane_hours"), (side.office, "office_hours")] {
                if hours.from >= hours.to && hours.to != Time::midnight() {
                    add(at(name), format!("want an end behind {}; got {}", hours.from, hours.to));
                }
            }
            if side.stays.is_empty() {
                add(at("stays"), "wants at least one".into());
            }
            for (place, pair) in side.stays.windows(2).enumerate() {
                if let [earlier, later] = pair
                    && (later.from.is_none() || later.from <= earlier.from)
                {
                    let wanted = "wants a day behind that of the stay before".into();
                    add(at(&format!("stays[{}].from", place + 1)), wanted);
                }
            }
            for (place, stay) in side.stays.iter().enumerate() {
                if let Err(error) = zones.get(&stay.zone) {
                    add(at(&format!("stays[{place}].zone")), error.to_string());
                }
                if let Some(Err(error)) = stay.calendar.as_deref().map(|id| calendars.get(id)) {
                    add(at(&format!("stays[{place}].calendar")), error.to_string());
                }
            }
        }
        found
    }
}

impl SlotQuestion {
    /// Everything that is wrong with it, apart from whom it is to suit.
    #[must_use]
    pub fn violations(&self, limits: SlotLimits) -> Vec<Violation> {
        let mut found = Vec::new();
        let mut add = |field: &str, wanted: String| found.push(Violation::new(field, wanted));
        if self.minutes == 0 {
            add("minutes", "wants a minute or more".into());
        }
        if self.step == 0 {
            add("step_minutes", "wants a minute or more".into());
        }
        let (from, to) = self.window;
        let tries = self.tries();
        if to <= from {
            add("end_time", format!("wants an instant behind {from}; got {to}"));
        } else if tries > limits.tries {
            let wanted =
                format!("wants at most {} beginnings times sides to be tried; got {tries}", limits.tries);
            add("end_time", wanted);
        }
        found
    }

    fn tries(&self) -> u64 {
        let (from, to) = self.window;
        let minutes = u64::try_from((to.as_second() - from.as_second()) / 60).unwrap_or(0);
        let sides = (self.schedule.sides.len() + self.schedule.resources.len()) as u64;
        minutes / u64::from(self.step.max(1)) * sides.max(1)
    }
}
