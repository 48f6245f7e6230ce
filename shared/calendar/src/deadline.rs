//! When something is due.
//!
//! Norm: Regulation (EEC, Euratom) No 1182/71, Article 3. The day of the start event does not count; the period ends with
//! the expiry of the last moment of the last day, in the time zone of the authority that has to act. Invariant:
//! [`DueDate::due`] is an exclusive end, the first instant of the civil day after the last one. It comes from the zone's
//! own rules, so it holds across clock changes, where a day has 23 or 25 hours or begins at 01:00.
//!
//! Article 3(4), by which a period that would end on a holiday, Saturday or Sunday runs on to the next working day, is
//! not applied to calendar days: arrangements between authorities of different weekends count them plainly. Periods in
//! working days end on a working day anyway.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Calendar, CalendarError, Calendars, DayKind, Explanation, SkipReason, SkippedDay, Zones};

/// A rule by which one event must follow another in time. It is stored with the clocks that it started, so keys that a
/// later version adds are passed over; whoever reads it from configuration refuses unknown keys itself.
///
/// ```toml
/// id = "gpsr-validation"
/// start-event = "submitted"
/// stop-event = "validated"
/// length = 4
/// unit = { working-days = { calendar = "EU" } }    # or unit = "calendar-days"
/// time-zone = "Europe/Brussels"
/// warn-before-days = 1
/// legal-basis = "Regulation (EU) 2023/988, Article 26"
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct DeadlineRule {
    /// Name of the rule, unique in its arrangement.
    pub id: String,
    /// The event that starts the clock; the services give the name its meaning.
    pub start_event: String,
    /// The event that stops the clock; the services give the name its meaning.
    pub stop_event: String,
    /// How many days, at least one.
    pub length: u32,
    /// Which days count.
    pub unit: DeadlineUnit,
    /// Zone of the authority that has to act, an IANA name such as `Asia/Shanghai`.
    pub time_zone: String,
    /// How many calendar days before the end a warning is due; 0 for no warning before the end.
    #[serde(default)]
    pub warn_before_days: u32,
    /// The norm that the rule carries out, as it is to be cited.
    pub legal_basis: String,
    /// Whether the clock stands still while a question to the other side is open.
    #[serde(default)]
    pub pauses: bool,
    /// Which cases the rule is for; the services give the name its meaning. `all` unless the file says otherwise.
    #[serde(default = "all_cases")]
    pub applies_to: String,
}

fn all_cases() -> String {
    "all".to_owned()
}

/// Which days count towards a deadline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeadlineUnit {
    /// Every day.
    CalendarDays,
    /// The working days of a calendar; China's adjusted working days count.
    WorkingDays {
        /// Id of the calendar.
        calendar: String,
    },
}

/// A time during which the clock stood still: from `from` up to, not including, `to`. While a pause is still open, `to`
/// is the current instant; the answer then moves on day by day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PausedInterval {
    /// First instant of the pause.
    pub from: Timestamp,
    /// First instant after the pause.
    pub to: Timestamp,
}

/// When something is due, and why then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueDate {
    /// First instant at which it is too late.
    pub due: Timestamp,
    /// From when to warn: `warn_before_days` civil days before `due`, never before the start event.
    pub warn: Timestamp,
    /// How the date was found.
    pub explanation: Explanation,
}

impl DueDate {
    /// Whether the period has expired at `now`.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        now >= self.due
    }

    /// `due` on the clocks of `zone`, an IANA name, as RFC 9557 text: `2026-03-01T00:00:00+08:00[Asia/Shanghai]`.
    ///
    /// # Errors
    ///
    /// [`CalendarError::UnknownTimeZone`].
    pub fn local(&self, zone: &str) -> Result<String, CalendarError> {
        Ok(self.due.to_zoned(Zones::bundled().get(zone)?).to_string())
    }
}

impl DeadlineRule {
    /// Refuses a rule that could never be applied; for the moment at which an arrangement, or a rule that was stored
    /// with a running clock, is read.
    ///
    /// # Errors
    ///
    /// [`CalendarError::InvalidRule`] with the key that is wrong: `time-zone` or `unit.working-days.calendar` if
    /// unknown, `length` if zero.
    pub fn check(&self, calendars: &Calendars) -> Result<(), CalendarError> {
        self.parts(calendars).map(|_| ())
    }

    /// When a period that starts with an event at `start` is due.
    ///
    /// # Errors
    ///
    /// Those of [`check`](Self::check); [`CalendarError::OutOfRange`] beyond the year 9999. A year that the calendar does
    /// not know is no error: the answer rests on provisional days, and says so.
    pub fn due(&self, start: Timestamp, calendars: &Calendars) -> Result<DueDate, CalendarError> {
        self.due_with_pauses(start, &[], calendars)
    }

