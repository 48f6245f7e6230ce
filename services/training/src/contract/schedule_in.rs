//! Schedules from the wire.

use std::collections::BTreeSet;

use jiff::civil::{Time, time};
use seamless_api::{Violations, violations::excerpt};
use seamless_calendar::{Calendars, Zones};
use seamless_proto::seamless::training::v1 as wire;

use super::{proceedings_in::day_in, session_in::number};
use crate::domain::slots::{Hours, Interval, Resource, Schedule, Side, Stay};

const HUMANE: Hours = Hours { from: time(8, 0, 0, 0), to: time(21, 0, 0, 0) };
const OFFICE: Hours = Hours { from: time(9, 0, 0, 0), to: time(17, 0, 0, 0) };

/// The most sides, resources and stays.
const SIDES: usize = 50;
/// The most appointments of one.
const BUSY: usize = 1_000;
/// A year.
const NOTICE: i32 = 525_600;

/// Whom a meeting is to suit.
pub fn schedule_in(
    found: &mut Violations,
    at: &str,
    schedule: wire::Schedule,
    calendars: &Calendars,
    zones: &Zones,
) -> Schedule {
    let mut names = BTreeSet::new();
    let mut name_in = |found: &mut Violations, at: String, name: String| {
        let name = found.required_text(&at, name, 200);
        if !name.is_empty() && !names.insert(name.clone()) {
            found.add(at, format!("{name} is the name of another one"));
        }
        name
    };
    let sides = found.bounded(format!("{at}.sides"), schedule.sides, SIDES).into_iter().enumerate();
    let sides: Vec<Side> = sides
        .map(|(index, side)| {
            let at = format!("{at}.sides[{index}]");
            let stays = found.bounded(format!("{at}.stays"), side.stays, SIDES).into_iter().enumerate();
            Side {
                name: name_in(found, format!("{at}.name"), side.name),
                stays: stays
                    .map(|(place, stay)| stay_in(found, &format!("{at}.stays[{place}]"), stay))
                    .collect(),
                humane: hours_in(found, &format!("{at}.humane_hours"), side.humane_hours, HUMANE),
                office: hours_in(found, &format!("{at}.office_hours"), side.office_hours, OFFICE),
                saturdays: side.saturdays,
                busy: busy_in(found, &at, side.busy),
            }
        })
        .collect();
    let resources =
        found.bounded(format!("{at}.resources"), schedule.resources, SIDES).into_iter().enumerate();
    let resources = resources
        .map(|(index, one)| {
            let at = format!("{at}.resources[{index}]");
            Resource {
                name: name_in(found, format!("{at}.name"), one.name),
                busy: busy_in(found, &at, one.busy),
            }
        })
        .collect();
    let notice = number(found, &format!("{at}.notice_minutes"), schedule.notice_minutes, 0..=NOTICE);
    let schedule = Schedule { sides, resources, notice };
    found.add_within(at, schedule.violations(calendars, zones));
    schedule
}

fn stay_in(found: &mut Violations, at: &str, stay: wire::ScheduleStay) -> Stay {
    Stay {
        from: day_in(found, &format!("{at}.from"), stay.from),
        zone: stay.zone,
        calendar: Some(stay.calendar).filter(|calendar| !calendar.is_empty()),
    }
}

fn hours_in(found: &mut Violations, at: &str, hours: Option<wire::DayHours>, otherwise: Hours) -> Hours {
    let Some(hours) = hours else { return otherwise };
    let mut parsed = |field: &str, text: &str| {
        let time = text.parse::<Time>().ok().filter(|_| text.len() == 5);
        if time.is_none() {
            found.add(
                format!("{at}.{field}"),
                format!("wants a time of day like 08:00; got {}", excerpt(text)),
            );
        }
        time
    };
    let (from, to) = (parsed("from", &hours.from), parsed("to", &hours.to));
    from.zip(to).map_or(otherwise, |(from, to)| Hours { from, to })
}

fn busy_in(found: &mut Violations, at: &str, busy: Vec<wire::BusyTime>) -> Vec<Interval> {
    let busy = found.bounded(format!("{at}.busy"), busy, BUSY).into_iter().enumerate();
    let mut times = Vec::new();
    for (index, one) in busy {
        let at = format!("{at}.busy[{index}]");
        if one.start_time.is_none() || one.end_time.is_none() {
            found.add(&at, "wants start_time and end_time");
        }
        let start = found.timestamp(format!("{at}.start_time"), one.start_time);
        let end = found.timestamp(format!("{at}.end_time"), one.end_time);
        match start.zip(end) {
            Some((start, end)) if end <= start => {
                found.add(format!("{at}.end_time"), format!("wants an instant behind {start}; got {end}"));
            }
            Some(time) => times.push(time),
            None => {}
        }
    }
    times
}
