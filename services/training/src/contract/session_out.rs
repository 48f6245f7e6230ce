//! Sessions and local times for the wire.

use seamless_api::violations::{localized_out, timestamp_out};
use seamless_calendar::{WallTime, Zones};
use seamless_proto::seamless::{training::v1 as wire, r#type::v1 as value};

use crate::domain::model::{AgendaItem, Meeting, Recurrence, Session, Speaker, Venue};

/// The most meetings of a session that are given.
const MEETINGS: usize = 500;

/// A session with its meetings, by the zone data given.
pub(super) fn session_out(session: &Session, zones: &Zones) -> wire::Session {
    // What the data has no zone for any more has no instants to give.
    let meetings = session.meetings(MEETINGS, zones).unwrap_or_default();
    wire::Session {
        id: session.id.to_string(),
        title: localized_out(&session.title),
        start: Some(wall_time_out(&session.start)),
        minutes: count_out(session.minutes),
        recurrence: session.recurrence.as_ref().map(recurrence_out),
        capacity: session.capacity.map(count_out),
        room: session.room.clone(),
        speakers: session.speakers.iter().map(speaker_out).collect(),
        agenda: session.agenda.iter().map(agenda_out).collect(),
        interpretation: session.interpretation.iter().map(ToString::to_string).collect(),
        meetings: meetings.iter().take(MEETINGS).map(meeting_out).collect(),
    }
}

fn recurrence_out(recurrence: &Recurrence) -> wire::Recurrence {
    let moved = recurrence.moved.iter().map(|(from, to)| {
        let otherwise = recurrence.otherwise.get(from);
        wire::MovedMeeting {
            from: from.to_string(),
            to: Some(wall_time_out(to)),
            minutes: otherwise.and_then(|one| one.minutes).map_or(0, count_out),
            room: otherwise.and_then(|one| one.room.clone()).unwrap_or_default(),
        }
    });
    wire::Recurrence {
        rule: recurrence.rule.to_string(),
        left_out: recurrence.left_out.iter().map(ToString::to_string).collect(),
        moved: moved.collect(),
    }
}

fn meeting_out(meeting: &Meeting) -> wire::Meeting {
    wire::Meeting {
        id: meeting.id.to_string(),
        start: Some(wall_time_out(&meeting.at)),
        start_time: Some(timestamp_out(meeting.start)),
        end_time: Some(timestamp_out(meeting.end)),
        room: meeting.room.clone(),
    }
}

/// Who speaks.
pub(super) fn speaker_out(speaker: &Speaker) -> wire::Speaker {
    wire::Speaker {
        name: speaker.name.clone(),
        affiliation: speaker.affiliation.clone(),
        country: speaker.country.as_ref().map(ToString::to_string).unwrap_or_default(),
        language: speaker.language.as_ref().map(ToString::to_string).unwrap_or_default(),
    }
}

fn agenda_out(item: &AgendaItem) -> wire::AgendaItem {
    wire::AgendaItem { begins: count_out(item.begins), title: localized_out(&item.title) }
}

/// A local time in its zone.
#[must_use]
pub fn wall_time_out(time: &WallTime) -> value::LocalTime {
    value::LocalTime { local: time.local().to_string(), zone: time.zone().to_owned(), later: time.later() }
}

/// A place.
pub(super) fn venue_out(venue: &Venue) -> wire::Venue {
    wire::Venue { name: localized_out(&venue.name), country: venue.country.to_string() }
}

/// A count: those of this service are all far below the end.
pub(super) fn count_out(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
