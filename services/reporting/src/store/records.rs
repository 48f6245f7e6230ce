//! Looks up records.

use async_trait::async_trait;
use seamless_commit::own_records;
use seamless_decision::Refusal;

use super::Store;
use crate::domain::records::{RecordQuery, RecordReader};

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
