//! How far the clock of the sandbox is ahead of real time, as the feed that is followed told it.
//!
//! Invariant: it only grows, also where that service went back to a backup: what was decided at a time is not followed by a
//! decision of before.

use jiff::SignedDuration;
use sea_orm::{ConnectionTrait, DatabaseTransaction, Statement};
use seamless_storage::StorageError;

use super::{Store, fault};
use crate::domain::DomainError;

/// Notes that the clock is at least so far ahead, in the transaction of the event that tells it.
///
/// # Errors
/// Those of the database.
pub async fn move_clock(tx: &DatabaseTransaction, ahead: SignedDuration) -> Result<(), StorageError> {
    let sql = "INSERT INTO sandbox_clock (id, ahead_us) VALUES (1, $1) ON CONFLICT (id) \
               DO UPDATE SET ahead_us = excluded.ahead_us WHERE sandbox_clock.ahead_us < excluded.ahead_us";
    let ahead = i64::try_from(ahead.as_micros()).unwrap_or(i64::MAX);
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, [ahead.into()])).await?;
    Ok(())
}

impl Store {
    /// How far the clock of the sandbox is ahead of real time.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sandbox_ahead(&self) -> Result<SignedDuration, DomainError> {
        let connection = self.database.read();
        let sql = "SELECT ahead_us FROM sandbox_clock WHERE id = 1";
        let statement = Statement::from_string(connection.get_database_backend(), sql);
        let row = connection.query_one_raw(statement).await.map_err(fault)?;
        let ahead: Option<i64> = row.map(|row| row.try_get_by_index(0)).transpose().map_err(fault)?;
        Ok(SignedDuration::from_micros(ahead.unwrap_or_default()))
    }
}
