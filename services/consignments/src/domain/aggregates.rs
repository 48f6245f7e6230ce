//! What an entry point screened in an hour: counts, no single parcel.

use jiff::{SignedDuration, Timestamp};
use seamless_identifiers::Unlocode;
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};

use super::{
    model::{Lane, Selection},
    records::{Place, Record},
};

/// One hour.
pub const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// The counts of one hour; without those that are zero.
#[derive(Clone, Debug, PartialEq)]
pub struct HourlyAggregate {
    pub entry_point: Unlocode,
    pub start: Timestamp,
    pub counts: Vec<ScreeningCount>,
}

/// How many screenings of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct ScreeningCount {
    /// Empty for none.
    pub area: String,
    pub lane: Lane,
    pub selection: Selection,
    /// Covered by a pre-inspection that passed the goods.
    pub inspected: bool,
    pub count: u64,
    /// The sum of their probabilities of being unsafe.
    pub expected_unsafe: f64,
}

/// Up to when an entry point's hours were told: each once, whatever number of replicas tells them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AggregatedUntil {
    pub entry_point: Unlocode,
    pub authority: AuthorityId,
    pub until: Timestamp,
    pub revision: i64,
}

impl Record for AggregatedUntil {
    const KIND: &'static str = "aggregated-until";
    type Place = Place;

    fn name(&self) -> String {
        Self::name_of(&self.entry_point)
    }

    fn place(&self) -> Place {
        Place {
            owner: self.authority.clone(),
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

impl AggregatedUntil {
    /// The name of the record of an entry point.
    #[must_use]
    pub fn name_of(entry_point: &Unlocode) -> String {
        format!("entryPoints/{entry_point}/aggregatedUntil")
    }
}

/// The start of the hour in which an instant lies.
#[must_use]
pub fn hour_of(time: Timestamp) -> Timestamp {
    let second = time.as_second().div_euclid(3_600) * 3_600;
    Timestamp::from_second(second).unwrap_or(time)
}
