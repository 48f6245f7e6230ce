//! Values of the wire that the events of all feeds have.

use jiff::{Timestamp, civil::Date};
use seamless_proto::seamless::{feed::v1::Event, r#type::v1::CivilDate};
use seamless_vocabulary::Vocabulary;

use crate::domain::model::EventStatus;

/// Paths of fields, each once.
pub(super) fn paths(fields: &[String]) -> Vec<String> {
    let mut paths = fields.to_vec();
    paths.sort_unstable();
    paths.dedup();
    paths
}

/// Whether what an event tells of is meant.
pub(super) fn status_of(event: &Event) -> EventStatus {
    EventStatus::from_number(event.status).unwrap_or(EventStatus::Actual)
}

/// An instant; none where it is no time.
pub(super) fn time(time: prost_types::Timestamp) -> Option<Timestamp> {
    Timestamp::new(time.seconds, time.nanos).ok()
}

/// A count of the wire; what is below zero is none.
pub(super) fn count(number: impl TryInto<u64>) -> u64 {
    number.try_into().unwrap_or_default()
}

/// A whole day; none where the wire has none.
pub(super) fn day(day: Option<CivilDate>) -> Option<Date> {
    let CivilDate { year, month, day } = day?;
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}
