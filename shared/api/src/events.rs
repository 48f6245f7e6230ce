//! Events on their way into the feed.

use jiff::Timestamp;
use prost::{Message, Name};
use seamless_feed::NewEvent;
use seamless_identity::{ArrangementId, AuthorityId};
use seamless_proto::seamless::feed::v1::EventStatus;
use uuid::Uuid;

/// An event as it is appended to the feed: what it tells as [`told`] gives it, whole (the feed redacts it for each reader),
/// `status` the contract's number of whether it is meant, `arrangement` the one under which it concerns readers of another
/// side. A number that is none counts as a test, of which nobody acts.
pub fn event_out(
    subject: String,
    status: i32,
    time: Timestamp,
    arrangement: Option<ArrangementId>,
    readers: &[AuthorityId],
    (event_type, data): (String, Vec<u8>),
) -> NewEvent {
    NewEvent {
        event_id: Uuid::now_v7(),
        event_type,
        subject,
        occur_time_us: time.as_microsecond(),
        arrangement,
        status: EventStatus::try_from(status).unwrap_or(EventStatus::Test),
        data,
        traceparent: Some(seamless_service::telemetry::current_traceparent())
            .filter(|context| !context.is_empty()),
        readers: readers.to_vec(),
    }
}

/// What an event tells: the type and the bytes of its message.
pub fn told<M: Message + Name>(message: &M) -> (String, Vec<u8>) {
    (M::full_name(), message.encode_to_vec())
}
