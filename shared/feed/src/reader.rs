//! What one reader is shown of the feed: its entitlements, redacted as of now, each event naming the one before it.

use std::sync::Arc;

use prost_types::{Any, Timestamp};
use seamless_calendar::Clock;
use seamless_identity::AuthorityId;
use seamless_proto::seamless::feed::v1::Event;
use seamless_service::error::ApiError;
use seamless_storage::Database;

use crate::{
    FeedSignal, RangeDigest, Redactor, digest::ContentDigest, epoch::Head, failure, guard, page::Sought,
    stored_event::StoredEvent, types::Types,
};

/// A page ends early when its data reach this size, so that an answer stays well below the limit on messages.
const PAGE_BYTES: usize = 2 << 20;

/// Events that are looked at together where only their existence counts.
const SCAN: usize = 1_000;

/// One page of what a reader is shown.
pub(crate) struct Page {
    pub events: Vec<Event>,
    /// Where the next page begins.
    pub next_after: i64,
    /// True if `next_after` was the head when the page was read.
    pub caught_up: bool,
    /// The head, as it was when the page was read.
    pub head: Head,
    /// When the head was looked up, in microseconds since 1970 UTC: what was committed by then is not behind it.
    pub head_time_us: i64,
}

/// One reader of a feed.
pub(crate) struct Reader<R> {
    pub authority: AuthorityId,
    /// The events that it asks for: to it they are the feed.
    pub types: Types,
    pub database: Database,
    pub signal: FeedSignal,
    pub redactor: Arc<R>,
    pub clock: Arc<dyn Clock>,
}

/// An event with what is left of its data; `None` if the reader is not shown it any more.
type Redacted = (StoredEvent, Option<Vec<u8>>);

impl<R: Redactor> Reader<R> {
    /// Reads up to `max` events after a position, at least one unless there is none up to the head, or none among those that
    /// were looked at for some types.
    ///
    /// `previous` is the position of the event shown last, if the caller knows it.
    pub(crate) async fn page(&self, after: i64, previous: Option<i64>, max: usize) -> Result<Page, ApiError> {
        let head_time_us = self.clock.now().as_microsecond();
        // Read before the events: what is committed up to here is visible to every later query.
        let head = self.head().await?;
        let caught_up = after >= head.position;
        let mut page = Page { events: Vec::new(), next_after: after, caught_up, head, head_time_us };
        let name = head.epoch.id.to_string();
        while page.events.is_empty() && !page.caught_up {
            let (connection, sought) = (self.database.read(), self.sought());
            let end = sought
                .end_of_look(connection, page.next_after, head.position)
                .await
                .map_err(failure::of_storage)?;
            let entitled =
                sought.after(connection, page.next_after, end, max).await.map_err(failure::of_storage)?;
            let (fitting, is_cut) = within_page_bytes(entitled);
            let is_last = !is_cut && fitting.len() < max;
            page.next_after = if is_last { end } else { fitting.last().map_or(end, |event| event.position) };
            page.caught_up = page.next_after == head.position;
            let mut shown = self
                .redacted(fitting)
                .await?
                .into_iter()
                .filter_map(|(event, data)| data.map(|data| (event, data)));
            let Some((first, first_data)) = shown.next() else {
                match self.types.are_all() {
                    true => continue,
                    false => break,
                }
            };
            let mut previous = match previous {
                Some(previous) => previous,
                None => self.shown_last_before(first.position).await?,
            };
            let mut show = |event: StoredEvent, data| {
                let position = event.position;
                page.events.push(message(event, previous, data, name.clone()));
                previous = position;
            };
            show(first, first_data);
            shown.for_each(|(event, data)| show(event, data));
        }
        Ok(page)
    }

    /// The position of the last event before `position` that the reader is shown; 0 if there is none.
    async fn shown_last_before(&self, position: i64) -> Result<i64, ApiError> {
        let mut below = position;
        // As a rule the first one that it is entitled to is shown.
        let mut limit = 1;
        loop {
            let earlier = self
                .sought()
                .up_to(self.database.read(), below - 1, limit)
                .await
                .map_err(failure::of_storage)?;
            let Some(earliest) = earlier.last().map(|event| event.position) else { return Ok(0) };
            let redacted = self.redacted(earlier).await?;
            if let Some((event, _)) = redacted.iter().find(|(_, data)| data.is_some()) {
                return Ok(event.position);
            }
            below = earliest;
            limit = (limit * 10).min(SCAN);
        }
    }

