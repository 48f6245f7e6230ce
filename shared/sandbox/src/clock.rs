//! Where it is written down.

use jiff::SignedDuration;
use sea_orm::{ConnectionTrait, DatabaseTransaction, Statement};
use seamless_storage::{Database, StorageError};

/// How far the clock of the sandbox is ahead of real time.
///
/// # Errors
/// Those of the database.
pub async fn ahead(database: &Database) -> Result<SignedDuration, StorageError> {
    let connection = database.read();
    let sql = "SELECT ahead_us FROM sandbox_clock WHERE id = 1";
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let row = connection.query_one_raw(statement).await?;
    let ahead: Option<i64> = row.map(|row| row.try_get_by_index(0)).transpose()?;
    Ok(SignedDuration::from_micros(ahead.unwrap_or_default()))
}

/// Notes that the clock is at least so far ahead, in the transaction of the event that tells it.
pub(crate) async fn move_clock(tx: &DatabaseTransaction, ahead: SignedDuration) -> Result<(), StorageError> {
    let sql = "INSERT INTO sandbox_clock (id, ahead_us) VALUES (1, $1) ON CONFLICT (id) \
               DO UPDATE SET ahead_us = excluded.ahead_us WHERE sandbox_clock.ahead_us < excluded.ahead_us";
    let ahead = i64::try_from(ahead.as_micros()).unwrap_or(i64::MAX);
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, [ahead.into()])).await?;
    Ok(())
}
