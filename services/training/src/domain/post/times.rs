//! When people meet, by the clocks of the meeting, of the reader, and of every side.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use seamless_calendar::Zones;
use seamless_identity::AuthorityId;

use super::words::Language;
use crate::domain::{
    DomainError, Rules,
    model::{ALL_MEETINGS, Activity, Meeting, Session},
};

/// A clock, and whose it is.
pub struct Side {
    pub whose: String,
    zone: String,
}

/// The sides of an activity, as they concern one reader: its organisers, the parties of its arrangement, and the authority that
/// registered the reader; those with one clock together. Who else stands behind a party's contact point is no side.
pub fn sides(rules: &Rules, activity: &Activity, registrar: &AuthorityId, language: Language) -> Vec<Side> {
    let content = &activity.content;
    let mut ids = vec![activity.organiser.clone()];
    ids.extend(content.co_organisers.iter().cloned());
    let arrangement = content.arrangement.as_ref().and_then(|id| rules.cooperation.arrangement(id));
    ids.extend(arrangement.iter().flat_map(|known| known.parties.iter().cloned()));
    ids.push(registrar.clone());
    let mut sides: Vec<Side> = Vec::new();
    let mut seen = Vec::new();
    for id in ids {
        if seen.contains(&id) {
            continue;
        }
        let known = rules.cooperation.authority(&id);
        if let Some(zone) = known.and_then(|authority| authority.time_zone.iana_name()) {
            let name = language.name_of(rules, &id);
            match sides.iter_mut().find(|side| side.zone == zone) {
                Some(side) => side.whose = format!("{}{}{name}", side.whose, language.and()),
                None => sides.push(Side { whose: name, zone: zone.to_owned() }),
            }
        }
        seen.push(id);
    }
    sides
}

/// The meetings of the sessions that are not over, the first first.
///
/// # Errors
/// A zone that the data has no more.
pub fn to_come(
    sessions: &[Session],
    zones: &Zones,
    now: Timestamp,
) -> Result<Vec<(usize, Meeting)>, DomainError> {
    let mut all = Vec::new();
    for (index, session) in sessions.iter().enumerate() {
        let meetings = session.meetings(ALL_MEETINGS, zones).map_err(DomainError::calendar)?;
        all.extend(meetings.into_iter().filter(|one| one.end > now).map(|one| (index, one)));
    }
    all.sort_by_key(|(index, meeting)| (meeting.start, *index));
    Ok(all)
}

/// When people are reminded next: `before` the beginning of the first meeting, and of each that comes after a pause of more than
/// twice that, so that days in a row are one reminder, and weeks one each. None where no such time is to come.
///
/// # Errors
/// A zone that the data has no more.
pub fn next_reminder(
    sessions: &[Session],
    zones: &Zones,
    before: SignedDuration,
    now: Timestamp,
) -> Result<Option<Timestamp>, DomainError> {
    let all = to_come(sessions, zones, Timestamp::MIN)?;
    let mut last: Option<Timestamp> = None;
    for (_, meeting) in all {
        let is_after_a_pause = last.is_none_or(|last| meeting.start.duration_since(last) > before + before);
        last = Some(meeting.start);
        let at = meeting.start.checked_sub(before).ok().filter(|at| is_after_a_pause && *at > now);
        if at.is_some() {
            return Ok(at);
        }
    }
    Ok(None)
}

/// The lines of one meeting.
///
/// # Errors
/// A zone that the data has no more.
pub fn lines(
    meeting: &Meeting,
    own: Option<&str>,
    sides: &[Side],
    language: Language,
    zones: &Zones,
) -> Result<Vec<String>, DomainError> {
    let zone_of_meeting = meeting.at.zone();
    let shown = |zone: &str| {
        let clock = zones.get(zone).map_err(DomainError::calendar)?;
        Ok::<_, DomainError>(span(meeting, &clock, zone, language))
    };
    let mut lines = vec![shown(zone_of_meeting)?];
    // A zone that the data has no more is that of the meeting then.
    if let Some(own) = own.filter(|own| *own != zone_of_meeting && zones.get(own).is_ok()) {
        lines.push(format!("    {}{}", language.your_time(), shown(own)?));
    }
    for side in sides.iter().filter(|side| side.zone != zone_of_meeting) {
        lines.push(format!("    {}{}{}", side.whose, language.colon(), shown(&side.zone)?));
    }
    Ok(lines)
}

/// `2027-03-15 (Mon) 09:00–10:30, Europe/Brussels (UTC+01:00)`; with the day of the end where that is another.
fn span(meeting: &Meeting, clock: &TimeZone, zone: &str, language: Language) -> String {
    let (start, end) = (clock.to_datetime(meeting.start), clock.to_datetime(meeting.end));
    let day = language.day(start.weekday());
    let until = match start.date() == end.date() {
        true => end.strftime("%H:%M").to_string(),
        false => end.strftime("%Y-%m-%d %H:%M").to_string(),
    };
    let from = start.strftime("%H:%M");
    let minutes = clock.to_offset(meeting.start).seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
    format!("{} {day} {from}–{until}, {zone} (UTC{sign}{hours:02}:{minutes:02})", start.date())
}
