//! Follows a rule through time.
//!
//! Invariant: one period of the rule is held at a time; what is looked at between two meetings is bounded, and no meeting lies
//! behind the year 9999.

use std::collections::{BTreeSet, VecDeque};

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};

use super::days::Days;
use super::rule::{Frequency, Rule, RuleEnd, Until};
use crate::wall_time::{Reading, WallTime};
use crate::{CalendarError, Zones};

/// Days that are looked at in vain before a rule is taken to give nothing more: those of the 400 years in which the calendar
/// comes round.
const DAYS_IN_VAIN: u32 = 146_097;

/// The local times that a rule gives, each with its instant, in order. It has no end where the rule has none.
#[derive(Clone, Debug)]
pub struct RuleTimes {
    start: WallTime,
    zone: TimeZone,
    days: Days,
    times: Vec<Time>,
    positions: BTreeSet<i16>,
    frequency: Frequency,
    interval: i64,
    /// How many more; none if they are not counted.
    left: Option<u32>,
    until: Option<Until>,
    /// The first day of the next period; none where the calendar ends.
    period: Option<Date>,
    waiting: VecDeque<DateTime>,
}

impl Rule {
    /// The local times that the rule gives from a start on. The start is one of them only if the rule gives it.
    ///
    /// # Errors
    ///
    /// [`CalendarError::UnknownTimeZone`].
    pub fn times(&self, start: &WallTime, zones: &Zones) -> Result<RuleTimes, CalendarError> {
        let (date, time) = (start.local().date(), start.local().time());
        let or_start = |given: &BTreeSet<i16>, of_start: i8| match given.is_empty() {
            true => BTreeSet::from([of_start.into()]),
            false => given.clone(),
        };
        let (hours, minutes, seconds) = (
            or_start(&self.hours, time.hour()),
            or_start(&self.minutes, time.minute()),
            or_start(&self.seconds, time.second()),
        );
        let mut times = Vec::with_capacity(hours.len() * minutes.len() * seconds.len());
        for (hour, minute) in hours.iter().flat_map(|hour| minutes.iter().map(move |minute| (*hour, *minute)))
        {
            let of_minute = seconds.iter().filter_map(|second| time_of(hour, minute, *second));
            times.extend(of_minute);
        }
        let since_week_start =
            (date.weekday().to_monday_zero_offset() - self.week_start.to_monday_zero_offset()).rem_euclid(7);
        let period = match self.frequency {
            Frequency::Daily => Some(date),
            Frequency::Weekly => date.checked_sub(Span::new().days(since_week_start)).ok(),
            Frequency::Monthly => Some(date.first_of_month()),
            Frequency::Yearly => Some(date.first_of_year()),
        };
        Ok(RuleTimes {
            start: start.clone(),
            zone: zones.get(start.zone())?,
            days: Days::of(self, date),
            times,
            positions: self.positions.clone(),
            frequency: self.frequency,
            interval: self.interval.into(),
            left: if let Some(RuleEnd::Count(count)) = self.end { Some(count) } else { None },
            until: if let Some(RuleEnd::Until(until)) = self.end { Some(until) } else { None },
            period,
            waiting: VecDeque::new(),
        })
    }
}

impl Rule {
    /// The same rule as invitations carry it: RFC 5545 wants the last moment of times in a zone as an instant.
    ///
    /// # Errors
    ///
    /// [`CalendarError::UnknownTimeZone`], [`CalendarError::OutOfRange`].
    pub fn until_as_instant(&self, start: &WallTime, zones: &Zones) -> Result<Self, CalendarError> {
        let last = match self.end {
            Some(RuleEnd::Until(Until::Local(last))) => last,
            Some(RuleEnd::Until(Until::Day(last))) => last.at(23, 59, 59, 0),
            Some(RuleEnd::Until(Until::Instant(_)) | RuleEnd::Count(_)) | None => return Ok(self.clone()),
        };
        let zone = zones.get(start.zone())?;
        let instant = match start.at(last).read(&zone)? {
            // Nothing is held between the change and the time that it skips.
            (behind, Reading::Skipped) => {
                let change = zone.preceding(behind).next().map_or(behind, |change| change.timestamp());
                change.saturating_sub(SignedDuration::from_secs(1)).unwrap_or(change)
            }
            (instant, Reading::Once | Reading::Twice) => instant,
        };
        Ok(Self { end: Some(RuleEnd::Until(Until::Instant(instant))), ..self.clone() })
    }
}

