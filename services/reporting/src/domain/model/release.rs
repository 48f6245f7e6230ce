//! What was published beyond the side whose cases it counts: its counts, told and withheld, so that later ones are judged with it.

use jiff::{Timestamp, civil::Date};
use seamless_identifiers::CountryCode;
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::vocabulary::{EventStatus, StatisticsDimension};
use crate::domain::records::{Place, Record};

/// What was published together: a report, or an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// That of the report, or its own.
    pub id: Uuid,
    pub owner: AuthorityId,
    /// Whether others have it: a report that is generated is published later, or never.
    pub published: bool,
    pub cells: Vec<PublishedCell>,
    pub relations: Vec<PublishedRelation>,
    /// Of which days they are, and by what they were told apart.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<PublishedTable>,
    /// The alerts that it names, where it is a bulletin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bulletin: Option<PublishedBulletin>,
    pub create_time: Timestamp,
    pub revision: i64,
}

/// Which alerts a bulletin names: each that is of a month, an origin and a status, but those that were withdrawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedBulletin {
    pub status: EventStatus,
    pub origin: CountryCode,
    /// The first day of its month.
    pub month: Date,
    /// The whole months in which these alerts are counted.
    pub days: (Date, Date),
    /// Resource names, each once, in their order.
    pub alerts: Vec<String>,
}

/// A count.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PublishedCell {
    /// What it is of.
    pub key: String,
    pub count: u64,
    /// Whether it was told; none where it stands nowhere, and others make it up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<bool>,
}

/// How counts make up another one; each by its place among the counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedRelation {
    pub whole: usize,
    pub parts: Vec<usize>,
}

/// Of which days others were told something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedTable {
    pub status: EventStatus,
    /// The first and the last.
    pub days: (Date, Date),
    /// The IANA zone whose days they are.
    pub zone: String,
    /// By what it was told apart; none where it was all alerts of these days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub property: Option<StatisticsDimension>,
}

/// How often the authorities of a side have published: changes with each publication, so that no two are judged without each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseCount {
    /// The contact point of the side.
    pub owner: AuthorityId,
    pub revision: i64,
}

/// The state of a release that nobody else has yet, as its place tells it.
const PREPARED: i32 = 0;
/// The state of one that others have.
pub const PUBLISHED: i32 = 1;

/// The resource name of a release.
#[must_use]
pub fn release_name(id: Uuid) -> String {
    format!("releases/{id}")
}

impl ReleaseCount {
    /// The resource name of the count of an authority.
    #[must_use]
    pub fn name_of(owner: &AuthorityId) -> String {
        format!("releaseCounts/{owner}")
    }
}

impl Record for Release {
    const KIND: &'static str = "release";
    type Place = Place;

    fn name(&self) -> String {
        release_name(self.id)
    }

    fn place(&self) -> Place {
        Place {
            owner: self.owner.clone(),
            party: None,
            arrangement: None,
            group: String::new(),
            state: if self.published { PUBLISHED } else { PREPARED },
            order: self.create_time.as_microsecond(),
        }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}

impl Record for ReleaseCount {
    const KIND: &'static str = "release_count";
    type Place = Place;

    fn name(&self) -> String {
        Self::name_of(&self.owner)
    }

    fn place(&self) -> Place {
        Place {
            owner: self.owner.clone(),
            party: None,
            arrangement: None,
            group: String::new(),
            state: 0,
            order: 0,
        }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}
