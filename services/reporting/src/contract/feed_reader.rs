//! Who reads a feed, and what its events say to that reader.

use std::sync::Arc;

use prost::DecodeError;
use seamless_identity::{ArrangementId, AuthorityId};
use seamless_proto::seamless::feed::v1::Event;

use super::{told, told_consignments, told_training};
use crate::{
    domain::{
        facts::Said,
        source::{Feed, Source},
    },
    store::facts::Taken,
};

/// Who reads a feed.
#[derive(Clone, Debug)]
pub struct FeedReader {
    pub feed: Feed,
    /// The authorities whose own records it sees as they do: itself, and those that it is the contact point of.
    pub own: Arc<[AuthorityId]>,
}

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

    /// The arrangement under which what `owners` have is shown; none where the reader sees it as they do.
    pub(super) fn shown_under<'o>(
        &self,
        mut owners: impl Iterator<Item = &'o AuthorityId>,
        arrangement: &str,
    ) -> Option<ArrangementId> {
        if owners.any(|owner| self.own.contains(owner)) {
            return None;
        }
        arrangement.parse().ok()
    }
}

/// What some events tell, taken together.
#[must_use]
pub fn taken_in(events: &[Event], reader: &FeedReader) -> Taken {
    Taken {
        said: events.iter().flat_map(|event| reader.said(event)).collect(),
        events: events.len() as u64,
        position: events.last().map_or(0, |event| event.position),
        last_event_time: events.iter().filter_map(|event| event.occur_time.and_then(told::time)).max(),
    }
}
