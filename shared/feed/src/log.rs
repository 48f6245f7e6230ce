//! Writing the log.
//!
//! Invariant: an append takes the next positions and extends the chain under the lock of the head row, which is held
//! until the transaction ends. So positions are gap-free and in the order of commits, and whoever sees one committed
//! sees all before it.

use std::collections::BTreeSet;

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExprTrait, Statement, Value,
    sea_query::{Expr, Order, Query},
};
use seamless_identity::{ArrangementId, AuthorityId};
use seamless_proto::seamless::feed::v1::EventStatus;
use seamless_storage::{StorageError, insert_rows};
use uuid::Uuid;

use crate::{
    chain::{ChainDigest, Entry},
    tables::FeedEvent,
};

/// Of an event, in the order in which it gives its values.
const EVENT_COLUMNS: [&str; 10] = [
    "position",
    "event_id",
    "event_type",
    "subject",
    "occur_time_us",
    "arrangement",
    "status",
    "data",
    "traceparent",
    "chain_digest",
];

/// An event to be appended.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// Unique over all services.
    pub event_id: Uuid,
    /// The full name of the message in `data`: `seamless.notifications.v1.NotificationTransmitted`.
    pub event_type: String,
    /// The resource that it happened to: `notifications/0199…`.
    pub subject: String,
    /// When it happened, in microseconds since 1970 UTC.
    pub occur_time_us: i64,
    /// The arrangement under which it concerns its readers; none within one jurisdiction.
    pub arrangement: Option<ArrangementId>,
    /// Whether it is meant.
    pub status: EventStatus,
    /// The event's own message, encoded, with everything that anybody may see.
    pub data: Vec<u8>,
    /// W3C trace context of the call that caused it.
    pub traceparent: Option<String>,
    /// Who is entitled to see it. An event without readers is kept all the same.
    pub readers: Vec<AuthorityId>,
}

impl NewEvent {
    fn entry(&self, position: i64) -> Entry<'_> {
        Entry {
            position,
            event_id: self.event_id,
            event_type: &self.event_type,
            subject: &self.subject,
            occur_time_us: self.occur_time_us,
            arrangement: self.arrangement.as_ref().map(ArrangementId::as_str),
            status: self.status as i16,
            data: &self.data,
            traceparent: self.traceparent.as_deref(),
        }
    }
}

/// Appends events in the caller's transaction and gives their positions, in the same order.
///
/// Call it last in the transaction: from here to the end no other transaction can append. After the commit call
/// [`crate::FeedSignal::committed`] with the last position.
///
/// # Errors
/// Whatever the database says; the transaction must then be rolled back.
pub async fn append(tx: &DatabaseTransaction, events: &[NewEvent]) -> Result<Vec<i64>, StorageError> {
    let Ok(count) = i64::try_from(events.len()) else {
        return Err(DbErr::Custom("more events than positions".to_owned()).into());
    };
    if count == 0 {
        return Ok(Vec::new());
    }
    let (last, mut digest) = take_positions(tx, count).await?;
    let positions: Vec<i64> = (last - count + 1..=last).collect();

    let rows = positions.iter().zip(events).map(|(position, event)| {
        let entry = event.entry(*position);
        digest = digest.extended_by(&entry);
        let values: [Value; EVENT_COLUMNS.len()] = [
            entry.position.into(),
            entry.event_id.into(),
            entry.event_type.into(),
            entry.subject.into(),
            entry.occur_time_us.into(),
            entry.arrangement.map(str::to_owned).into(),
            entry.status.into(),
            entry.data.into(),
            entry.traceparent.map(str::to_owned).into(),
            digest.to_vec().into(),
        ];
        values
    });
    insert_rows(tx, "feed_event", EVENT_COLUMNS, rows).await?;

    let entitlements: Vec<(&AuthorityId, i64)> = positions
        .iter()
        .zip(events)
        .flat_map(|(position, event)| {
            let readers: BTreeSet<&AuthorityId> = event.readers.iter().collect();
            readers.into_iter().map(|reader| (reader, *position))
        })
        .collect();
    let rows = entitlements.into_iter().map(|(reader, position)| [reader.as_str().into(), position.into()]);
    insert_rows(tx, "feed_entitlement", ["authority", "position"], rows).await?;

    let sql = "UPDATE feed_head SET chain_digest = $1 WHERE id = 1";
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, [digest.to_vec().into()]))
        .await?;
    Ok(positions)
}

/// Locks the head and moves it `count` further; gives the new head and the chain digest of the old one.
async fn take_positions(tx: &DatabaseTransaction, count: i64) -> Result<(i64, ChainDigest), StorageError> {
    let sql = "UPDATE feed_head SET position = position + $1 WHERE id = 1 RETURNING position, chain_digest";
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, [count.into()]);
    let row = tx.query_one_raw(statement).await?.ok_or_else(headless)?;
    Ok((row.try_get_by_index(0)?, ChainDigest::from_stored(row.try_get_by_index(1)?)))
}

