//! From sightings to presence.
//!
//! Invariant: presence in a session is the union of the person's sightings that meet it, clipped to its window; so it does
//! not change with the order of files and rows, with a file that is given twice, or with devices at the same time.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use crate::{
    Answer, Answers, Asked, Person, Registrant, Sighting, WhoQuestion,
    people::{Directory, Found, comparable},
    union::{Interval, seconds, union, within},
};

/// A meeting at which people were.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The caller's key.
    pub key: String,
    /// When it began.
    pub start: Timestamp,
    /// When it ended; behind `start`.
    pub end: Timestamp,
}

/// How long before the beginning and behind the end of a session it is still told when somebody came and went. It counts
/// for no minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Margin(pub SignedDuration);

/// Somebody at a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    /// Who.
    pub person: Person,
    /// Key of the session.
    pub session: String,
    /// When it came first, from the beginning less the margin.
    pub joined_at: Timestamp,
    /// When it went last, up to the end and the margin.
    pub left_at: Timestamp,
    /// Whole seconds within the session: gaps count for nothing, and two devices at a time once.
    pub seconds: u64,
    /// From when to when, within the session, in order: they neither meet nor overlap.
    pub intervals: Vec<(Timestamp, Timestamp)>,
    /// The platforms that saw it, in order.
    pub platforms: Vec<String>,
}

impl Presence {
    /// Whole minutes within the session.
    #[must_use]
    pub fn minutes(&self) -> u64 {
        self.seconds / 60
    }
}

/// What all files say together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attendance {
    /// Who was where, by person and session. Who is asked about is not in it.
    pub presences: Vec<Presence>,
    /// Who cannot be told, by name and address.
    pub questions: Vec<WhoQuestion>,
    /// People who were seen, and at no session.
    pub elsewhere: u64,
}

/// Merges what was seen, by the answers that were given before.
///
/// A sighting counts for the sessions whose window, without margin, it meets. A link that is clicked an hour later is
/// presence in nothing.
#[must_use]
pub fn merge<'a>(
    sightings: impl IntoIterator<Item = &'a Sighting>,
    registrants: &[Registrant],
    sessions: &[Session],
    answers: &Answers,
    margin: Margin,
) -> Attendance {
    // The same row of a file that was exported twice.
    let distinct: BTreeMap<&str, &Sighting> =
        sightings.into_iter().map(|sighting| (sighting.id.as_str(), sighting)).collect();
    let distinct: Vec<&Sighting> = distinct.into_values().collect();
    let directory = Directory::new(registrants, &distinct);
    let mut seen: BTreeMap<Person, Vec<&Sighting>> = BTreeMap::new();
    let mut asked: BTreeMap<(String, Option<String>), Vec<&Sighting>> = BTreeMap::new();
    let mut groups: BTreeMap<(String, Option<String>), Vec<&Sighting>> = BTreeMap::new();
    for sighting in distinct {
        groups.entry((comparable(&sighting.name), sighting.address.clone())).or_default().push(sighting);
    }
    let mut attendance = Attendance::default();
    for ((name, address), sightings) in groups {
        let other = || Person::Other { name: name.clone(), address: address.clone() };
        let by_answer = |answer: &Answer| match answer {
            Answer::Is(key) => Person::Registered(key.clone()),
            Answer::IsNobody => other(),
        };
        let found = directory.find(&name, address.as_deref());
        let of_all = answers.get(&Asked::All { name: name.clone(), address: address.clone() });
        for sighting in sightings {
            let answer = answers.get(&Asked::One(sighting.id.clone())).or(of_all);
            let person = match (answer, &found) {
                (Some(answer), _) => Some(by_answer(answer)),
                (None, Found::One(person)) => Some(person.clone()),
                (None, Found::Doubt(..)) => None,
            };
            match person {
                Some(person) => seen.entry(person).or_default().push(sighting),
                None => asked.entry((name.clone(), address.clone())).or_default().push(sighting),
            }
        }
        if let (Found::Doubt(doubt, candidates), Some(mut open)) =
            (found, asked.remove(&(name.clone(), address.clone())))
        {
            open.sort_by_key(|sighting| (sighting.join, sighting.leave, &sighting.id));
            let sightings = open.into_iter().map(|sighting| sighting.id.clone()).collect();
            attendance.questions.push(WhoQuestion { name, address, doubt, candidates, sightings });
        }
    }
    for (person, sightings) in seen {
        let before = attendance.presences.len();
        attendance
            .presences
            .extend(sessions.iter().filter_map(|session| presence(&person, &sightings, session, margin)));
        attendance.elsewhere += u64::from(attendance.presences.len() == before);
    }
    attendance
}

fn presence(person: &Person, sightings: &[&Sighting], session: &Session, margin: Margin) -> Option<Presence> {
    let window: Interval = (session.start, session.end);
    let meets = |sighting: &&&Sighting| sighting.join < window.1 && sighting.leave > window.0;
    let met: Vec<&&Sighting> = sightings.iter().filter(meets).collect();
    let merged = union(met.iter().map(|sighting| (sighting.join, sighting.leave)));
    let (first, last) = (merged.first()?, merged.last()?);
    let shifted = |instant: Timestamp, by: SignedDuration| instant.checked_add(by).unwrap_or(instant);
    let platforms: BTreeSet<&str> = met.iter().map(|sighting| sighting.platform.as_str()).collect();
    let intervals = within(&merged, window);
    Some(Presence {
        person: person.clone(),
        session: session.key.clone(),
        joined_at: first.0.max(shifted(window.0, -margin.0)),
        left_at: last.1.min(shifted(window.1, margin.0)),
        seconds: seconds(&intervals),
        intervals,
        platforms: platforms.into_iter().map(str::to_owned).collect(),
    })
}
