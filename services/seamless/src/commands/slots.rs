//! `seamless slots`: when a meeting suits everybody.

use jiff::{civil::Date, tz::TimeZone};
use seamless_proto::seamless::training::v1 as wire;

use super::document;
use crate::{cli, connection::Connection, error::Failure, output};

/// Finds them.
pub async fn run(connection: &Connection, given: cli::Slots, json: bool) -> Result<(), Failure> {
    let request = wire::FindSlotsRequest {
        schedule: Some(schedule(&given)?),
        minutes: given.minutes,
        start_time: Some(midnight(given.from)?),
        end_time: Some(midnight(given.until)?),
        step_minutes: given.step,
        max_slots: given.limit,
    };
    let found = connection.schedules().find_slots(request).await?.into_inner();
    if json {
        return output::json(&found);
    }
    if found.slots.is_empty() {
        output::line(format!(
            "none of the {} times that were tried suits everybody; what leaves none:",
            found.tried
        ));
        let mut table = output::table(&["who", "rule", "refuses"]);
        for one in &found.left_nothing {
            let who = if one.side.is_empty() { "the question" } else { &one.side };
            let rule = output::word(one.rule().as_str_name(), "SLOT_RULE_");
            table.add_row([who.to_owned(), rule, one.refused.to_string()]);
        }
        output::line(table);
        return Ok(());
    }
    let sides: Vec<String> = found
        .slots
        .first()
        .map(|slot| slot.times.iter().map(|time| time.side.clone()).collect())
        .unwrap_or_default();
    let head: Vec<&str> =
        std::iter::once("UTC").chain(sides.iter().map(String::as_str)).chain(["because"]).collect();
    let mut table = output::table(&head);
    for slot in &found.slots {
        let local = slot.times.iter().map(|time| {
            let local = time.start.clone().unwrap_or_default().local;
            local.get(..16).unwrap_or(&local).replace('T', " ")
        });
        let why: Vec<String> = slot.reasons.iter().map(|reason| reason.text.clone()).collect();
        let why = if why.is_empty() { "office hours of all".to_owned() } else { why.join("; ") };
        table.add_row(std::iter::once(output::time(slot.start_time.as_ref())).chain(local).chain([why]));
    }
    output::line(table);
    Ok(())
}

fn midnight(day: Date) -> Result<prost_types::Timestamp, Failure> {
    let instant = TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0));
    let instant = instant.map_err(|error| Failure::usage(error.to_string()))?;
    Ok(prost_types::Timestamp { seconds: instant.as_second(), nanos: 0 })
}

/// That of the file, and those who are named.
fn schedule(given: &cli::Slots) -> Result<wire::Schedule, Failure> {
    let mut schedule = match &given.schedule {
        Some(file) => document::read(file)?,
        None => wire::Schedule { notice_minutes: given.notice, ..Default::default() },
    };
    for side in &given.side {
        let wrong = || Failure::usage(format!("--side wants NAME=ZONE or NAME=ZONE:CALENDAR, got {side}"));
        let (name, place) = side.split_once('=').ok_or_else(wrong)?;
        let (zone, calendar) = place.split_once(':').unwrap_or((place, ""));
        let stay = wire::ScheduleStay { from: None, zone: zone.to_owned(), calendar: calendar.to_owned() };
        let hours = given.hours.as_ref().map(|hours| {
            let hours = hours.split_once('-').ok_or_else(|| Failure::usage("--hours wants 08:00-21:00"))?;
            Ok::<_, Failure>(wire::DayHours { from: hours.0.to_owned(), to: hours.1.to_owned() })
        });
        schedule.sides.push(wire::ScheduleSide {
            name: name.to_owned(),
            stays: vec![stay],
            humane_hours: hours.transpose()?,
            saturdays: given.saturdays,
            ..Default::default()
        });
    }
    let rooms = given.room.iter().map(|room| wire::ScheduleResource { name: room.clone(), busy: Vec::new() });
    schedule.resources.extend(rooms);
    Ok(schedule)
}
