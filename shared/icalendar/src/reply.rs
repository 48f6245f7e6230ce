//! The answers of those invited (RFC 5546, 3.2.3), as their calendars send them.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

use crate::content::Line;
use crate::{Address, InvalidReply, Participation, ReplyProblem};

/// How much a reply may be; the service says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplyLimits {
    /// Its bytes.
    pub bytes: usize,
    /// Its events: one for each meeting of a series that is answered by itself.
    pub events: usize,
}

/// What somebody invited says to a meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The meeting.
    pub uid: String,
    /// Which change of it was answered; 0 where the calendar does not say.
    pub sequence: u32,
    /// When it was said, by the clock of whoever said it.
    pub stamped: Timestamp,
    /// Who says it. That the mail claims so is no proof.
    pub attendee: Address,
    /// What is said.
    pub participation: Participation,
    /// The one meeting of a series that is meant; none for all of it.
    pub occurrence: Option<OccurrenceId>,
}

/// By what an answer names a meeting of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OccurrenceId {
    /// By its instant.
    Instant(Timestamp),
    /// By its local time in a zone, under whatever name the answering program gives the zone.
    Local {
        /// The local time.
        local: DateTime,
        /// The name; none for the clocks of whoever reads.
        zone: Option<String>,
    },
    /// By its day.
    Day(Date),
}

/// Reads a reply.
///
/// # Errors
///
/// [`InvalidReply`]: the first line at which it is no reply within the limits.
pub fn read_reply(bytes: &[u8], limits: ReplyLimits) -> Result<Vec<Answer>, InvalidReply> {
    let at = |line: usize| move |problem: ReplyProblem| InvalidReply { line, problem };
    if bytes.len() > limits.bytes {
        return Err(at(1)(ReplyProblem::TooLong { what: "bytes", most: limits.bytes }));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
        at(1 + good.iter().filter(|byte| **byte == b'\n').count())(ReplyProblem::NotUtf8)
    })?;
    let mut reader = Reader::default();
    let mut last = 1;
    for (number, line) in unfolded(text.trim_start_matches('\u{feff}')) {
        reader.line(&line, limits).map_err(at(number))?;
        last = number;
    }
    reader.finish().map_err(at(last))
}

/// Whole lines, each with the number of its first.
fn unfolded(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (index, line) in text.split('\n').enumerate() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some((_, before))) => before.push_str(rest),
            _ if line.is_empty() => {}
            _ => lines.push((index + 1, line.to_owned())),
        }
    }
    lines
}

#[derive(Default)]
struct Reader {
    /// The components that are open.
    open: Vec<String>,
    /// One calendar is read, and nothing behind it.
    began: bool,
    is_reply: bool,
    event: Event,
    answers: Vec<Answer>,
}

/// The values of an event, each as often as it is there.
#[derive(Default)]
struct Event {
    uid: Vec<String>,
    sequence: Vec<u32>,
    stamped: Vec<Timestamp>,
    attendee: Vec<(Address, Participation)>,
    occurrence: Vec<OccurrenceId>,
}

impl Reader {
    fn line(&mut self, text: &str, limits: ReplyLimits) -> Result<(), ReplyProblem> {
        let line = Line::read(text).ok_or(ReplyProblem::NotALine)?;
        match line.name.as_str() {
            "BEGIN" if self.began && self.open.is_empty() => return Err(ReplyProblem::Nesting),
            "BEGIN" => {
                self.began = true;
                self.open.push(line.value.trim().to_ascii_uppercase());
                let levels: Vec<&str> = self.open.iter().map(String::as_str).collect();
                match levels[..] {
                    ["VCALENDAR"] => {}
                    ["VCALENDAR", "VEVENT"] if self.answers.len() == limits.events => {
                        return Err(ReplyProblem::TooLong { what: "events", most: limits.events });
                    }
                    ["VCALENDAR", "VEVENT"] => self.event = Event::default(),
                    ["VCALENDAR", _] | ["VCALENDAR", _, _] => {}
                    _ => return Err(ReplyProblem::Nesting),
                }
            }
            "END" => {
                let ended = self.open.pop().filter(|open| line.value.trim().eq_ignore_ascii_case(open));
                let ended = ended.ok_or(ReplyProblem::Nesting)?;
                if ended == "VEVENT" && self.open.len() == 1 {
                    let event = std::mem::take(&mut self.event);
                    self.answers.push(event.answer()?);
                }
            }
            _ if self.open.is_empty() => return Err(ReplyProblem::Nesting),
            "METHOD" if self.open.len() == 1 => {
                self.is_reply = line.value.trim().eq_ignore_ascii_case("REPLY");
                if !self.is_reply {
                    return Err(ReplyProblem::NotAReply);
                }
            }
            _ if self.open.len() == 2 && self.open[1] == "VEVENT" => self.event.property(&line)?,
            _ => {}
        }
        Ok(())
    }

