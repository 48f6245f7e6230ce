//! The erasure of what is known of one person.
//!
//! Invariant: once it is complete or cancelled, it holds neither address nor name.

use jiff::Timestamp;
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::vocabulary::ErasureState;
use crate::domain::records::{Place, Record};

/// An erasure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Erasure {
    pub id: Uuid,
    /// Who is responsible for what is erased.
    pub authority: AuthorityId,
    pub state: ErasureState,
    /// In the form in which addresses are compared, while it is scheduled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// In the form in which names are compared, of who has no address, while it is scheduled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_name: Option<String>,
    pub erase_time: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_time: Option<Timestamp>,
    /// How many held data of the person so far.
    pub registrations: u32,
    pub create_time: Timestamp,
    pub revision: i64,
}

/// The name of an erasure.
#[must_use]
pub fn erasure_name(id: Uuid) -> String {
    format!("erasures/{id}")
}

impl Record for Erasure {
    const KIND: &'static str = "erasure";
    type Place = Place;

    fn name(&self) -> String {
        erasure_name(self.id)
    }

    fn place(&self) -> Place {
        // Scheduled ones by their time, so that those that are due come first; others by when they were made.
        let order = match self.state {
            ErasureState::Scheduled => self.erase_time,
            _ => self.create_time,
        };
        let order = order.as_microsecond();
        Place { state: self.state as i32, order, ..Place::of_owner(self.authority.clone()) }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}

/// What an event tells of what was erased: no person.
#[derive(Clone, Debug, PartialEq)]
pub struct Erased {
    /// None where the time had come for which an activity keeps registrations.
    pub erasure: Option<Erasure>,
    pub activity: Option<super::ActivityId>,
    pub registrations: u32,
}
