//! What the events of a feed say to who reads it.

use prost::DecodeError;
use seamless_proto::seamless::feed::v1::Event;

use super::{
    told, told_consignments, told_reader::FeedReader, told_rights::is_narrowed, told_training,
    told_values::time,
};
use crate::{
    domain::{facts::Said, source::Source},
    store::facts::Taken,
};

impl FeedReader {
    /// What an event says to this reader, in the order in which it is to be taken in; nothing for one of no interest, and with a
    /// line in the log for one that cannot be read.
    #[must_use]
    pub fn said(&self, event: &Event) -> Vec<Said> {
        let said: fn(&Self, &Event) -> Result<Vec<Said>, DecodeError> = match self.feed.source {
            Source::Notifications => return told::said(event, &self.feed.reader),
            Source::Consignments => told_consignments::said,
            Source::Training => told_training::said,
        };
        said(self, event).unwrap_or_else(|error| {
            let source = self.feed.source.name();
            tracing::error!(source, position = event.position, %error, "an event cannot be read");
            Vec::new()
        })
    }
}

/// What some events tell, taken together.
#[must_use]
pub fn taken_in(events: &[Event], reader: &FeedReader) -> Taken {
    let is_of_alerts = reader.feed.source == Source::Notifications;
    let narrowed = events.iter().filter(|event| is_of_alerts && is_narrowed(event, &reader.feed.reader));
    Taken {
        said: events.iter().flat_map(|event| reader.said(event)).collect(),
        narrowed: narrowed.count() as u64,
        events: events.len() as u64,
        position: events.last().map_or(0, |event| event.position),
        last_event_time: events.iter().filter_map(|event| event.occur_time.and_then(time)).max(),
    }
}
