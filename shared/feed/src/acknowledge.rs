//! What readers say that they have stored: the evidence of delivery.

use sea_orm::{ConnectionTrait, DatabaseTransaction, QueryResult, Statement};
use seamless_identity::AuthorityId;
use seamless_storage::StorageError;

use crate::log;

/// A reader's statement that everything up to a position is stored with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acknowledgement {
    /// The position.
    pub position: i64,
    /// When it said so, in microseconds since 1970 UTC.
    pub time_us: i64,
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
        let sql = "INSERT INTO feed_acknowledgement_log (authority, position, time_us) VALUES ($1, $2, $3)";
        tx.execute_raw(Statement::from_sql_and_values(backend, sql, values())).await?;
        return Ok(Outcome::Acknowledged(Acknowledgement { position, time_us }));
    }
    match last_acknowledged(tx, reader).await? {
        Some(last) if last.position > position => Ok(Outcome::Earlier { acknowledged: last.position }),
        Some(last) => Ok(Outcome::Acknowledged(last)),
        None => Ok(Outcome::Earlier { acknowledged: 0 }),
    }
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
