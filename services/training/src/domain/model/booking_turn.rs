//! The turn of those who speak and of rooms: whoever books one writes its turn anew, so that of two bookings at the same moment
//! one finds that the other was faster, and decides anew.
//!
//! Invariant: a turn names nobody. There are a few of them, which all names share: two that have nothing to do with each other meet
//! in one now and then, and one of them decides once more.

use std::collections::BTreeSet;

use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::domain::records::{Place, Record};

/// So many turns there are; a number that is stored, and no setting: replicas must agree on it.
const TURNS: u8 = 64;

/// A turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingTurn {
    pub number: u8,
    /// Who booked last.
    pub by: AuthorityId,
    pub revision: i64,
}

impl BookingTurn {
    /// The numbers of the turns of these names, the lowest first: all who book write them in the same order.
    pub fn numbers<'a>(names: impl Iterator<Item = &'a str>) -> BTreeSet<u8> {
        let taken = names.filter(|name| !name.is_empty());
        taken.map(|name| Sha256::digest(name.as_bytes())[0] % TURNS).collect()
    }
}

/// The name of a turn.
#[must_use]
pub fn booking_turn_name(number: u8) -> String {
    format!("bookingTurns/{number}")
}

impl Record for BookingTurn {
    const KIND: &'static str = "booking-turn";
    type Place = Place;

    fn name(&self) -> String {
        booking_turn_name(self.number)
    }

    fn place(&self) -> Place {
        Place::of_owner(self.by.clone())
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}