/// Takes from an authority the right to see the events of a subject, old ones included, and says how many they were.
///
/// What is left of its feed counts on without them. Tell it of the loss by an event that it may see.
///
/// # Errors
/// Whatever the database says.
pub async fn revoke(
    tx: &DatabaseTransaction,
    authority: &AuthorityId,
    subject: &str,
) -> Result<u64, StorageError> {
    let sql = "DELETE FROM feed_entitlement WHERE authority = $1 \
               AND position IN (SELECT position FROM feed_event WHERE subject = $2)";
    let values = [authority.as_str().into(), subject.into()];
    let result =
        tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    Ok(result.rows_affected())
}

/// Takes from an authority the right to see the events of a subject and of everything below it (`notifications/1` and
/// `notifications/1/…`), old ones included, and says how many they were.
///
/// As [`revoke`] otherwise. An event that another transaction adds at the same time may keep its right: redaction decides
/// on those.
///
/// # Errors
/// Whatever the database says.
pub async fn revoke_below(
    tx: &DatabaseTransaction,
    authority: &AuthorityId,
    subject: &str,
) -> Result<u64, StorageError> {
    let backend = tx.get_database_backend();
    // Subjects compare byte by byte, so that what begins alike stands together: SQLite's order by default, and on
    // PostgreSQL that of the index `feed_event_subject_bytes`. After the slash comes 0.
    let bytes = if backend == DbBackend::Postgres { "subject COLLATE \"C\"" } else { "subject" };
    let sql = format!(
        "DELETE FROM feed_entitlement WHERE authority = $1 AND position IN \
         (SELECT position FROM feed_event WHERE {bytes} = $2 \
         UNION SELECT position FROM feed_event WHERE {bytes} >= $3 AND {bytes} < $4)"
    );
    let (from, to) = (format!("{subject}/"), format!("{subject}0"));
    let values = [authority.as_str().into(), subject.into(), from.into(), to.into()];
    let result = tx.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    Ok(result.rows_affected())
}

/// The position of the last event of one of these types about a subject, under an arrangement and not after an instant
/// (microseconds since 1970 UTC); `None` if there is none.
///
/// # Errors
/// Whatever the database says.
pub async fn last_about(
    connection: &impl ConnectionTrait,
    subject: &str,
    types: &[String],
    arrangement: &ArrangementId,
    until_us: i64,
) -> Result<Option<i64>, StorageError> {
    let last = Query::select()
        .expr(Expr::col(FeedEvent::Position).max())
        .from(FeedEvent::Table)
        .and_where(Expr::col(FeedEvent::Subject).eq(subject))
        .and_where(Expr::col(FeedEvent::EventType).is_in(types.iter().map(String::as_str)))
        .and_where(Expr::col(FeedEvent::Arrangement).eq(arrangement.as_str()))
        .and_where(Expr::col(FeedEvent::OccurTimeUs).lte(until_us))
        .to_owned();
    match connection.query_one(&last).await? {
        Some(row) => Ok(row.try_get_by_index(0)?),
        None => Ok(None),
    }
}

/// The position of the last committed event; 0 if there is none.
///
/// # Errors
/// Whatever the database says.
pub async fn head(connection: &impl ConnectionTrait) -> Result<i64, StorageError> {
    let sql = "SELECT position FROM feed_head WHERE id = 1";
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let row = connection.query_one_raw(statement).await?.ok_or_else(headless)?;
    Ok(row.try_get_by_index(0)?)
}

/// What happened after one position and up to another: the subject of each event with its position, at most `limit`, in the
/// order of positions.
///
/// # Errors
/// Whatever the database says.
pub async fn subjects(
    connection: &impl ConnectionTrait,
    after: i64,
    until: i64,
    limit: u64,
) -> Result<Vec<(i64, String)>, StorageError> {
    let mut select = Query::select();
    select
        .columns([FeedEvent::Position, FeedEvent::Subject])
        .from(FeedEvent::Table)
        .and_where(Expr::col(FeedEvent::Position).gt(after))
        .and_where(Expr::col(FeedEvent::Position).lte(until))
        .order_by(FeedEvent::Position, Order::Asc)
        .limit(limit);
    let rows = connection.query_all(&select).await?;
    let subjects = rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)));
    Ok(subjects.collect::<Result<_, DbErr>>()?)
}

/// As [`subjects`], of the events of one type: others are passed over in an index, without a look at what they say.
///
/// # Errors
/// Whatever the database says.
pub async fn subjects_of(
    connection: &impl ConnectionTrait,
    event_type: &str,
    after: i64,
    until: i64,
    limit: u64,
) -> Result<Vec<(i64, String)>, StorageError> {
    let sql = "SELECT position, subject FROM feed_event WHERE position IN \
               (SELECT position FROM feed_event WHERE position > $1 AND position <= $2 AND event_type = $3 \
               ORDER BY position LIMIT $4) ORDER BY position";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values = [after.into(), until.into(), event_type.into(), limit.into()];
    let statement = Statement::from_sql_and_values(connection.get_database_backend(), sql, values);
    let rows = connection.query_all_raw(statement).await?;
    let subjects = rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)));
    Ok(subjects.collect::<Result<_, DbErr>>()?)
}

fn headless() -> DbErr {
    DbErr::RecordNotFound("the head of the feed".to_owned())
}
