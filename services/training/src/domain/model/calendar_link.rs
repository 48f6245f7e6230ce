//! A link to a calendar that people subscribe to.
//!
//! Invariant: of its secret the digest alone is kept. Once it is revoked it leads nowhere, and holds no address.

use jiff::Timestamp;
use seamless_identifiers::LanguageTag;
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::records::{Place, Record};

/// A link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CalendarLink {
    pub id: Uuid,
    /// By whose right it shows what it shows.
    pub authority: AuthorityId,
    pub shows: CalendarShows,
    /// Which is read first.
    pub language: LanguageTag,
    /// SHA-256 of the secret, in hexadecimal digits.
    pub digest: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoke_time: Option<Timestamp>,
    pub create_time: Timestamp,
    pub revision: i64,
}

/// What a calendar shows.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CalendarShows {
    /// All that its authority may see.
    All,
    /// Of that what belongs to a programme.
    Programme(String),
    /// Of that what its authority registered an address for, in the form in which addresses are compared. Personal data.
    Person(String),
    /// Nothing: it was of a person, and was revoked.
    Nobody,
}

impl std::fmt::Debug for CalendarShows {
    /// Without the address.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::All => f.write_str("All"),
            Self::Programme(programme) => write!(f, "Programme({programme:?})"),
            Self::Person(_) => f.write_str("Person(…)"),
            Self::Nobody => f.write_str("Nobody"),
        }
    }
}

/// The name of a link.
#[must_use]
pub fn calendar_link_name(id: Uuid) -> String {
    format!("calendarLinks/{id}")
}

impl CalendarLink {
    /// In `Place::state`: it leads to its calendar.
    pub const IN_FORCE: i32 = 1;
    /// In `Place::state`: it leads nowhere.
    pub const REVOKED: i32 = 2;

    /// Whether it leads nowhere.
    #[must_use]
    pub fn is_revoked(&self) -> bool {
        self.revoke_time.is_some()
    }

    /// The same, revoked; of whom it was is forgotten.
    #[must_use]
    pub fn revoked(self, now: Timestamp) -> Self {
        let shows = match self.shows {
            CalendarShows::Person(_) => CalendarShows::Nobody,
            other => other,
        };
        Self { shows, revoke_time: self.revoke_time.or(Some(now)), revision: self.revision + 1, ..self }
    }

    /// Whether it is of the person with this address.
    #[must_use]
    pub fn is_of(&self, address: &str) -> bool {
        matches!(&self.shows, CalendarShows::Person(own) if own == address)
    }
}

impl Record for CalendarLink {
    const KIND: &'static str = "calendar-link";
    type Place = Place;

    fn name(&self) -> String {
        calendar_link_name(self.id)
    }

    fn place(&self) -> Place {
        let state = if self.is_revoked() { Self::REVOKED } else { Self::IN_FORCE };
        let order = self.create_time.as_microsecond();
        // It is looked up by the digest.
        Place { group: self.digest.clone(), state, order, ..Place::of_owner(self.authority.clone()) }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}
