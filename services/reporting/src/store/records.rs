//! Looks up records.

use async_trait::async_trait;
use jiff::Timestamp;
use sea_orm::{ConnectionTrait, DbErr};
use seamless_commit::{fault, own_records};
use seamless_decision::Refusal;
use seamless_storage::StorageError;

use super::{Store, facts::statement};
use crate::domain::{
    DomainError,
    model::SituationAccess,
    records::{Record, RecordQuery, RecordReader},
};

impl Store {
    /// Who has records of this kind in this state.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn owners_with(&self, kind: &str, state: i32) -> Result<Vec<String>, DomainError> {
        let connection = self.database.read();
        let sql = "SELECT DISTINCT owner FROM record WHERE kind = $1 AND state = $2";
        let rows = connection.query_all_raw(statement(connection, sql, [kind.into(), state.into()])).await;
        let owners: Result<Vec<String>, DbErr> =
            rows.map_err(fault)?.iter().map(|row| row.try_get_by_index(0)).collect();
        Ok(owners.map_err(fault)?)
    }

    /// Forgets links to the situation page, and who was signed in by them, whose time was over before this instant; gives how many.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn forget_situation_access(&self, before: Timestamp) -> Result<u64, DomainError> {
        // Their order is the end of their time.
        let before = before.as_microsecond();
        let values = move || [SituationAccess::KIND.into(), before.into()];
        let connection = self.database.read();
        let sql = "SELECT name FROM record WHERE kind = $1 AND sort_order < $2 LIMIT 1";
        if connection.query_one_raw(statement(connection, sql, values())).await.map_err(fault)?.is_none() {
            return Ok(0);
        }
        let written = self.database.write(move |tx| {
            Box::pin(async move {
                let sql = "DELETE FROM record WHERE kind = $1 AND sort_order < $2";
                Ok::<_, StorageError>(tx.execute_raw(statement(tx, sql, values())).await?.rows_affected())
            })
        });
        Ok(written.await.map_err(fault)?)
    }
}

#[async_trait]
impl RecordReader<RecordQuery> for Store {
    async fn record_document(&self, kind: &'static str, name: &str) -> Result<Option<String>, Refusal> {
        own_records::named(self.database.read(), kind, name).await
    }

    async fn record_documents(
        &self,
        kind: &'static str,
        query: &RecordQuery,
    ) -> Result<Vec<String>, Refusal> {
        own_records::found(self.database.read(), kind, query).await
    }
}
