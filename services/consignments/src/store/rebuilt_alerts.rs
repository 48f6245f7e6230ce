//! Alerts built anew, after the service that tells them was restored from a backup.
//!
//! Invariant: what stands is replaced in one transaction, which also writes down what was lost: alerts in force here that
//! the restored service does not have, or has only as they were before. They are told of until they are told again.

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, Statement};
use seamless_storage::StorageError;

use seamless_commit::ROWS_A_STATEMENT;

use super::{Store, alerts::AlertChange, fault};
use crate::domain::DomainError;

/// Lost alerts that are named in the log.
const NAMED: usize = 20;

/// Forgets what was built anew so far.
///
/// # Errors
/// Those of the database.
pub async fn clear_rebuilt(tx: &DatabaseTransaction) -> Result<(), StorageError> {
    tx.execute_unprepared("DELETE FROM alert_rebuilt").await?;
    Ok(())
}

/// Puts what was built anew in the place of what stands.
///
/// # Errors
/// Those of the database.
pub async fn replace_alerts(tx: &DatabaseTransaction) -> Result<(), StorageError> {
    let lost = "SELECT a.name, a.document FROM alert a LEFT JOIN alert_rebuilt r \
                ON r.name = a.name AND r.active = a.active AND r.document = a.document \
                WHERE a.active AND r.name IS NULL";
    let rows = tx.query_all_raw(Statement::from_string(tx.get_database_backend(), lost)).await?;
    if !rows.is_empty() {
        let names = rows.iter().take(NAMED).map(|row| row.try_get_by_index::<String>(0));
        let names: Vec<String> = names.collect::<Result<_, DbErr>>()?;
        tracing::error!(
            lost = rows.len(),
            ?names,
            "alerts are matched no more as they were: the restored service does not have them so"
        );
    }
    for sql in [
        "DELETE FROM alert_lost WHERE name IN (SELECT name FROM alert_rebuilt)",
        &format!("INSERT INTO alert_lost (name, document) {lost} ON CONFLICT (name) DO NOTHING"),
        "DELETE FROM alert",
        "INSERT INTO alert (name, position, active, document) \
         SELECT name, position, active, document FROM alert_rebuilt",
        "DELETE FROM alert_rebuilt",
    ] {
        tx.execute_unprepared(sql).await?;
    }
    Ok(())
}

/// Notes that alerts were told again, as they are now: they are lost no more.
///
/// # Errors
/// Those of the database.
pub async fn find_again(tx: &DatabaseTransaction, changes: &[AlertChange]) -> Result<(), StorageError> {
    for chunk in changes.chunks(ROWS_A_STATEMENT) {
        let places: Vec<String> = (1..=chunk.len()).map(|number| format!("${number}")).collect();
        let sql = format!("DELETE FROM alert_lost WHERE name IN ({})", places.join(", "));
        let names = chunk.iter().map(|change| change.name.as_str().into());
        tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, names)).await?;
    }
    Ok(())
}

impl Store {
    /// How many alerts were lost by a restore of their service, and not told again.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn alerts_lost(&self) -> Result<u64, DomainError> {
        let connection = self.database.read();
        let sql = "SELECT COUNT(*) FROM alert_lost";
        let statement = Statement::from_string(connection.get_database_backend(), sql);
        let row = connection.query_one_raw(statement).await.map_err(fault)?;
        let count: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0)).map_err(fault)?;
        Ok(u64::try_from(count).unwrap_or_default())
    }
}
