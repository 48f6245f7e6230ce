//! VTIMEZONE: the changes of the clocks, one by one, over the years that are needed.
//!
//! Each change is written as it is in the data in force, never as a rule: a rule would go on where a law has ended it.

use jiff::Timestamp;
use jiff::civil::{DateTime, date};
use jiff::tz::{Dst, Offset, TimeZone};
use seamless_calendar::CalendarError;

use crate::content::Lines;

/// What holds before the first change that is known.
const BEGINNING: DateTime = date(1970, 1, 1).at(0, 0, 0, 0);

/// Writes the changes from the beginning of the year of `first` to the end of that of `last`, on the clocks of the zone.
pub(crate) fn write(
    lines: &mut Lines,
    name: &str,
    zone: &TimeZone,
    first: Timestamp,
    last: Timestamp,
) -> Result<(), CalendarError> {
    let day = |year: i16, at: Timestamp| {
        let local = DateTime::new(year, 1, 1, 0, 0, 0, 0);
        local
            .and_then(|local| zone.to_timestamp(local))
            .map_err(|_| CalendarError::OutOfRange { date: zone.to_datetime(at).date() })
    };
    let from = day(zone.to_datetime(first).year(), first)?;
    let to = day(zone.to_datetime(last).year().saturating_add(1), last)?;
    lines.line("BEGIN", "VTIMEZONE");
    lines.line("TZID", name);
    // What holds where the years begin, since when it does.
    let held = zone.to_offset_info(from);
    let began = zone.preceding(neighbour(from, 1)).next();
    let (start, before) = match &began {
        Some(change) => {
            let before = zone.to_offset(neighbour(change.timestamp(), -1));
            (before.to_datetime(change.timestamp()), before)
        }
        None => (BEGINNING, held.offset()),
    };
    observance(lines, held.dst(), start, before, held.offset());
    let mut before = held.offset();
    for change in zone.following(from).take_while(|change| change.timestamp() < to) {
        observance(lines, change.dst(), before.to_datetime(change.timestamp()), before, change.offset());
        before = change.offset();
    }
    lines.line("END", "VTIMEZONE");
    Ok(())
}

/// So many seconds away.
fn neighbour(instant: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_second(instant.as_second().saturating_add(seconds)).unwrap_or(instant)
}

fn observance(lines: &mut Lines, dst: Dst, start: DateTime, from: Offset, to: Offset) {
    let name = if dst.is_dst() { "DAYLIGHT" } else { "STANDARD" };
    lines.line("BEGIN", name);
    lines.line("DTSTART", &start.strftime("%Y%m%dT%H%M%S").to_string());
    lines.line("TZOFFSETFROM", &written(from));
    lines.line("TZOFFSETTO", &written(to));
    lines.line("END", name);
}

fn written(offset: Offset) -> String {
    let sign = if offset.is_negative() { '-' } else { '+' };
    let seconds = offset.seconds().unsigned_abs();
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match rest {
        0 => format!("{sign}{hours:02}{minutes:02}"),
        _ => format!("{sign}{hours:02}{minutes:02}{rest:02}"),
    }
}
