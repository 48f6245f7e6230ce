//! One side with its zones and calendars at hand.

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time, Weekday},
    tz::TimeZone,
};
use seamless_calendar::{Calendar, CalendarError, Calendars, DayKind, WallTime, Zones};

use super::{Hours, Interval, Reason, Rule, Side, SideTime};

/// A side, ready to be asked for many slots.
pub(super) struct ReadySide<'a> {
    side: &'a Side,
    stays: Vec<ReadyStay<'a>>,
    busy: BusyTimes,
}

struct ReadyStay<'a> {
    from: Option<Date>,
    name: &'a str,
    zone: TimeZone,
    calendar: Option<&'a Calendar>,
}

/// Appointments in order, none of which meets another.
pub(super) struct BusyTimes(Vec<Interval>);

impl BusyTimes {
    pub(super) fn new(busy: &[Interval]) -> Self {
        let mut sorted: Vec<Interval> = busy.iter().copied().filter(|(from, to)| from < to).collect();
        sorted.sort_unstable();
        let mut merged: Vec<Interval> = Vec::with_capacity(sorted.len());
        for (from, to) in sorted {
            match merged.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => merged.push((from, to)),
            }
        }
        Self(merged)
    }

    /// Whether something lies within these times; what only touches them does not.
    pub(super) fn meet(&self, (start, end): Interval) -> bool {
        let next = self.0.partition_point(|(_, to)| *to <= start);
        self.0.get(next).is_some_and(|(from, _)| *from < end)
    }
}

impl<'a> ReadySide<'a> {
    pub(super) fn new(
        side: &'a Side,
        calendars: &'a Calendars,
        zones: &Zones,
    ) -> Result<Self, CalendarError> {
        let stays = side.stays.iter().map(|stay| {
            let calendar = stay.calendar.as_deref().map(|id| calendars.get(id)).transpose()?;
            Ok(ReadyStay { from: stay.from, name: &stay.zone, zone: zones.get(&stay.zone)?, calendar })
        });
        let stays = stays.collect::<Result<_, CalendarError>>()?;
        Ok(Self { side, stays, busy: BusyTimes::new(&side.busy) })
    }

    pub(super) fn name(&self) -> &str {
        &self.side.name
    }

    /// The stay in force: the last one whose first day has begun there.
    fn stay(&self, instant: Timestamp) -> Option<(usize, &ReadyStay<'a>)> {
        let begun =
            |stay: &ReadyStay<'_>| stay.from.is_none_or(|from| stay.zone.to_datetime(instant).date() >= from);
        let mut stays = self.stays.iter().enumerate().rev();
        // Before the first day of the first stay, it is there already.
        stays.find(|(_, stay)| begun(stay)).or_else(|| self.stays.first().map(|first| (0, first)))
    }

    /// Every rule of the side that says no.
    pub(super) fn refusals(&self, (start, end): Interval) -> Vec<Rule> {
        let mut found = Vec::new();
        let last = end.checked_sub(jiff::SignedDuration::from_nanos(1)).unwrap_or(end);
        let (Some((place, stay)), Some((later, _))) = (self.stay(start), self.stay(last)) else {
            return found;
        };
        if place != later {
            found.push(Rule::Travels);
        }
        let (local, until) = (stay.zone.to_datetime(start), stay.zone.to_datetime(end));
        if outside(self.side.humane, local, until).is_some() {
            found.push(Rule::Hours);
        }
        let mut day = local.date();
        // The end of a day at midnight is of that day.
        let last = stay.zone.to_datetime(last).date();
        while day <= last {
            found.extend(self.closed(stay, day));
            match day.tomorrow() {
                Ok(next) => day = next,
                Err(_) => break,
            }
        }
        if self.busy.meet((start, end)) {
            found.push(Rule::Busy);
        }
        found
    }

    /// Whether the side does not meet on a day where it is.
    fn closed(&self, stay: &ReadyStay<'_>, day: Date) -> Option<Rule> {
        let weekday = day.weekday();
        match kind(stay, day) {
            DayKind::Working | DayKind::AdjustedWorking(_) => None,
            DayKind::Weekend if weekday == Weekday::Saturday && self.side.saturdays => None,
            DayKind::Weekend => Some(Rule::Weekend(day)),
            DayKind::Holiday(name) => Some(Rule::Holiday(day, name.to_owned())),
        }
    }

    /// When a slot is for this side, by its clocks.
    pub(super) fn time(&self, (start, end): Interval, zones: &Zones) -> Option<SideTime> {
        let (_, stay) = self.stay(start)?;
        let at = |instant: Timestamp| wall_time(instant, &stay.zone, stay.name, zones);
        Some(SideTime { side: self.side.name.clone(), start: at(start)?, end: at(end)? })
    }

    /// What speaks for or against a slot that suits, on this side.
    pub(super) fn reasons(&self, (start, end): Interval) -> Vec<Reason> {
        let Some((_, stay)) = self.stay(start) else { return Vec::new() };
        let (local, until) = (stay.zone.to_datetime(start), stay.zone.to_datetime(end));
        let (side, day) = (self.side.name.clone(), local.date());
        let mut found = Vec::new();
        let (early, late) = outside(self.side.office, local, until).unwrap_or_default();
        if early > 0 {
            found.push(Reason::Early { side: side.clone(), minutes: early });
        }
        if late > 0 {
            found.push(Reason::Late { side: side.clone(), minutes: late });
        }
        match kind(stay, day) {
            DayKind::Weekend => found.push(Reason::Saturday { side: side.clone() }),
            DayKind::AdjustedWorking(holiday) => {
                found.push(Reason::AdjustedWorkingDay { side: side.clone(), holiday: holiday.to_owned() });
            }
            DayKind::Working | DayKind::Holiday(_) => {}
        }
        if stay.calendar.is_some_and(|calendar| calendar.is_provisional(day.year())) {
            found.push(Reason::Provisional { side, year: day.year() });
        }
        found
    }
}

fn kind<'a>(stay: &ReadyStay<'a>, day: Date) -> DayKind<'a> {
    match stay.calendar {
        Some(calendar) => calendar.day(day),
        None if matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) => DayKind::Weekend,
        None => DayKind::Working,
    }
}

/// How many minutes lie before and behind the hours of the day on which it begins; none where none does.
fn outside(hours: Hours, start: DateTime, end: DateTime) -> Option<(u32, u32)> {
    let day = start.date();
    let closes = match hours.to {
        to if to == Time::midnight() => day.tomorrow().ok()?.to_datetime(Time::midnight()),
        to => day.to_datetime(to),
    };
    let minutes = |from: DateTime, to: DateTime| {
        let seconds = to.duration_since(from).as_secs();
        u32::try_from(seconds.max(0) / 60 + i64::from(seconds > 0 && seconds % 60 > 0)).unwrap_or(u32::MAX)
    };
    let early = minutes(start, day.to_datetime(hours.from));
    let late = minutes(closes, end);
    (early > 0 || late > 0).then_some((early, late))
}

/// The local time of an instant, as it is agreed on: where it comes twice, with which is meant.
fn wall_time(instant: Timestamp, zone: &TimeZone, name: &str, zones: &Zones) -> Option<WallTime> {
    let local = zone.to_datetime(instant);
    let mut readings = [None, Some(false), Some(true)].into_iter();
    readings.find_map(|later| {
        let made = WallTime::new(local, name, later, zones).ok()?;
        (made.instant(zones).ok()? == instant).then_some(made)
    })
}
