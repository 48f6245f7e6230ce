//! That somebody may see the page of an authority: a link that opens it once, and whom it signed in.
//!
//! Invariant: of a secret the digest alone is kept, and at any time one secret is good at most: that of the link until it is opened, then
//! that of who opened it.

use jiff::Timestamp;
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::records::{Place, Record};

/// A link to the page, or who is signed in by one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SituationAccess {
    pub id: Uuid,
    /// By whose right the page shows what it shows.
    pub authority: AuthorityId,
    /// Who made the link, as its credential says: for the record.
    pub principal: String,
    /// SHA-256 of the secret, in hexadecimal digits.
    pub digest: String,
    /// Until when the secret is good.
    pub expire_time: Timestamp,
    /// When the link was opened; none while it is a link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_time: Option<Timestamp>,
    /// When it was ended, by who was signed in or by the authority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_time: Option<Timestamp>,
    pub create_time: Timestamp,
    pub revision: i64,
}

/// The name of a link, and of who opened it.
#[must_use]
pub fn situation_link_name(id: Uuid) -> String {
    format!("situationLinks/{id}")
}

impl SituationAccess {
    /// In `Place::state`: a link that was not opened yet.
    pub const LINK: i32 = 1;
    /// In `Place::state`: somebody is signed in.
    pub const SIGNED_IN: i32 = 2;
    /// In `Place::state`: nothing any more.
    pub const ENDED: i32 = 3;

    /// Where it stands, whatever time it is.
    #[must_use]
    pub fn state(&self) -> i32 {
        match (self.end_time, self.open_time) {
            (Some(_), _) => Self::ENDED,
            (None, Some(_)) => Self::SIGNED_IN,
            (None, None) => Self::LINK,
        }
    }

    /// Whether its secret is good at this instant.
    #[must_use]
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        self.end_time.is_none() && now < self.expire_time
    }

    /// The same, opened: another secret is good from now on.
    #[must_use]
    pub fn opened(self, digest: String, now: Timestamp, expire_time: Timestamp) -> Self {
        Self { digest, expire_time, open_time: Some(now), revision: self.revision + 1, ..self }
    }

    /// The same, ended.
    #[must_use]
    pub fn ended(self, now: Timestamp) -> Self {
        Self { end_time: self.end_time.or(Some(now)), revision: self.revision + 1, ..self }
    }
}

impl Record for SituationAccess {
    const KIND: &'static str = "situation_access";
    type Place = Place;

    fn name(&self) -> String {
        situation_link_name(self.id)
    }

    fn place(&self) -> Place {
        // It is looked up by the digest, and counted while it is in force.
        let order = self.expire_time.as_microsecond();
        Place {
            group: self.digest.clone(),
            state: self.state(),
            order,
            ..Place::of_owner(self.authority.clone())
        }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}
