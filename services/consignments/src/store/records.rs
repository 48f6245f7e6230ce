//! Looks up records.

use async_trait::async_trait;
use seamless_commit::own_records;

use super::Store;
use crate::domain::{
    DomainError,
    records::{RecordQuery, RecordReader},
};

#[async_trait]
impl RecordReader<RecordQuery> for Store {
    async fn record_document(&self, kind: &'static str, name: &str) -> Result<Option<String>, DomainError> {
        own_records::named(self.database.read(), kind, name).await
    }

    async fn record_documents(
        &self,
        kind: &'static str,
        query: &RecordQuery,
    ) -> Result<Vec<String>, DomainError> {
        own_records::found(self.database.read(), kind, query).await
    }
}
