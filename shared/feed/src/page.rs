//! Reading the log for one reader, by ranges of the index on (authority, position).

use sea_orm::{ConnectionTrait, DbErr, Statement};
use seamless_identity::AuthorityId;
use seamless_storage::StorageError;

use crate::stored_event::{EVENT_COLUMNS, StoredEvent};

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
