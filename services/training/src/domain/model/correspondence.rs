//! What the one who is written to about a registration was told, and said.
//!
//! Invariant: `calendar` only rises, so that whatever is sent reaches the meeting that it means; who was erased, or has another
//! in their place, can answer no more, since the token is no more theirs.

use jiff::Timestamp;
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};

use super::{ActivityId, Person, RegistrationId, Session, registration_name, vocabulary::RegistrationState};
use crate::domain::records::{Place, Record};

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

impl Correspondence {
    /// Without what is personal.
    #[must_use]
    pub fn without_person(self) -> Self {
        Self {
            token: String::new(),
            to: None,
            invited: Vec::new(),
            remind: None,
            said: None,
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
