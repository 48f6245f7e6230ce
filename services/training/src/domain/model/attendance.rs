//! Who was there: what files of platforms say, what people said of them, and what follows.
//!
//! Invariant: presences, questions and counts follow from the files, the answers and the registrations at `update_time`; they
//! are worked out whole each time, and never added to.

use jiff::{Timestamp, civil::DateTime};
use seamless_attendance::{Sighting, SightingId};
use seamless_identifiers::CountryCode;
use seamless_identity::{ArrangementId, AuthorityId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    ActivityId, RegistrationId, SessionId, activity_name,
    vocabulary::{AttendanceDoubt, EventStatus, TargetAudience},
};
use crate::domain::records::{Place, Record};

/// What one file said. Personal data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttendanceFile {
    pub activity: ActivityId,
    pub organiser: AuthorityId,
    pub facts: FileFacts,
    pub sightings: Vec<Sighting>,
    pub revision: i64,
}

/// What is told of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileFacts {
    /// SHA-256 of its bytes.
    pub digest: String,
    pub mapping: String,
    pub platform: String,
    pub stays: u32,
    pub refused: u32,
    pub absent: u32,
    pub time: Timestamp,
}

/// What all files of an activity say together. Personal data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attendance {
    pub activity: ActivityId,
    pub organiser: AuthorityId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrangement: Option<ArrangementId>,
    pub status: EventStatus,
    /// In the order in which they came.
    pub files: Vec<FileFacts>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<KeptAnswer>,
    /// By registration, person, session and meeting.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub presences: Vec<Presence>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<Question>,
    /// Registered people who were there, by country and audience.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub present: Vec<PresentCount>,
    /// People who were there and are not registered.
    pub unregistered: u32,
    /// People who were seen, and at no session.
    pub elsewhere: u32,
    pub create_time: Timestamp,
    pub update_time: Timestamp,
    pub revision: i64,
}

/// A person of a registration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RegisteredPerson {
    pub registration: RegistrationId,
    /// Its place among the people of the registration.
    pub person: u32,
}

/// Who is asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskedOf {
    /// Everybody with this name, as names are compared, and address.
    All {
        name: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        address: Option<String>,
    },
    /// One stay.
    Stay(SightingId),
}

/// What somebody said of who could not be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptAnswer {
    pub asked: AskedOf,
    /// None for somebody who is not registered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is: Option<RegisteredPerson>,
    pub time: Timestamp,
}

impl KeptAnswer {
    /// The stay that it is of, where it is of one.
    #[must_use]
    pub fn stay(&self) -> Option<&str> {
        match &self.asked {
            AskedOf::Stay(id) => Some(id),
            AskedOf::All { .. } => None,
        }
    }
}

/// That a registered person was at a meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    pub who: RegisteredPerson,
    pub session: SessionId,
    pub meeting: DateTime,
    pub joined_at: Timestamp,
    pub left_at: Timestamp,
    /// Within the meeting.
    pub seconds: u64,
    pub platforms: Vec<String>,
}

/// Somebody who cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    pub doubt: AttendanceDoubt,
    pub candidates: Vec<RegisteredPerson>,
    pub stays: Vec<Stay>,
}

/// Somebody was there from then to then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stay {
    pub id: SightingId,
    pub join: Timestamp,
    pub leave: Timestamp,
    pub platform: String,
}

/// How many registered people of a country and an audience were there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresentCount {
    pub country: CountryCode,
    pub audience: TargetAudience,
    pub people: u32,
}

impl Attendance {
    /// How many registered people were there.
    #[must_use]
    pub fn people(&self) -> u32 {
        self.present.iter().map(|count| count.people).sum()
    }
}

impl Presence {
    /// Where it stands in lists.
    #[must_use]
    pub fn in_order(&self) -> (RegistrationId, u32, String, String) {
        let RegisteredPerson { registration, person } = self.who;
        (registration, person, self.session.to_string(), self.meeting.to_string())
    }
}

/// Takes out of a sighting who it was. It is known by a number that says nothing from then on: that of before can be worked out by
/// who guesses name and address, since the times stay.
pub fn forget_who(sighting: &mut Sighting) {
    sighting.id = Uuid::new_v4().simple().to_string();
    sighting.name.clear();
    (sighting.address, sighting.device, sighting.guest) = (None, None, None);
}

/// The name of what was merged.
#[must_use]
pub fn attendance_name(activity: ActivityId) -> String {
    format!("{}/attendance", activity_name(activity))
}

/// The name of what a file said.
#[must_use]
pub fn attendance_file_name(activity: ActivityId, digest: &str) -> String {
    format!("{}/files/{digest}", attendance_name(activity))
}

impl Record for AttendanceFile {
    const KIND: &'static str = "attendance-file";
    type Place = Place;

    fn name(&self) -> String {
        attendance_file_name(self.activity, &self.facts.digest)
    }

    fn place(&self) -> Place {
        let (group, order) = (attendance_name(self.activity), self.facts.time.as_microsecond());
        Place { group, order, ..Place::of_owner(self.organiser.clone()) }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}

impl Record for Attendance {
    const KIND: &'static str = "attendance";
    type Place = Place;

    fn name(&self) -> String {
        attendance_name(self.activity)
    }

    fn place(&self) -> Place {
        let (group, order) = (activity_name(self.activity), self.create_time.as_microsecond());
        Place { group, order, ..Place::of_owner(self.organiser.clone()) }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}
