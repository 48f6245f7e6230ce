//! Calendars as programs read them [RFC 5545]: what an authority may see of activities, and nobody's name.

use std::time::Duration;

use jiff::Timestamp;
use seamless_icalendar::{Feed, InvalidObject, Meeting, Published, Revision, publication};
use seamless_identifiers::{LanguageTag, LocalizedText};
use seamless_proto::seamless::training::v1 as wire;

use super::redact::activity_for;
use crate::domain::{
    Rules,
    model::{Activity, ActivityState, CalendarLink, CalendarShows, EventStatus, Session},
    post::{times, uid},
    use_cases::{Calendar, ShownActivity},
};

/// A calendar, written out.
#[derive(Debug)]
pub struct CalendarText {
    pub text: String,
    /// Activities that cannot be written with the zone data in force, which are left out.
    pub unwritable: Vec<String>,
}

/// Writes a calendar. `refresh` is how often it is to be read again.
///
/// # Errors
/// If it cannot be written.
pub fn calendar_text(
    rules: &Rules,
    link: &CalendarLink,
    calendar: &Calendar,
    refresh: Duration,
    now: Timestamp,
) -> Result<CalendarText, InvalidObject> {
    let words = Words { language: &link.language };
    let (mut meetings, mut unwritable) = (Vec::new(), Vec::new());
    for one in &calendar.activities {
        let activity = &one.activity;
        let shown = activity_for(rules, &link.authority, activity, None, now);
        match words.meetings(rules, one, &shown).filter(|_| activity.meetings(&rules.zones).is_ok()) {
            Some(written) => meetings.extend(written),
            None => unwritable.push(activity.name()),
        }
    }
    let description = calendar.is_cut.then(|| words.of_cut(calendar.activities.len()));
    let feed = Feed { name: words.name(link), description, refresh, meetings };
    Ok(CalendarText { text: publication(&feed, &rules.zones)?.text().to_owned(), unwritable })
}

/// In the language of the link.
#[derive(Clone, Copy)]
struct Words<'a> {
    language: &'a LanguageTag,
}

impl Words<'_> {
    fn name(self, link: &CalendarLink) -> String {
        let what = match &link.shows {
            CalendarShows::Programme(programme) => programme.as_str(),
            CalendarShows::All => self.either("Workshops, visits and meetings", "研讨会、考察和会议"),
            CalendarShows::Person(_) | CalendarShows::Nobody => self.either("Registered for", "已报名的活动"),
        };
        format!("{what} ({})", link.authority)
    }

    fn of_cut(self, count: usize) -> String {
        match self.is_chinese() {
            true => format!("仅显示最早开始的 {count} 项活动。"),
            false => format!("Shows the {count} activities alone that begin first."),
        }
    }

    /// A meeting for each session of which the reader may see when it is.
    fn meetings(
        self,
        rules: &Rules,
        calendar: &ShownActivity,
        shown: &wire::Activity,
    ) -> Option<Vec<Published>> {
        let ShownActivity { activity, registered } = calendar;
        let is_cancelled = activity.state == ActivityState::Cancelled;
        let sessions = &activity.content.sessions;
        let seen = calendar.sessions().filter_map(|session| {
            let seen = shown.sessions.iter().find(|one| one.id == session.id.as_str())?;
            seen.start.is_some().then_some((session, seen))
        });
        let mut meetings = Vec::new();
        for (session, seen) in seen {
            // The same UID and SEQUENCE in all languages and for all readers; digits and hyphens of a UUID and an id. In the calendar
            // of a person that of the invitation, whose SEQUENCE is never a lower one.
            let registration = registered.as_ref().and_then(|registered| registered.get(&session.id));
            let uid = match (registration, &rules.post) {
                (Some(registration), Some(post)) => uid(*registration, &session.id, post),
                _ => format!("{}-{}", activity.id, session.id),
            };
            // Of a session whose room is not shown, no meeting's is.
            let shows_room = session.room.is_empty() || !seen.room.is_empty();
            let place = |room: &str| self.location(activity, shown, if shows_room { room } else { "" });
            let meeting = Meeting {
                revision: Revision::of(&uid, activity.sequence).ok()?,
                stamped: activity.update_time,
                times: times(session, place),
                duration: Duration::from_secs(60 * u64::from(session.minutes)),
                summary: self.summary(activity, shown, (session, seen), sessions.len() > 1),
                description: self.description(activity, shown),
                location: place(&seen.room),
                url: [&shown.join_link, &shown.web_page].into_iter().find(|link| is_written(link)).cloned(),
                language: Some(self.language.clone()),
                organizer: None,
                attendees: Vec::new(),
                alarm: None,
            };
            meetings.push(Published { meeting, cancelled: is_cancelled });
        }
        Some(meetings)
    }

    fn summary(
        self,
        activity: &Activity,
        shown: &wire::Activity,
        (session, seen): (&Session, &wire::Session),
        is_one_of_several: bool,
    ) -> String {
        let drill = match activity.content.status {
            EventStatus::Exercise => self.either("EXERCISE: ", "【演练】"),
            _ => "",
        };
        let title = match shown.title {
            Some(_) => self.text(&activity.content.title),
            None => self.either("Meeting", "会议").to_owned(),
        };
        let of_session = if seen.title.is_some() { self.text(&session.title) } else { String::new() };
        match is_one_of_several && !of_session.is_empty() {
            true => format!("{drill}{title} – {of_session}"),
            false => format!("{drill}{title}"),
        }
    }

    fn description(self, activity: &Activity, shown: &wire::Activity) -> Option<String> {
        let description = match shown.description {
            Some(_) => self.text(&activity.content.description),
            None => String::new(),
        };
        let parts = [
            shown.cancel_reason.clone(),
            shown.change_note.clone(),
            description,
            shown.join_link.clone(),
            shown.web_page.clone(),
        ];
        let told: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        (!told.is_empty()).then(|| told.join("\n\n"))
    }

    fn location(self, activity: &Activity, shown: &wire::Activity, room: &str) -> Option<String> {
        let venue = activity.content.venue.as_ref().filter(|_| shown.venue.is_some());
        let venue = venue.map(|venue| self.text(&venue.name));
        let parts: Vec<String> =
            venue.into_iter().chain([room.to_owned()]).filter(|part| !part.is_empty()).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    /// In the language of the link, else in the other, else in that of the original.
    fn text(self, text: &LocalizedText) -> String {
        let version = text.in_language(self.language).or_else(|| text.original());
        version.map(|version| version.text.clone()).unwrap_or_default()
    }

    fn either(self, english: &'static str, chinese: &'static str) -> &'static str {
        if self.is_chinese() { chinese } else { english }
    }

    fn is_chinese(self) -> bool {
        self.language.language() == "zh"
    }
}

/// Whether a calendar object can hold the link: ASCII without blanks.
fn is_written(link: &str) -> bool {
    !link.is_empty() && link.chars().all(|letter| letter.is_ascii_graphic())
}