    fn finish(self) -> Result<Vec<Answer>, ReplyProblem> {
        match () {
            () if !self.open.is_empty() => Err(ReplyProblem::Nesting),
            () if !self.is_reply => Err(ReplyProblem::NotAReply),
            () if self.answers.is_empty() => Err(ReplyProblem::Empty),
            () => Ok(self.answers),
        }
    }
}

impl Event {
    fn property(&mut self, line: &Line<'_>) -> Result<(), ReplyProblem> {
        let wants = |property, wanted| ReplyProblem::Value { property, wanted };
        let value = line.value.trim();
        match line.name.as_str() {
            "UID" => self.uid.push(value.to_owned()),
            "SEQUENCE" => {
                let number = value.parse::<u32>();
                self.sequence.push(number.map_err(|_| wants("SEQUENCE", "a whole number from 0"))?);
            }
            "DTSTAMP" => {
                let instant = instant(value);
                self.stamped.push(instant.ok_or(wants("DTSTAMP", "a time in UTC, 20261120T150000Z"))?);
            }
            "ATTENDEE" => {
                let address = Address::of_link(value);
                let address = address.ok_or(wants("ATTENDEE", "mailto: and a mail address"))?;
                let said = line.parameter("PARTSTAT").unwrap_or("NEEDS-ACTION");
                let said = Participation::read(said);
                let said =
                    said.ok_or(wants("ATTENDEE", "PARTSTAT=ACCEPTED, DECLINED, TENTATIVE or NEEDS-ACTION"))?;
                self.attendee.push((address, said));
            }
            "RECURRENCE-ID" => {
                let found = occurrence(value, line.parameter("TZID"));
                self.occurrence.push(found.ok_or(wants("RECURRENCE-ID", "a time or a day"))?);
            }
            _ => {}
        }
        Ok(())
    }

    fn answer(self) -> Result<Answer, ReplyProblem> {
        if self.sequence.len() > 1 {
            return Err(ReplyProblem::Once { property: "SEQUENCE", times: self.sequence.len() });
        }
        if self.occurrence.len() > 1 {
            return Err(ReplyProblem::Once { property: "RECURRENCE-ID", times: self.occurrence.len() });
        }
        let (attendee, participation) = only("ATTENDEE", self.attendee)?;
        Ok(Answer {
            uid: only("UID", self.uid)?,
            sequence: self.sequence.first().copied().unwrap_or_default(),
            stamped: only("DTSTAMP", self.stamped)?,
            attendee,
            participation,
            occurrence: self.occurrence.into_iter().next(),
        })
    }
}

fn only<T>(property: &'static str, values: Vec<T>) -> Result<T, ReplyProblem> {
    let times = values.len();
    match <[T; 1]>::try_from(values) {
        Ok([value]) => Ok(value),
        Err(_) => Err(ReplyProblem::Once { property, times }),
    }
}

fn local(text: &str) -> Option<DateTime> {
    (text.len() == 15).then(|| DateTime::strptime("%Y%m%dT%H%M%S", text).ok()).flatten()
}

fn instant(text: &str) -> Option<Timestamp> {
    Offset::UTC.to_timestamp(local(text.strip_suffix('Z')?)?).ok()
}

fn occurrence(text: &str, zone: Option<&str>) -> Option<OccurrenceId> {
    if let Some(instant) = instant(text) {
        return Some(OccurrenceId::Instant(instant));
    }
    if let Some(local) = local(text) {
        return Some(OccurrenceId::Local { local, zone: zone.map(str::to_owned) });
    }
    let day = (text.len() == 8).then(|| Date::strptime("%Y%m%d", text).ok()).flatten();
    day.map(OccurrenceId::Day)
}