    /// Count and digests of the events of a range, both ends included, that the reader is shown.
    pub(crate) async fn digest(&self, from: i64, to: i64) -> Result<(RangeDigest, ContentDigest), ApiError> {
        let (mut digest, mut content) = (RangeDigest::new(), ContentDigest::new());
        let mut after = from - 1;
        while after < to {
            let (connection, sought) = (self.database.read(), self.sought());
            let end = sought.end_of_look(connection, after, to).await.map_err(failure::of_storage)?;
            let entitled = sought.after(connection, after, end, SCAN).await.map_err(failure::of_storage)?;
            after = match entitled.last() {
                Some(last) if entitled.len() == SCAN => last.position,
                _ => end,
            };
            for (event, data) in self.redacted(entitled).await? {
                if let Some(data) = data {
                    let event_id = event.event_id.to_string();
                    digest.add(event.position, &event_id);
                    content.add(event.position, &event_id, &data);
                }
            }
        }
        Ok((digest, content))
    }

    fn sought(&self) -> Sought<'_> {
        Sought { reader: &self.authority, types: &self.types }
    }

    /// The head of the feed, in the epoch of now.
    pub(crate) async fn head(&self) -> Result<Head, ApiError> {
        guard::read_head(&self.database, &self.signal, &*self.clock).await.map_err(failure::of_storage)
    }

    async fn redacted(&self, events: Vec<StoredEvent>) -> Result<Vec<Redacted>, ApiError> {
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let data = self.redactor.redact(&self.authority, &events).await?;
        if data.len() != events.len() {
            return Err(ApiError::internal(RedactionIncomplete {
                events: events.len(),
                answers: data.len(),
            }));
        }
        Ok(events.into_iter().zip(data).collect())
    }
}

/// The redactor did not answer for each event: to show the rest would pair events with data of others.
#[derive(Debug, thiserror::Error)]
#[error("the redactor gave {answers} answers for {events} events")]
struct RedactionIncomplete {
    events: usize,
    answers: usize,
}

/// The events that fit into a page, at least one, and whether that leaves some out.
fn within_page_bytes(mut events: Vec<StoredEvent>) -> (Vec<StoredEvent>, bool) {
    let mut bytes = 0;
    let fitting = events
        .iter()
        .take_while(|event| {
            bytes += event.data.len();
            bytes <= PAGE_BYTES
        })
        .count()
        .max(1);
    let is_cut = fitting < events.len();
    events.truncate(fitting);
    (events, is_cut)
}

pub(crate) fn message(event: StoredEvent, previous_position: i64, data: Vec<u8>, epoch: String) -> Event {
    Event {
        position: event.position,
        previous_position,
        event_id: event.event_id.to_string(),
        subject: event.subject,
        occur_time: Some(timestamp(event.occur_time_us)),
        arrangement: event.arrangement.unwrap_or_default(),
        status: event.status.into(),
        data: Some(Any { type_url: format!("type.googleapis.com/{}", event.event_type), value: data }),
        r#type: event.event_type,
        traceparent: event.traceparent.unwrap_or_default(),
        epoch,
        heartbeat: None,
    }
}

/// Microseconds since 1970 UTC as the contract writes them.
pub(crate) fn timestamp(time_us: i64) -> Timestamp {
    let nanos = i32::try_from(time_us.rem_euclid(1_000_000) * 1_000).unwrap_or_default();
    Timestamp { seconds: time_us.div_euclid(1_000_000), nanos }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_before_1970_count_their_nanoseconds_forward() {
        assert_eq!(timestamp(1_500_000), Timestamp { seconds: 1, nanos: 500_000_000 });
        assert_eq!(timestamp(-1), Timestamp { seconds: -1, nanos: 999_999_000 });
    }
}