fn time_of(hour: i16, minute: i16, second: i16) -> Option<Time> {
    Time::new(hour.try_into().ok()?, minute.try_into().ok()?, second.try_into().ok()?, 0).ok()
}

impl RuleTimes {
    /// Puts the meetings of the next period in wait, and gives how many days were looked at; none where the calendar ends.
    fn next_period(&mut self) -> Option<u32> {
        let first = self.period?;
        let (length, next) = match self.frequency {
            Frequency::Daily => (1, Span::new().try_days(self.interval)),
            Frequency::Weekly => (7, Span::new().try_days(self.interval.saturating_mul(7))),
            Frequency::Monthly => (i64::from(first.days_in_month()), Span::new().try_months(self.interval)),
            Frequency::Yearly => (i64::from(first.days_in_year()), Span::new().try_years(self.interval)),
        };
        self.period = next.ok().and_then(|next| first.checked_add(next).ok());
        let days = (0..length).filter_map(|days| first.checked_add(Span::new().days(days)).ok());
        let days = days.filter(|day| self.days.has(*day));
        let of_day = |day: Date| self.times.iter().map(move |time| day.to_datetime(*time));
        let all: Vec<DateTime> = days.flat_map(of_day).collect();
        self.waiting = if self.positions.is_empty() { all.into() } else { at_places(&all, &self.positions) };
        u32::try_from(length).ok()
    }

    fn is_over(&self, local: DateTime, instant: Timestamp) -> bool {
        match self.until {
            None => false,
            Some(Until::Instant(last)) => instant > last,
            Some(Until::Local(last)) => local > last,
            Some(Until::Day(last)) => local.date() > last,
        }
    }

    fn end(&mut self) {
        self.period = None;
        self.waiting.clear();
    }
}

/// The members of a list at places, counted from the end if negative.
fn at_places(all: &[DateTime], places: &BTreeSet<i16>) -> VecDeque<DateTime> {
    let index = |place: &i16| match usize::from(place.unsigned_abs()) {
        from_end if *place < 0 => all.len().checked_sub(from_end),
        place => place.checked_sub(1),
    };
    let indices: BTreeSet<usize> = places.iter().filter_map(index).collect();
    indices.into_iter().filter_map(|index| all.get(index).copied()).collect()
}

impl RuleTimes {
    /// The next local time, also one that the clocks skip, which is no meeting and is not counted. `in_vain` is how many days were
    /// looked at since the last meeting.
    pub(super) fn next_read(&mut self, in_vain: &mut u32) -> Option<(DateTime, Timestamp, Reading)> {
        while self.left != Some(0) && *in_vain <= DAYS_IN_VAIN {
            let Some(local) = self.waiting.pop_front() else {
                *in_vain += self.next_period()?;
                continue;
            };
            if local < self.start.local() {
                continue;
            }
            let Ok((instant, reading)) = self.start.at(local).read(&self.zone) else { break };
            if self.is_over(local, instant) {
                break;
            }
            if reading != Reading::Skipped {
                self.left = self.left.map(|left| left - 1);
            }
            return Some((local, instant, reading));
        }
        self.end();
        None
    }
}

impl Iterator for RuleTimes {
    type Item = (DateTime, Timestamp);

    fn next(&mut self) -> Option<Self::Item> {
        let mut in_vain = 0;
        loop {
            match self.next_read(&mut in_vain)? {
                (_, _, Reading::Skipped) => {}
                (local, instant, _) => return Some((local, instant)),
            }
        }
    }
}
