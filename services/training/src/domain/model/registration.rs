//! A registration: that somebody takes part, or wants to.

use jiff::Timestamp;
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
    /// The first is written to.
    pub people: Vec<Person>,
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

    /// The address of the first, also once it ended; none once it was erased.
    #[must_use]
    pub fn person(&self) -> Option<String> {
        Some(self.content.address()).filter(|address| self.erase_time.is_none() && !address.is_empty())
    }

    /// What its authority registers nobody else under in its pool; none once it ended.
    #[must_use]
    pub fn address(&self) -> Option<String> {
        (self.is_open() && self.erase_time.is_none()).then(|| self.content.address())
    }
}

impl Person {
    /// Whether it is the place of somebody who was erased.
    #[must_use]
    pub fn is_erased(&self) -> bool {
        self.full_name.is_empty() && self.email.is_empty()
    }
}

impl RegistrationContent {
    /// The address that it is known by.
    #[must_use]
    pub fn address(&self) -> String {
        self.people.first().map_or_else(String::new, |first| address_key(&first.email))
    }
}

/// The form in which addresses are compared. The part before the @ could tell capitals apart; no provider does.
#[must_use]
pub fn address_key(email: &str) -> String {
    search_form(email.trim())
}
