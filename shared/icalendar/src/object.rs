//! Calendar objects as they are written.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::DateTime;
use seamless_calendar::{CalendarError, Occurrence, Series, WallTime, Zones};

use crate::content::{Lines, quoted};
use crate::{Attendee, InvalidObject, Meeting, Organizer, Otherwise, Times, zone_rules};

/// What a calendar object asks of its reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// To take a meeting into the calendar, or the change of it.
    Request,
    /// To take it out.
    Cancel,
    /// To show it.
    Publish,
}

impl Method {
    /// The word, in the object as well as in the content type of the mail that carries it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
            Self::Publish => "PUBLISH",
        }
    }
}

/// A calendar object.
#[derive(Clone, PartialEq, Eq)]
pub struct CalendarObject {
    method: Method,
    text: String,
}

impl CalendarObject {
    /// What it asks of its reader.
    pub fn method(&self) -> Method {
        self.method
    }

    /// Its text, UTF-8 with lines that end with CR LF.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl std::fmt::Debug for CalendarObject {
    /// Without the text, which names people.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CalendarObject({}, {} octets)", self.method.word(), self.text.len())
    }
}

/// A calendar to subscribe to.
#[derive(Clone, Debug)]
pub struct Feed {
    /// As the reader's program shows it.
    pub name: String,
    /// What is to be known of it as a whole.
    pub description: Option<String>,
    /// How often it is to be read again.
    pub refresh: Duration,
    /// Its meetings.
    pub meetings: Vec<Published>,
}

/// A meeting of a feed.
#[derive(Clone, Debug)]
pub struct Published {
    /// The meeting.
    pub meeting: Meeting,
    /// Whether it is shown as cancelled.
    pub cancelled: bool,
}

/// Invites to a meeting, or tells its change: that depends on its revision alone.
///
/// # Errors
///
/// [`InvalidObject`]: nobody invites or is invited, a link is none, a zone is not known, the series is too long.
pub fn request(meeting: &Meeting, zones: &Zones) -> Result<CalendarObject, InvalidObject> {
    invitation(Method::Request, meeting, zones)
}

/// Calls a meeting off; of a series, all of it. One meeting of a series is called off by a request that leaves it out.
///
/// # Errors
///
/// Those of [`request`].
pub fn cancellation(meeting: &Meeting, zones: &Zones) -> Result<CalendarObject, InvalidObject> {
    invitation(Method::Cancel, meeting, zones)
}

/// A calendar of meetings, which tells of nobody.
///
/// # Errors
///
/// [`InvalidObject`], as in [`request`].
pub fn publication(feed: &Feed, zones: &Zones) -> Result<CalendarObject, InvalidObject> {
    let mut head = Lines::default();
    head.text("NAME", &feed.name);
    head.text("X-WR-CALNAME", &feed.name);
    if let Some(description) = &feed.description {
        head.text("DESCRIPTION", description);
        head.text("X-WR-CALDESC", description);
    }
    let refresh = duration(feed.refresh);
    head.line("REFRESH-INTERVAL;VALUE=DURATION", &refresh);
    head.line("X-PUBLISHED-TTL", &refresh);
    let status = |cancelled| if cancelled { "CANCELLED" } else { "CONFIRMED" };
    let meetings: Vec<_> = feed.meetings.iter().map(|it| (&it.meeting, status(it.cancelled))).collect();
    written(Method::Publish, head, &meetings, zones)
}

fn invitation(method: Method, meeting: &Meeting, zones: &Zones) -> Result<CalendarObject, InvalidObject> {
    if meeting.organizer.is_none() {
        return Err(InvalidObject::NoOrganizer);
    }
    if meeting.attendees.is_empty() {
        return Err(InvalidObject::NoAttendee);
    }
    let status = if method == Method::Cancel { "CANCELLED" } else { "CONFIRMED" };
    written(method, Lines::default(), &[(meeting, status)], zones)
}

fn written(
    method: Method,
    head: Lines,
    meetings: &[(&Meeting, &str)],
    zones: &Zones,
) -> Result<CalendarObject, InvalidObject> {
    let mut object = Object { method, zones, needed: BTreeMap::new(), events: Lines::default() };
    for (meeting, status) in meetings {
        object.meeting(meeting, status)?;
    }
    let mut lines = Lines::default();
    lines.line("BEGIN", "VCALENDAR");
    lines.line("VERSION", "2.0");
    lines.line("PRODID", "-//Seamless//Calendar objects//EN");
    lines.line("CALSCALE", "GREGORIAN");
    lines.line("METHOD", method.word());
    let mut rules = Lines::default();
    for (name, (first, last)) in &object.needed {
        zone_rules::write(&mut rules, name, &zones.get(name)?, *first, *last)?;
    }
    let text = [lines.finish(), head.finish(), rules.finish(), object.events.finish()].concat();
    Ok(CalendarObject { method, text: text + "END:VCALENDAR\r\n" })
}

/// An object while its events are written, with the zones that they need and from when to when.
struct Object<'a> {
    method: Method,
    zones: &'a Zones,
    needed: BTreeMap<String, (Timestamp, Timestamp)>,
    events: Lines,
}

