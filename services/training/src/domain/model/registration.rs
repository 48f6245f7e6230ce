//! A registration: that somebody takes part, or wants to.

use jiff::Timestamp;
use seamless_attendance::comparable;
use seamless_identifiers::{CountryCode, LanguageTag};
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};

use super::{
    FormKey, Pool, RegistrationId, registration_name, search_form,
    vocabulary::{RegistrationState, TargetAudience},
};

/// A registration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Registration {
    pub id: RegistrationId,
    pub pool: Pool,
    /// Who decides on it.
    pub organiser: AuthorityId,
    /// Who registered.
    pub registrar: AuthorityId,
    pub state: RegistrationState,
    pub content: RegistrationContent,
    /// Its place in the order of its pool.
    pub position: i64,
    /// Until when a seat is held for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer_until: Option<Timestamp>,
    pub steps: Vec<Step>,
    /// When what is personal was erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erase_time: Option<Timestamp>,
    pub create_time: Timestamp,
    pub update_time: Timestamp,
    /// Counts every change from 1 on.
    pub revision: i64,
}

/// What is said of who takes part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegistrationContent {
    /// Attendance and certificates know them by their places; of who was erased the place stays, and is empty.
    pub people: Vec<Person>,
    /// The place of the one who is written to: the first, but where the first was erased.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub written_to: u32,
    pub seats: u32,
    pub audience: TargetAudience,
    pub country: CountryCode,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<Answer>,
}

/// Somebody who takes part. Personal data.
#[derive(Default, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub full_name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub email: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub organisation: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<LanguageTag>,
    /// An IANA name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Names under which the same person was registered before: platforms may have seen it under them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former_names: Vec<String>,
    /// When it came into the place of somebody else, of whom nothing that was known before is true of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

/// An answer to a question of the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub question: FormKey,
    pub value: String,
}

/// What it became, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub state: RegistrationState,
    pub time: Timestamp,
    /// None where it came about by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<AuthorityId>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl Registration {
    /// Its resource name.
    #[must_use]
    pub fn name(&self) -> String {
        registration_name(self.pool.activity, self.id)
    }

    /// Whether it goes on.
    #[must_use]
    pub fn is_open(&self) -> bool {
        use RegistrationState::{Confirmed, Offered, Pending, Waiting};
        matches!(self.state, Pending | Waiting | Offered | Confirmed)
    }

    /// The address of the one who is written to, also once it ended; none once it was erased.
    #[must_use]
    pub fn person(&self) -> Option<String> {
        Some(self.content.address()).filter(|address| self.erase_time.is_none() && !address.is_empty())
    }

    /// What its authority registers nobody else under in its pool; none once it ended.
    #[must_use]
    pub fn address(&self) -> Option<String> {
        self.person().filter(|_| self.is_open())
    }
}

impl Person {
    /// Whether it is the place of somebody who was erased.
    #[must_use]
    pub fn is_erased(&self) -> bool {
        self.full_name.is_empty() && self.email.is_empty()
    }

    /// Whether it is known by this address, in the form in which addresses are compared.
    #[must_use]
    pub fn has_address(&self, address: &str) -> bool {
        !address.is_empty() && address_key(&self.email) == address
    }

    /// All its names, in the form in which names are compared.
    pub fn names(&self) -> impl Iterator<Item = String> {
        let all = std::iter::once(&self.full_name).chain(&self.former_names);
        all.filter(|name| !name.is_empty()).map(|name| comparable(name))
    }

    /// Whether both are the same person, as far as can be told: by their addresses, and without one of these by a name.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (address_key(&self.email), address_key(&other.email)) {
            (own, others) if !own.is_empty() && !others.is_empty() => own == others,
            _ => self.names().any(|own| other.names().any(|name| name == own)),
        }
    }
}

impl RegistrationContent {
    /// The one who is written to; none once there is nobody any more who can be.
    #[must_use]
    pub fn leader(&self) -> Option<&Person> {
        self.people.get(self.written_to as usize).filter(|one| !one.is_erased())
    }

    /// The address that it is known by; empty once there is none.
    #[must_use]
    pub fn address(&self) -> String {
        self.leader().map_or_else(String::new, |leader| address_key(&leader.email))
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// The form in which addresses are compared. The part before the @ could tell capitals apart; no provider does.
#[must_use]
pub fn address_key(email: &str) -> String {
    search_form(email.trim())
}
