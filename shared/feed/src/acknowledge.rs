//! What readers say that they have stored: the evidence of delivery.
//!
//! Invariant: a statement counts only for events of the history that it was made on. It is of the epoch that it names; what
//! names none is of the first, since of a restored feed nobody knows which history its maker has read.

use sea_orm::{ConnectionTrait, DatabaseTransaction, QueryResult, Statement, Value};
use seamless_identity::AuthorityId;
use seamless_storage::StorageError;

use crate::{
    epoch::{self, Epoch, Head},
    lost::Followed,
    stored_event::{EVENT_COLUMNS, StoredEvent},
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
    /// The feed is of another epoch than the reader names, or not that long.
    Elsewhere(Head),
}

impl Acknowledgement {
    fn from_row(row: &QueryResult) -> Result<Self, StorageError> {
        Ok(Self { position: row.try_get_by_index(0)?, time_us: row.try_get_by_index(1)? })
    }
}

/// Takes down a statement, if it goes forward, not beyond the head, and is of the epoch of now or names none.
pub(crate) async fn acknowledge(
    tx: &DatabaseTransaction,
    reader: &AuthorityId,
    principal: &str,
    followed: Followed,
    position: i64,
    time_us: i64,
) -> Result<Outcome, StorageError> {
    let head = epoch::head(tx).await?;
    let epoch = match followed {
        Followed::Unnamed => None,
        Followed::Named(id) if id == head.epoch.id => Some(head.epoch),
        Followed::Named(_) => return Ok(Outcome::Elsewhere(head)),
    };
    if position > head.position {
        return Ok(Outcome::Elsewhere(head));
    }
    let backend = tx.get_database_backend();
    let counted = counted(tx, epoch, position).await?;
    let number: Value = epoch.map(|epoch| epoch.number).into();

    // One statement, so that of two calls at the same time the later one sees the earlier. Who says of a position again
    // what it said without an epoch says more.
    let sql = "INSERT INTO feed_acknowledgement (authority, position, time_us, epoch_number, counted_position) \
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT (authority) DO UPDATE SET position = excluded.position, \
               time_us = excluded.time_us, epoch_number = excluded.epoch_number, counted_position = CASE \
               WHEN feed_acknowledgement.counted_position > excluded.counted_position \
               THEN feed_acknowledgement.counted_position ELSE excluded.counted_position END \
               WHERE feed_acknowledgement.position < excluded.position \
               OR (feed_acknowledgement.position = excluded.position \
               AND COALESCE(feed_acknowledgement.counted_position, feed_acknowledgement.position) \
               < excluded.counted_position)";
    let values = [reader.as_str().into(), position.into(), time_us.into(), number.clone(), counted.into()];
    let moved = tx.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?.rows_affected();
    if moved == 1 {
        let sql = "INSERT INTO feed_acknowledgement_log (authority, position, time_us, principal, epoch_number) \
                   VALUES ($1, $2, $3, $4, $5) ON CONFLICT (authority, position) DO UPDATE SET \
                   time_us = excluded.time_us, principal = excluded.principal, \
                   epoch_number = excluded.epoch_number";
        let values = [reader.as_str().into(), position.into(), time_us.into(), principal.into(), number];
        tx.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
        return Ok(Outcome::Acknowledged(Acknowledgement { position, time_us }));
    }
    match last_acknowledged(tx, reader).await? {
        Some(last) if last.position > position => Ok(Outcome::Earlier { acknowledged: last.position }),
        Some(last) => Ok(Outcome::Acknowledged(last)),
        None => Ok(Outcome::Earlier { acknowledged: 0 }),
    }
}

/// Up to where a statement counts that was made on an epoch; on the first, if it names none.
async fn counted(
    connection: &impl ConnectionTrait,
    epoch: Option<Epoch>,
    position: i64,
) -> Result<i64, StorageError> {
    let number = epoch.map_or(1, |epoch| epoch.number);
    let limit = epoch::counts_up_to(connection, number).await?;
    Ok(limit.map_or(position, |limit| limit.min(position)))
}

/// Up to where each reader's statements count as evidence, of all readers or of one; by reader.
///
/// # Errors
/// Whatever the database says.
pub async fn counted_positions(
    connection: &impl ConnectionTrait,
    reader: Option<&AuthorityId>,
) -> Result<Vec<(String, i64)>, StorageError> {
    let sql = "SELECT a.authority, a.position, COALESCE(a.counted_position, 0), (SELECT MIN(e.common_position) \
               FROM feed_epoch e WHERE e.number > COALESCE(a.epoch_number, 1)) FROM feed_acknowledgement a";
    let backend = connection.get_database_backend();
    let statement = match reader {
        None => Statement::from_string(backend, format!("{sql} ORDER BY a.authority")),
        Some(reader) => {
            let sql = format!("{sql} WHERE a.authority = $1");
            Statement::from_sql_and_values(backend, sql, [reader.as_str().into()])
        }
    };
    let rows = connection.query_all_raw(statement).await?;
    let counted = |row: &QueryResult| -> Result<_, sea_orm::DbErr> {
        let (position, earlier): (i64, i64) = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let limit: Option<i64> = row.try_get_by_index(3)?;
        Ok((row.try_get_by_index(0)?, limit.map_or(position, |limit| limit.min(position)).max(earlier)))
    };
    Ok(rows.iter().map(counted).collect::<Result<_, _>>()?)
}

/// Up to where a reader's statements count, 0 if it never said anything; and keeps it so until the end of the
/// transaction: no statement of the reader's is taken down in between.
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
    let position: i64 = match row {
        Some(row) => row.try_get_by_index(0)?,
        None => 0,
    };
    if position == 0 {
        let sql = "DELETE FROM feed_acknowledgement WHERE authority = $1 AND position = 0";
        tx.execute_raw(Statement::from_sql_and_values(backend, sql, values())).await?;
        return Ok(0);
    }
    let counted = counted_positions(tx, Some(reader)).await?;
    Ok(counted.first().map_or(0, |(_, position)| *position))
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

/// The condition that a statement `f` was made on a history that has the event at `position`.
fn counts_for(position: &str) -> String {
    format!(
        "NOT EXISTS (SELECT 1 FROM feed_epoch x WHERE x.number > COALESCE(f.epoch_number, 1) \
         AND x.common_position < {position})"
    )
}

/// The evidence that a reader has the event at `position`: its first statement that covers it, on
/// the history that the event is of; `None` if there is none yet.
///
/// # Errors
/// Whatever the database says.
pub async fn evidence_of_delivery(
    connection: &impl ConnectionTrait,
    reader: &AuthorityId,
    position: i64,
) -> Result<Option<Acknowledgement>, StorageError> {
    let sql = format!(
        "SELECT position, time_us FROM feed_acknowledgement_log f \
         WHERE f.authority = $1 AND f.position >= $2 AND {} ORDER BY position LIMIT 1",
        counts_for("$2")
    );
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
          WHERE f.authority = n.authority AND f.position >= n.position AND {}) \
         WHERE n.authority = $1 AND n.position > $2 AND n.position <= $3 AND e.event_type IN ({}) \
         ORDER BY n.position LIMIT $4",
        counts_for("n.position"),
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