impl Object<'_> {
    fn meeting(&mut self, meeting: &Meeting, status: &str) -> Result<(), InvalidObject> {
        match &meeting.times {
            Times::Once(at) => {
                let start = self.start(at, meeting.duration)?;
                self.event(meeting, status, &[start])
            }
            Times::Series { series, most, otherwise } => {
                self.series(meeting, status, (series, *most), otherwise)
            }
        }
    }

    fn series(
        &mut self,
        meeting: &Meeting,
        status: &str,
        (series, most): (&Series, usize),
        otherwise: &BTreeMap<DateTime, Otherwise>,
    ) -> Result<(), InvalidObject> {
        let mut occurrences = Vec::new();
        for occurrence in series.occurrences(most.saturating_add(1), self.zones)? {
            if occurrences.len() == most {
                return Err(InvalidObject::TooMany { most });
            }
            let other = otherwise.get(&occurrence.id).and_then(|other| other.duration);
            self.need(&occurrence.at, occurrence.instant, other.unwrap_or(meeting.duration))?;
            occurrences.push(occurrence);
        }
        let zone = series.start.zone();
        // The rule counts from the start, on the clocks of its zone.
        self.need(&series.start, series.start.instant(self.zones)?, meeting.duration)?;
        let (rule, left_out) = series.as_written(most.saturating_add(1), self.zones)?;
        let mut times = vec![
            (format!("DTSTART;TZID={zone}"), local(series.start.local())),
            ("RRULE".to_owned(), rule.to_string()),
        ];
        times.extend(left_out.iter().map(|at| (format!("EXDATE;TZID={zone}"), local(*at))));
        self.event(meeting, status, &times)?;
        for Occurrence { id, at, .. } in &occurrences {
            let own = otherwise.get(id).map(|other| Meeting {
                duration: other.duration.unwrap_or(meeting.duration),
                location: other.location.clone().or_else(|| meeting.location.clone()),
                ..meeting.clone()
            });
            let start = self.start(at, own.as_ref().unwrap_or(meeting).duration)?;
            // As the rule says it, or as an event of its own.
            if own.is_some() || (&start.0, &start.1) != (&times[0].0, &local(*id)) {
                let times = [(format!("RECURRENCE-ID;TZID={zone}"), local(*id)), start];
                self.event(own.as_ref().unwrap_or(meeting), status, &times)?;
            }
        }
        Ok(())
    }

    /// DTSTART: on the clocks of the zone, or in UTC where a reader would take their time for another instant.
    fn start(&mut self, at: &WallTime, lasting: Duration) -> Result<(String, String), InvalidObject> {
        let instant = at.instant(self.zones)?;
        let read = self.zones.get(at.zone())?.to_timestamp(at.local());
        if read.is_ok_and(|read| read == instant) {
            self.need(at, instant, lasting)?;
            return Ok((format!("DTSTART;TZID={}", at.zone()), local(at.local())));
        }
        Ok(("DTSTART".to_owned(), utc(instant)))
    }

    fn need(&mut self, at: &WallTime, first: Timestamp, lasting: Duration) -> Result<(), InvalidObject> {
        let last =
            first.checked_add(lasting).map_err(|_| CalendarError::OutOfRange { date: at.local().date() })?;
        let known = self.needed.entry(at.zone().to_owned()).or_insert((first, last));
        *known = (known.0.min(first), known.1.max(last));
        Ok(())
    }

    fn event(
        &mut self,
        meeting: &Meeting,
        status: &str,
        times: &[(String, String)],
    ) -> Result<(), InvalidObject> {
        let lines = &mut self.events;
        lines.line("BEGIN", "VEVENT");
        lines.line("UID", meeting.revision.uid());
        lines.line("SEQUENCE", &meeting.revision.sequence().to_string());
        lines.line("DTSTAMP", &utc(meeting.stamped));
        for (head, value) in times {
            lines.line(head, value);
        }
        // A length and no end: it is exact where the clocks change during the meeting.
        lines.line("DURATION", &duration(meeting.duration));
        let in_language = |name: &str| match &meeting.language {
            Some(language) => format!("{name};LANGUAGE={language}"),
            None => name.to_owned(),
        };
        lines.text(&in_language("SUMMARY"), &meeting.summary);
        for (name, text) in [("DESCRIPTION", &meeting.description), ("LOCATION", &meeting.location)] {
            if let Some(text) = text {
                lines.text(&in_language(name), text);
            }
        }
        if let Some(url) = &meeting.url {
            match url.chars().all(|letter| letter.is_ascii_graphic()) {
                true => lines.line("URL", url),
                false => return Err(InvalidObject::Link),
            }
        }
        lines.line("STATUS", status);
        if self.method != Method::Publish {
            if let Some(Organizer { name, address }) = &meeting.organizer {
                lines.line(&format!("ORGANIZER;CN={}", quoted(name)), &address.link());
            }
            for attendee in &meeting.attendees {
                lines.line(&attendee_head(attendee), &attendee.address.link());
            }
        }
        if let Some(before) = meeting.alarm.filter(|_| self.method == Method::Request) {
            lines.line("BEGIN", "VALARM");
            lines.line("ACTION", "DISPLAY");
            lines.text("DESCRIPTION", &meeting.summary);
            lines.line("TRIGGER", &format!("-{}", duration(before)));
            lines.line("END", "VALARM");
        }
        lines.line("END", "VEVENT");
        Ok(())
    }
}

fn attendee_head(attendee: &Attendee) -> String {
    let wanted = if attendee.answer_wanted { "TRUE" } else { "FALSE" };
    let language = attendee.language.as_ref().map(|it| format!(";LANGUAGE={it}")).unwrap_or_default();
    let (name, said) = (quoted(&attendee.name), attendee.participation.word());
    format!("ATTENDEE;CN={name};ROLE=REQ-PARTICIPANT;PARTSTAT={said};RSVP={wanted}{language}")
}

fn local(at: DateTime) -> String {
    at.strftime("%Y%m%dT%H%M%S").to_string()
}

fn utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// `PT1H30M`.
fn duration(length: Duration) -> String {
    let seconds = length.as_secs();
    let parts = [(seconds / 3600, 'H'), (seconds / 60 % 60, 'M'), (seconds % 60, 'S')];
    let told: String =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count}{unit}")).collect();
    format!("PT{}", if told.is_empty() { "0S" } else { &told })
}
