//! Sessions, places and local times from the wire into the domain.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Display,
    str::FromStr,
};

use jiff::civil::DateTime;
use seamless_api::violations::{Violations, excerpt};
use seamless_calendar::{Rule, WallTime, Zones};
use seamless_identifiers::{LanguageTag, LocalizedText};
use seamless_proto::seamless::{training::v1 as wire, r#type::v1 as value};

use crate::domain::model::{AgendaItem, FormKey, Otherwise, Recurrence, Session, SessionId, Speaker, Venue};

/// The longest session, in minutes: a week.
const LONGEST: i32 = 10_080;
/// More exceptions than may be configured.
const EXCEPTIONS: usize = 10_000;

/// Parses all sessions; `at` is the path of the list.
pub fn sessions_in(
    found: &mut Violations,
    at: &str,
    sessions: Vec<wire::Session>,
    zones: &Zones,
) -> Vec<Session> {
    let sessions = found.bounded(at, sessions, 200).into_iter().enumerate();
    sessions
        .filter_map(|(index, session)| session_in(found, &format!("{at}[{index}]"), session, zones))
        .collect()
}

fn session_in(found: &mut Violations, at: &str, session: wire::Session, zones: &Zones) -> Option<Session> {
    let path = |name: &str| format!("{at}.{name}");
    if session.id.is_empty() {
        found.add(path("id"), "is required");
    }
    let id: Option<SessionId> = found.parsed(path("id"), &session.id, str::parse);
    let title = found.localized_line(&path("title"), session.title, 300);
    if session.start.is_none() {
        found.add(path("start"), "is required");
    }
    let start = session.start.and_then(|start| wall_time_in(found, &path("start"), start, zones));
    let minutes = number(found, &path("minutes"), session.minutes, 1..=LONGEST);
    let recurrence = session.recurrence.map(|one| recurrence_in(found, &path("recurrence"), one, zones));
    let capacity = session.capacity.map(|wanted| number(found, &path("capacity"), wanted, 1..=1_000_000));
    let room = found.text(path("room"), session.room, 200);
    let speakers = found.bounded(path("speakers"), session.speakers, 50).into_iter().enumerate();
    let speakers = speakers
        .map(|(index, speaker)| speaker_in(found, &format!("{at}.speakers[{index}]"), speaker))
        .collect();
    let agenda = found.bounded(path("agenda"), session.agenda, 100).into_iter().enumerate();
    let agenda = agenda
        .map(|(index, item)| {
            let at = format!("{at}.agenda[{index}]");
            AgendaItem {
                begins: number(found, &format!("{at}.begins"), item.begins, 0..=LONGEST),
                title: required_text(found, &format!("{at}.title"), item.title, 300),
            }
        })
        .collect();
    let interpretation = languages_in(found, &path("interpretation"), &session.interpretation);
    let recurrence = match recurrence {
        None => None,
        Some(parsed) => Some(parsed?),
    };
    Some(Session {
        id: id?,
        title,
        start: start?,
        minutes,
        recurrence,
        capacity,
        room,
        speakers,
        agenda,
        interpretation,
    })
}

fn speaker_in(found: &mut Violations, at: &str, speaker: wire::Speaker) -> Speaker {
    Speaker {
        name: found.required_text(format!("{at}.name"), speaker.name, 200),
        affiliation: found.text(format!("{at}.affiliation"), speaker.affiliation, 200),
        country: found.country(format!("{at}.country"), &speaker.country),
        language: found.parsed(format!("{at}.language"), &speaker.language, LanguageTag::parse),
    }
}

fn recurrence_in(
    found: &mut Violations,
    at: &str,
    recurrence: wire::Recurrence,
    zones: &Zones,
) -> Option<Recurrence> {
    let path = |name: &str| format!("{at}.{name}");
    let text = found.required_text(path("rule"), recurrence.rule, 500);
    let rule: Option<Rule> = found.parsed(path("rule"), &text, str::parse);
    let left_out = found.bounded(path("left_out"), recurrence.left_out, EXCEPTIONS).into_iter().enumerate();
    let left_out: BTreeSet<DateTime> = left_out
        .filter_map(|(index, local)| local_in(found, &format!("{at}.left_out[{index}]"), &local))
        .collect();
    let moved = found.bounded(path("moved"), recurrence.moved, EXCEPTIONS).into_iter().enumerate();
    let mut to: BTreeMap<DateTime, WallTime> = BTreeMap::new();
    let mut otherwise = BTreeMap::new();
    for (index, one) in moved {
        let at = format!("{at}.moved[{index}]");
        let from = local_in(found, &format!("{at}.from"), &one.from);
        if one.to.is_none() {
            found.add(format!("{at}.to"), "is required");
        }
        let time = one.to.and_then(|time| wall_time_in(found, &format!("{at}.to"), time, zones));
        let minutes =
            (one.minutes != 0).then(|| number(found, &format!("{at}.minutes"), one.minutes, 1..=LONGEST));
        let room = Some(found.text(format!("{at}.room"), one.room, 200)).filter(|room| !room.is_empty());
        if let Some(from) = from.filter(|_| minutes.is_some() || room.is_some()) {
            otherwise.insert(from, Otherwise { minutes, room });
        }
        if let (Some(from), Some(time)) = (from, time)
            && to.insert(from, time).is_some()
        {
            found.add(format!("{at}.from"), format!("{from} is moved twice"));
        }
    }
    Some(Recurrence { rule: rule?, left_out, moved: to, otherwise })
}

/// A local time in its zone.
pub fn wall_time_in(
    found: &mut Violations,
    at: &str,
    time: value::LocalTime,
    zones: &Zones,
) -> Option<WallTime> {
    if time.zone.is_empty() {
        found.add(format!("{at}.zone"), "is required: an IANA name like Europe/Brussels");
    }
    let local = local_in(found, &format!("{at}.local"), &time.local);
    if time.zone.is_empty() {
        return None;
    }
    if let Err(error) = zones.get(&time.zone) {
        found.add(format!("{at}.zone"), error.to_string());
        return None;
    }
    let made = WallTime::new(local?, &time.zone, time.later, zones);
    made.map_err(|error| found.add(at, error.to_string())).ok()
}

/// A local date and time.
pub(super) fn local_in(found: &mut Violations, at: &str, text: &str) -> Option<DateTime> {
    // With an offset or a zone it would say a second time whose clocks are meant.
    let is_plain = text.len() <= 19 && text.contains('T') && !text.ends_with(['Z', 'z']);
    let parsed = text.parse::<DateTime>().ok().filter(|_| is_plain);
    if parsed.is_none() {
        let wanted = "wants a local date and time like 2026-10-25T14:30:00";
        match text.is_empty() {
            true => found.add(at, format!("is required: {wanted}")),
            false => found.add(at, format!("{wanted}; got {}", excerpt(text))),
        }
    }
    parsed
}

/// A place.
pub fn venue_in(found: &mut Violations, at: &str, venue: wire::Venue) -> Option<Venue> {
    if venue.country.is_empty() {
        found.add(format!("{at}.country"), "is required");
    }
    let name = required_text(found, &format!("{at}.name"), venue.name, 500);
    let country = found.country(format!("{at}.country"), &venue.country);
    Some(Venue { name, country: country? })
}

/// A text in several languages that must not be empty.
pub(super) fn required_text(
    found: &mut Violations,
    at: &str,
    text: Option<value::LocalizedText>,
    longest: usize,
) -> LocalizedText {
    let text = found.localized(at, text, longest);
    if text.versions().is_empty() {
        found.add(at, "is required");
    }
    text
}

/// Languages, each once.
pub(super) fn languages_in(found: &mut Violations, at: &str, languages: &[String]) -> Vec<LanguageTag> {
    found.count(at, languages.len(), 10);
    let mut parsed: Vec<LanguageTag> = Vec::new();
    for (index, text) in languages.iter().take(10).enumerate() {
        let field = format!("{at}[{index}]");
        if text.is_empty() {
            found.add(field, "is empty");
        } else if let Some(tag) = found.parsed(field, text, LanguageTag::parse)
            && !parsed.contains(&tag)
        {
            parsed.push(tag);
        }
    }
    parsed
}

/// A number within bounds.
pub fn number(found: &mut Violations, at: &str, number: i32, wanted: std::ops::RangeInclusive<i32>) -> u32 {
    if !wanted.contains(&number) {
        found.add(at, format!("wants {} to {}; got {number}", wanted.start(), wanted.end()));
    }
    u32::try_from(number).unwrap_or_default()
}

/// The id of a question, a choice, a decision, a message.
pub(super) fn key_in(found: &mut Violations, at: &str, text: &str) -> Option<FormKey> {
    if text.is_empty() {
        found.add(at, "is required");
    }
    found.parsed(at, text, str::parse)
}

/// Ids, each once.
pub(super) fn ids_in<T: FromStr + PartialEq>(
    found: &mut Violations,
    at: &str,
    texts: &[String],
    most: usize,
) -> Vec<T>
where
    T::Err: Display,
{
    found.count(at, texts.len(), most);
    let mut ids = Vec::new();
    for (index, text) in texts.iter().take(most).enumerate() {
        let field = format!("{at}[{index}]");
        if text.is_empty() {
            found.add(field, "is empty");
        } else if let Some(id) = found.parsed(field, text, str::parse)
            && !ids.contains(&id)
        {
            ids.push(id);
        }
    }
    ids
}
