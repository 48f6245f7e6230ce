//! What the feed of the notifications service tells of rights that were narrowed. What was lost altogether is told as facts.

use prost::{Message, Name};
use seamless_identity::AuthorityId;
use seamless_proto::seamless::{
    feed::v1::Event,
    notifications::v1::{self as wire, RemovalReason},
};

/// Whether an event says that this reader is shown less of an alert than before: what earlier events said of it changes by that.
pub(super) fn is_narrowed(event: &Event, reader: &AuthorityId) -> bool {
    if event.r#type != wire::RemovalOrdered::full_name() {
        return false;
    }
    let data = event.data.as_ref().map_or(&[][..], |data| data.value.as_slice());
    // One that cannot be read is told in the log where facts are made of it.
    let removal = wire::RemovalOrdered::decode(data).ok().and_then(|told| told.removal);
    removal.is_some_and(|removal| {
        removal.authority == reader.as_str() && removal.reason() == RemovalReason::Downgraded
    })
}
