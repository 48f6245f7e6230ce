//! Looks up records.

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbErr};
use seamless_commit::{fault, own_records};
use seamless_decision::Refusal;

use super::{Store, facts::statement};
use crate::domain::{
    DomainError,
    records::{RecordQuery, RecordReader},
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
