//! The seats of an activity, or of a session that has its own, and how they are taken.
//!
//! Invariant: confirmed and offered seats together are at most the capacity. Everything that takes or frees a seat writes this
//! record in its next revision, so that of two changes at the same time one is decided anew.

use jiff::Timestamp;
use seamless_identifiers::CountryCode;
use seamless_identity::{ArrangementId, AuthorityId};
use serde::{Deserialize, Serialize};

use super::{
    Pool, RegistrationId, Seats, activity_name,
    vocabulary::{EventStatus, RegistrationState, TargetAudience},
};
use crate::domain::records::{Place, Record};

/// The record of the seats.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeatPool {
    pub pool: Pool,
    pub organiser: AuthorityId,
    pub seats: Seats,
    /// Confirmed seats by country and audience, in their order, without zeros.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub confirmed: Vec<ConfirmedCount>,
    /// The place of who comes next; as many as ever registered.
    pub next_position: i64,
    /// True once the activity is over or cancelled.
    #[serde(default)]
    pub is_closed: bool,
    /// Until when registrations are kept with what is personal.
    pub keep_until: Timestamp,
    #[serde(default)]
    pub is_erased: bool,
    /// How far they were erased by then, and how many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased_to: Option<(i64, RegistrationId)>,
    #[serde(default)]
    pub erased: u32,
    pub revision: i64,
}

/// Confirmed seats of one country and audience.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmedCount {
    pub country: CountryCode,
    pub audience: TargetAudience,
    pub seats: u32,
}

impl SeatPool {
    /// Seats of which none is taken.
    #[must_use]
    pub fn new(pool: Pool, organiser: AuthorityId, capacity: u32, keep_until: Timestamp) -> Self {
        let seats = Seats { capacity, ..Seats::default() };
        Self {
            pool,
            organiser,
            seats,
            confirmed: Vec::new(),
            next_position: 1,
            is_closed: false,
            keep_until,
            is_erased: false,
            erased_to: None,
            erased: 0,
            revision: 1,
        }
    }

    /// Counts confirmed seats of a country and audience.
    pub fn count_confirmed(&mut self, country: &CountryCode, audience: TargetAudience, seats: i64) {
        let key = |one: &ConfirmedCount| (one.country.to_string(), one.audience as i32);
        let wanted = (country.to_string(), audience as i32);
        let place = self.confirmed.binary_search_by_key(&wanted, key);
        let place = place.unwrap_or_else(|place| {
            self.confirmed.insert(place, ConfirmedCount { country: *country, audience, seats: 0 });
            place
        });
        let now = i64::from(self.confirmed[place].seats) + seats;
        match u32::try_from(now) {
            Ok(now @ 1..) => self.confirmed[place].seats = now,
            _ => {
                self.confirmed.remove(place);
            }
        }
    }

    /// Whether somebody waits while seats are free.
    #[must_use]
    pub fn may_be_filled(&self) -> bool {
        !self.is_closed && self.seats.waiting > 0 && self.seats.free() > 0
    }
}

impl Record for SeatPool {
    const KIND: &'static str = "seats";
    type Place = Place;

    fn name(&self) -> String {
        self.pool.record_name()
    }

    fn place(&self) -> Place {
        let group = activity_name(self.pool.activity);
        let state = if self.is_erased { 2 } else { i32::from(self.may_be_filled()) };
        // So that those come first whose registrations are to be erased first.
        let order = self.keep_until.as_microsecond();
        Place { group, state, order, ..Place::of_owner(self.organiser.clone()) }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}

/// What an event tells of seats: counts, and no person.
#[derive(Clone, Debug, PartialEq)]
pub struct RegistrationCounts {
    pub pool: Pool,
    pub status: EventStatus,
    pub arrangement: Option<ArrangementId>,
    pub seats: Seats,
    pub confirmed: Vec<ConfirmedCount>,
    pub changes: Vec<RegistrationChange>,
}

/// A registration that became another one.
#[derive(Clone, Debug, PartialEq)]
pub struct RegistrationChange {
    pub registration: RegistrationId,
    /// None for a new one.
    pub previous: Option<RegistrationState>,
    pub state: RegistrationState,
    pub seats: u32,
    pub position: i64,
    pub by: Option<AuthorityId>,
    pub reason: String,
}

impl RegistrationCounts {
    /// The activity.
    #[must_use]
    pub fn activity_name(&self) -> String {
        activity_name(self.pool.activity)
    }
}
