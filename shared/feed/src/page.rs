//! Reading the log for one reader, by ranges of the index on (authority, position).
//!
//! Where some types of events are asked for, the entitlements are walked all the same, and events of other types passed over
//! in the index on (position, type): neither are their rows read, which may be large, nor are they redacted. A page looks at
//! [`LOOKED_AT`] entitlements at most; further ones are another page's.

use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use seamless_identity::AuthorityId;
use seamless_storage::StorageError;

use crate::{
    stored_event::{EVENT_COLUMNS, StoredEvent},
    types::Types,
};

/// Entitlements that are looked at for some types.
const LOOKED_AT: i64 = 10_000;

/// What a reader is looked up for.
pub(crate) struct Sought<'a> {
    pub reader: &'a AuthorityId,
    pub types: &'a Types,
}

impl Sought<'_> {
    /// The first `limit` events after one position, up to and including another, that the reader has a right to; ascending.
    pub(crate) async fn after(
        &self,
        connection: &impl ConnectionTrait,
        after: i64,
        up_to: i64,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, StorageError> {
        let condition = "n.position > $2 AND n.position <= $3 AND e.position > $2 AND e.position <= $3";
        let values = vec![self.reader.as_str().into(), after.into(), up_to.into()];
        self.events(connection, condition, "ASC", values, limit).await
    }

    /// The last `limit` events up to and including a position that the reader has a right to; descending.
    pub(crate) async fn up_to(
        &self,
        connection: &impl ConnectionTrait,
        up_to: i64,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, StorageError> {
        let values = vec![self.reader.as_str().into(), up_to.into()];
        self.events(connection, "n.position <= $2 AND e.position <= $2", "DESC", values, limit).await
    }

    async fn events(
        &self,
        connection: &impl ConnectionTrait,
        condition: &str,
        order: &str,
        mut values: Vec<Value>,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, StorageError> {
        let mut of_types = String::new();
        if !self.types.are_all() {
            let first = values.len() + 1;
            values.extend(self.types.names().iter().map(|name| Value::from(*name)));
            let places: Vec<String> = (first..=values.len()).map(|place| format!("${place}")).collect();
            of_types = format!(" AND e.event_type IN ({})", places.join(", "));
        }
        values.push(i64::try_from(limit).unwrap_or(i64::MAX).into());
        let sql = format!(
            "SELECT {EVENT_COLUMNS} FROM feed_entitlement n JOIN feed_event e ON e.position = n.position \
             WHERE n.authority = $1 AND {condition}{of_types} ORDER BY n.position {order} LIMIT ${}",
            values.len()
        );
        let statement = Statement::from_sql_and_values(connection.get_database_backend(), sql, values);
        let rows = connection.query_all_raw(statement).await?;
        Ok(rows.iter().map(StoredEvent::from_row).collect::<Result<_, DbErr>>()?)
    }

    /// Up to where one page looks that begins after one position and may go up to another.
    pub(crate) async fn end_of_look(
        &self,
        connection: &impl ConnectionTrait,
        after: i64,
        up_to: i64,
    ) -> Result<i64, StorageError> {
        if self.types.are_all() {
            return Ok(up_to);
        }
        let sql = "SELECT position FROM feed_entitlement WHERE authority = $1 AND position > $2 AND position <= $3 \
                   ORDER BY position LIMIT 1 OFFSET $4";
        let values = [self.reader.as_str().into(), after.into(), up_to.into(), (LOOKED_AT - 1).into()];
        let statement = Statement::from_sql_and_values(connection.get_database_backend(), sql, values);
        match connection.query_one_raw(statement).await? {
            Some(row) => Ok(row.try_get_by_index(0)?),
            None => Ok(up_to),
        }
    }
}