    /// When a period that starts with an event at `start` is due, given that the clock stood still during `pauses`: each
    /// civil day that lies wholly or partly in a pause is not counted. A rule that does not pause ignores them.
    ///
    /// # Errors
    ///
    /// Those of [`due`](Self::due); [`CalendarError::InvalidPause`] if a pause ends before it starts.
    pub fn due_with_pauses(
        &self,
        start: Timestamp,
        pauses: &[PausedInterval],
        calendars: &Calendars,
    ) -> Result<DueDate, CalendarError> {
        let (zone, calendar) = self.parts(calendars)?;
        let paused_days = if self.pauses { days_in_pauses(pauses, &zone)? } else { Vec::new() };

        let start_date = zone.to_datetime(start).date();
        let mut last_day = start_date;
        let mut counted = Vec::new();
        let mut skipped = Vec::new();
        for _ in 0..self.length {
            loop {
                last_day = day_after(last_day)?;
                match reason_to_skip(last_day, calendar, &paused_days) {
                    Some(why) => skipped.push(SkippedDay { date: last_day, why }),
                    None => break counted.push(last_day),
                }
            }
        }

        // The calendar was not asked about the start day, so its year matters only if a later day lies there too.
        let touched = day_after(start_date)?.year()..=last_day.year();
        let provisional = calendar.map_or_else(Vec::new, |calendar| {
            touched.filter(|year| calendar.is_provisional(*year)).collect()
        });

        let day_after_last = day_after(last_day)?;
        let due = first_instant(day_after_last, &zone)?;
        let warn = Span::new()
            .try_days(self.warn_before_days)
            .and_then(|days| day_after_last.checked_sub(days))
            .and_then(|day| day.to_zoned(zone))
            .map_or(start, |warn| warn.timestamp().max(start));
        let explanation = Explanation {
            rule_id: self.id.clone(),
            legal_basis: self.legal_basis.clone(),
            time_zone: self.time_zone.clone(),
            start_date,
            last_day,
            counted,
            skipped,
            provisional,
        };
        Ok(DueDate { due, warn, explanation })
    }

    /// The zone and, for working days, the calendar; or what is wrong with the rule.
    fn parts<'a>(&self, calendars: &'a Calendars) -> Result<(TimeZone, Option<&'a Calendar>), CalendarError> {
        let invalid = |field: &'static str, problem: String| CalendarError::InvalidRule {
            rule: self.id.clone(),
            field,
            problem,
        };
        if self.length == 0 {
            return Err(invalid("length", "expected at least 1 day, got 0".to_owned()));
        }
        let zone =
            Zones::bundled().get(&self.time_zone).map_err(|error| invalid("time-zone", error.to_string()))?;
        let calendar = match &self.unit {
            DeadlineUnit::CalendarDays => None,
            DeadlineUnit::WorkingDays { calendar } => {
                let found = calendars.get(calendar);
                Some(found.map_err(|error| invalid("unit.working-days.calendar", error.to_string()))?)
            }
        };
        Ok((zone, calendar))
    }
}

/// The calendar's reason comes first: a Sunday would not have counted without the pause either.
fn reason_to_skip(
    date: Date,
    calendar: Option<&Calendar>,
    paused_days: &[(Date, Date)],
) -> Option<SkipReason> {
    match calendar.map_or(DayKind::Working, |calendar| calendar.day(date)) {
        DayKind::Weekend => Some(SkipReason::Weekend),
        DayKind::Holiday(name) => Some(SkipReason::Holiday(name.to_owned())),
        DayKind::Working | DayKind::AdjustedWorking(_) => paused_days
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&date))
            .then_some(SkipReason::Paused),
    }
}

/// The first and the last civil day that each pause touches.
fn days_in_pauses(pauses: &[PausedInterval], zone: &TimeZone) -> Result<Vec<(Date, Date)>, CalendarError> {
    let mut days = Vec::with_capacity(pauses.len());
    for PausedInterval { from, to } in pauses.iter().copied() {
        if to < from {
            return Err(CalendarError::InvalidPause { from, to });
        }
        // The end is exclusive, so a pause that ends at midnight does not touch the day that begins there.
        let last_instant = Timestamp::from_nanosecond(to.as_nanosecond() - 1).unwrap_or(to);
        if from <= last_instant {
            days.push((zone.to_datetime(from).date(), zone.to_datetime(last_instant).date()));
        }
    }
    Ok(days)
}

fn day_after(date: Date) -> Result<Date, CalendarError> {
    date.tomorrow().map_err(|_| out_of_range(date))
}

fn out_of_range(date: Date) -> CalendarError {
    CalendarError::OutOfRange { date }
}

/// The instant at which a civil day begins: midnight, or the end of the gap where the clocks jump over midnight.
fn first_instant(date: Date, zone: &TimeZone) -> Result<Timestamp, CalendarError> {
    date.to_zoned(zone.clone()).map(|zoned| zoned.timestamp()).map_err(|_| out_of_range(date))
}
