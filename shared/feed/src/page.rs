//! Reading the log for one reader, by ranges of the index on (authority, position).

use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement};
use seamless_identity::AuthorityId;
use seamless_storage::StorageError;
use uuid::Uuid;

use crate::chain::Entry;

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

    pub(crate) fn entry(&self) -> Entry<'_> {
        Entry {
            position: self.position,
            event_id: self.event_id,
            event_type: &self.event_type,
            subject: &self.subject,
            occur_time_us: self.occur_time_us,
            arrangement: self.arrangement.as_deref(),
            status: self.status,
            data: &self.data,
            traceparent: self.traceparent.as_deref(),
        }
    }
}

/// The first `limit` events after one position, up to and including another, that the reader has a right to; ascending.
pub(crate) async fn entitled_after(
    connection: &impl ConnectionTrait,
    reader: &AuthorityId,
    after: i64,
    up_to: i64,
    limit: usize,
) -> Result<Vec<StoredEvent>, StorageError> {
    let sql = format!(
        "SELECT {EVENT_COLUMNS} FROM feed_entitlement n JOIN feed_event e ON e.position = n.position \
         WHERE n.authority = $1 AND n.position > $2 AND n.position <= $3 ORDER BY n.position LIMIT $4"
    );
    let values = [reader.as_str().into(), after.into(), up_to.into(), limit_value(limit).into()];
    query(connection, sql, values).await
}

/// The last `limit` events up to and including a position that the reader has a right to; descending.
pub(crate) async fn entitled_up_to(
    connection: &impl ConnectionTrait,
    reader: &AuthorityId,
    up_to: i64,
    limit: usize,
) -> Result<Vec<StoredEvent>, StorageError> {
    let sql = format!(
        "SELECT {EVENT_COLUMNS} FROM feed_entitlement n JOIN feed_event e ON e.position = n.position \
         WHERE n.authority = $1 AND n.position <= $2 ORDER BY n.position DESC LIMIT $3"
    );
    query(connection, sql, [reader.as_str().into(), up_to.into(), limit_value(limit).into()]).await
}

async fn query<const N: usize>(
    connection: &impl ConnectionTrait,
    sql: String,
    values: [sea_orm::Value; N],
) -> Result<Vec<StoredEvent>, StorageError> {
    let statement = Statement::from_sql_and_values(connection.get_database_backend(), sql, values);
    let rows = connection.query_all_raw(statement).await?;
    Ok(rows.iter().map(StoredEvent::from_row).collect::<Result<_, DbErr>>()?)
}

fn limit_value(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
