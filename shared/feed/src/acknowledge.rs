//! What readers say that they have stored: the evidence of delivery.

use sea_orm::{ConnectionTrait, DatabaseTransaction, QueryResult, Statement};
use seamless_identity::AuthorityId;
use seamless_storage::StorageError;

use crate::{
    log,
    page::{EVENT_COLUMNS, StoredEvent},
};

/// A reader's statement that everything up to a position is stored with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acknowledgement {
    /// The position.
    pub position: i64,
    /// When it said so, in microseconds since 1970 UTC.
    pub time_us: i64,
}

/// The statement that covers an event, and who made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The statement.
    pub acknowledgement: Acknowledgement,
    /// The principal that made it for the reader, as its credential says; empty for statements from before it was kept.
    pub principal: String,
}

/// What came of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It stands.
    Acknowledged(Acknowledgement),
    /// The reader has acknowledged this later position before.
    Earlier { acknowledged: i64 },
    /// The feed is not that long.
    BeyondHead { head: i64 },
}

impl Acknowledgement {
    fn from_row(row: &QueryResult) -> Result<Self, StorageError> {
        Ok(Self { position: row.try_get_by_index(0)?, time_us: row.try_get_by_index(1)? })
    }
}

/// Takes down a statement, if it goes forward and not beyond the head.
pub(crate) async fn acknowledge(
    tx: &DatabaseTransaction,
    reader: &AuthorityId,
    principal: &str,
    position: i64,
    time_us: i64,
) -> Result<Outcome, StorageError> {
    let head = log::head(tx).await?;
    if position > head {
        return Ok(Outcome::BeyondHead { head });
    }
    let backend = tx.get_database_backend();
    let values = || [reader.as_str().into(), position.into(), time_us.into()];

    // One statement, so that of two calls at the same time the later one sees the earlier.
    let sql = "INSERT INTO feed_acknowledgement (authority, position, time_us) VALUES ($1, $2, $3) \
               ON CONFLICT (authority) DO UPDATE SET position = excluded.position, time_us = excluded.time_us \
               WHERE feed_acknowledgement.position < excluded.position";
    let moved = tx.execute_raw(Statement::from_sql_and_values(backend, sql, values())).await?.rows_affected();
    if moved == 1 {
        let sql = "INSERT INTO feed_acknowledgement_log (authority, position, time_us, principal) \
                   VALUES ($1, $2, $3, $4)";
        let values = values().into_iter().chain([principal.into()]);
        tx.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
        return Ok(Outcome::Acknowledged(Acknowledgement { position, time_us }));
    }
    match last_acknowledged(tx, reader).await? {
        Some(last) if last.position > position => Ok(Outcome::Earlier { acknowledged: last.position }),
        Some(last) => Ok(Outcome::Acknowledged(last)),
        None => Ok(Outcome::Earlier { acknowledged: 0 }),
    }
}

/// How far a reader has said to have stored the feed, 0 if it never said; and keeps it so until the end of the transaction:
/// no statement of the reader's is taken down in between.
///
/// # Errors
/// Whatever the database says.
pub async fn hold(tx: &DatabaseTransaction, reader: &AuthorityId) -> Result<i64, StorageError> {
    let backend = tx.get_database_backend();
    // Also where there is no row yet, writing one makes the reader's first statement wait.
    let sql = "INSERT INTO feed_acknowledgement (authority, position, time_us) VALUES ($1, 0, 0) \
               ON CONFLICT (authority) DO UPDATE SET position = feed_acknowledgement.position \
               RETURNING position";
    let values = || [reader.as_str().into()];
    let row = tx.query_one_raw(Statement::from_sql_and_values(backend, sql, values())).await?;
    let position = match row {
        Some(row) => row.try_get_by_index(0)?,
        None => 0,
    };
    if position == 0 {
        let sql = "DELETE FROM feed_acknowledgement WHERE authority = $1 AND position = 0";
        tx.execute_raw(Statement::from_sql_and_values(backend, sql, values())).await?;
    }
    Ok(position)
}

/// How far a reader has stored the feed; `None` if it never said.
///
/// # Errors
/// Whatever the database says.
pub async fn last_acknowledged(
    connection: &impl ConnectionTrait,
    reader: &AuthorityId,
) -> Result<Option<Acknowledgement>, StorageError> {
    let sql = "SELECT position, time_us FROM feed_acknowledgement WHERE authority = $1";
    let statement =
        Statement::from_sql_and_values(connection.get_database_backend(), sql, [reader.as_str().into()]);
    let row = connection.query_one_raw(statement).await?;
    row.as_ref().map(Acknowledgement::from_row).transpose()
}

/// The evidence that a reader has the event at `position`: its first statement that covers it; `None` if there is none
/// yet.
///
/// # Errors
/// Whatever the database says.
pub async fn evidence_of_delivery(
    connection: &impl ConnectionTrait,
    reader: &AuthorityId,
    position: i64,
) -> Result<Option<Acknowledgement>, StorageError> {
    let sql = "SELECT position, time_us FROM feed_acknowledgement_log \
               WHERE authority = $1 AND position >= $2 ORDER BY position LIMIT 1";
    let values = [reader.as_str().into(), position.into()];
    let statement = Statement::from_sql_and_values(connection.get_database_backend(), sql, values);
    let row = connection.query_one_raw(statement).await?;
    row.as_ref().map(Acknowledgement::from_row).transpose()
}

/// The events of these types after one position, up to and including another, that the reader has a right to, each with
/// its first statement that covers it; ascending, at most `limit`. What no statement covers is left out.
///
/// # Errors
/// Whatever the database says.
pub async fn delivered(
    connection: &impl ConnectionTrait,
    reader: &AuthorityId,
    after: i64,
    up_to: i64,
    event_types: &[String],
    limit: usize,
) -> Result<Vec<(StoredEvent, Delivery)>, StorageError> {
    if event_types.is_empty() {
        return Ok(Vec::new());
    }
    let types: Vec<String> = (5..).take(event_types.len()).map(|number| format!("${number}")).collect();
    let sql = format!(
        "SELECT {EVENT_COLUMNS}, l.position, l.time_us, l.principal FROM feed_entitlement n \
         JOIN feed_event e ON e.position = n.position \
         JOIN feed_acknowledgement_log l ON l.authority = n.authority AND l.position = \
         (SELECT MIN(f.position) FROM feed_acknowledgement_log f \
          WHERE f.authority = n.authority AND f.position >= n.position) \
         WHERE n.authority = $1 AND n.position > $2 AND n.position <= $3 AND e.event_type IN ({}) \
         ORDER BY n.position LIMIT $4",
        types.join(", ")
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values = [reader.as_str().into(), after.into(), up_to.into(), limit.into()];
    let values = values.into_iter().chain(event_types.iter().map(|kind| kind.as_str().into()));
    let statement = Statement::from_sql_and_values(connection.get_database_backend(), sql, values);
    let rows = connection.query_all_raw(statement).await?;
    let delivery = |row: &QueryResult| -> Result<_, sea_orm::DbErr> {
        let at = StoredEvent::COLUMN_COUNT;
        let acknowledgement =
            Acknowledgement { position: row.try_get_by_index(at)?, time_us: row.try_get_by_index(at + 1)? };
        let principal = row.try_get_by_index(at + 2)?;
        Ok((StoredEvent::from_row(row)?, Delivery { acknowledgement, principal }))
    };
    Ok(rows.iter().map(delivery).collect::<Result<_, _>>()?)
}
