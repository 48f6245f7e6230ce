//! An event as the log holds it, and how it is read from there.

use sea_orm::{DbErr, QueryResult};
use uuid::Uuid;

/// The columns of a [`StoredEvent`], of the table `feed_event e`, in the order in which it reads them.
pub(crate) const EVENT_COLUMNS: &str = "e.position, e.event_id, e.event_type, e.subject, e.occur_time_us, \
                                        e.arrangement, e.status, e.data, e.traceparent";

/// An event as the log holds it: whole, before redaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its place in the feed.
    pub position: i64,
    /// Unique over all services.
    pub event_id: Uuid,
    /// The full name of the message in `data`.
    pub event_type: String,
    /// The resource that it happened to.
    pub subject: String,
    /// When it happened, in microseconds since 1970 UTC.
    pub occur_time_us: i64,
    /// The arrangement under which it concerns its readers.
    pub arrangement: Option<String>,
    /// The number of its `seamless.feed.v1.EventStatus`.
    pub status: i16,
    /// The event's own message, encoded.
    pub data: Vec<u8>,
    /// W3C trace context of the call that caused it.
    pub traceparent: Option<String>,
}

impl StoredEvent {
    /// The number of [`EVENT_COLUMNS`].
    pub(crate) const COLUMN_COUNT: usize = 9;

    pub(crate) fn from_row(row: &QueryResult) -> Result<Self, DbErr> {
        Ok(Self {
            position: row.try_get_by_index(0)?,
            event_id: row.try_get_by_index(1)?,
            event_type: row.try_get_by_index(2)?,
            subject: row.try_get_by_index(3)?,
            occur_time_us: row.try_get_by_index(4)?,
            arrangement: row.try_get_by_index(5)?,
            status: row.try_get_by_index(6)?,
            data: row.try_get_by_index(7)?,
            traceparent: row.try_get_by_index(8)?,
        })
    }
}
