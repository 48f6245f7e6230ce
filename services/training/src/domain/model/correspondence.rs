//! What the one who is written to about a registration was told, and said.
//!
//! Invariant: `calendar` only rises, so that whatever is sent reaches the meeting that it means; who was erased, or has another
//! in their place, can answer no more, since the token is no more theirs.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::DateTime};
use seamless_calendar::{CalendarError, Zones};
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};

use super::{
    ALL_MEETINGS, ActivityId, Person, RegistrationId, Session, registration_name,
    vocabulary::RegistrationState,
};
use crate::domain::records::{Place, Record};

/// The most answers that are kept, the last ones: of each session, and of each meeting of a series that is answered by itself.
const MOST_ANSWERS: usize = 1_000;

/// A correspondence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Correspondence {
    pub activity: ActivityId,
    pub registration: RegistrationId,
    pub organiser: AuthorityId,
    /// Unguessable; in the address to which this person's answers come. Empty once the person was erased.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub token: String,
    /// Who was told; none once the person was erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Person>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
    /// SEQUENCE of the last calendar object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<u32>,
    /// The sessions that stand in the person's calendar, as they do there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub invited: Vec<Session>,
    /// When the person is to be reminded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remind: Option<Timestamp>,
    /// What the person's calendar said last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Said>,
    /// What it said of the meetings that stand in it, the last word on each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<Said>,
    /// Counts every change from 1 on.
    pub revision: i64,
}

/// What was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub state: RegistrationState,
    /// SEQUENCE of the activity, so that it is known whether its note on a change was told.
    pub sequence: u32,
    /// SHA-256 of what was told of time, place and link, as local times.
    pub facts: String,
    /// SHA-256 of the instants.
    pub instants: String,
}

/// What a calendar said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The UID of the meeting that was answered.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub uid: String,
    /// The one meeting of a series that was answered, by the local time that the rule gives; none for all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meeting: Option<DateTime>,
    /// PARTSTAT of RFC 5545.
    pub word: String,
    /// Which change of the meeting was answered.
    pub sequence: u32,
    /// By the clock of whoever said it.
    pub stamped: Timestamp,
}

/// The name of the correspondence about a registration.
#[must_use]
pub fn correspondence_name(activity: ActivityId, registration: RegistrationId) -> String {
    format!("{}/correspondence", registration_name(activity, registration))
}

impl Said {
    /// PARTSTAT of who does not come.
    pub const DECLINED: &'static str = "DECLINED";
    /// PARTSTAT of who may come.
    pub const TENTATIVE: &'static str = "TENTATIVE";
    /// PARTSTAT of who comes.
    pub const ACCEPTED: &'static str = "ACCEPTED";
    /// PARTSTAT of who says nothing.
    pub const NEEDS_ACTION: &'static str = "NEEDS-ACTION";
}

impl Correspondence {
    /// The id of the session whose calendar object has this UID; none where it is of another registration.
    #[must_use]
    pub fn session_of<'a>(&self, uid: &'a str) -> Option<&'a str> {
        let own = uid.strip_prefix(&self.registration.to_string())?.strip_prefix('-')?;
        Some(own.rsplit_once('@').map_or(own, |(session, _)| session))
    }

    /// The session with this UID that stands in the person's calendar.
    #[must_use]
    pub fn invited_to(&self, uid: &str) -> Option<&Session> {
        let id = self.session_of(uid)?;
        self.invited.iter().find(|session| session.id.as_str() == id)
    }

    /// Takes an answer: it is the last word on its meeting, and, of a whole session, on each meeting of it that was answered before.
    pub fn take(&mut self, said: Said) {
        self.answers.retain(|before| {
            before.uid != said.uid
                || (before.meeting != said.meeting
                    && (said.meeting.is_some() || before.stamped > said.stamped))
        });
        if self.answers.len() >= MOST_ANSWERS {
            self.answers.remove(0);
        }
        self.answers.push(said.clone());
        self.said = Some(said);
    }

    /// Invites to these sessions from now on. What was said of a session counts no more where it is another one than before.
    pub fn invite(&mut self, sessions: &[Session]) {
        let before = std::mem::replace(&mut self.invited, sessions.to_vec());
        let answers = std::mem::take(&mut self.answers);
        let stays = |said: &Said| self.invited_to(&said.uid).is_some_and(|session| before.contains(session));
        self.answers = answers.into_iter().filter(stays).collect();
    }

    /// Whether every meeting to come that stands in the person's calendar was declined.
    ///
    /// # Errors
    /// A zone that the data has no more.
    pub fn declines_all(&self, zones: &Zones, now: Timestamp) -> Result<bool, CalendarError> {
        let known = self.answers.iter().filter_map(|said| {
            let session = self.session_of(&said.uid)?;
            Some(((session, said.meeting), said.word == Said::DECLINED))
        });
        let known: BTreeMap<_, bool> = known.collect();
        let mut is_any = false;
        for session in &self.invited {
            let id = session.id.as_str();
            let of_all = known.get(&(id, None));
            for meeting in session.meetings(ALL_MEETINGS, zones)?.iter().filter(|one| one.end > now) {
                is_any = true;
                if known.get(&(id, Some(meeting.id))).or(of_all) != Some(&true) {
                    return Ok(false);
                }
            }
        }
        Ok(is_any)
    }

    /// Without what is personal.
    #[must_use]
    pub fn without_person(self) -> Self {
        Self {
            token: String::new(),
            to: None,
            // Whoever comes into the place of the person was told nothing.
            told: None,
            invited: Vec::new(),
            remind: None,
            said: None,
            answers: Vec::new(),
            revision: self.revision + 1,
            ..self
        }
    }
}

impl Record for Correspondence {
    const KIND: &'static str = "correspondence";
    type Place = Place;

    fn name(&self) -> String {
        correspondence_name(self.activity, self.registration)
    }

    fn place(&self) -> Place {
        // Those with a reminder by its time, so that what is due comes first; all by the token of answers.
        let order = self.remind.map_or(0, Timestamp::as_microsecond);
        let state = i32::from(self.remind.is_some());
        Place { group: self.token.clone(), state, order, ..Place::of_owner(self.organiser.clone()) }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}
