//! Where it keeps what it decided: the table of records, the same on both databases.

use std::sync::Arc;

use async_trait::async_trait;
use sea_orm_migration::prelude::*;
use seamless_commit::{Answer, RecordRows, own_records};
use seamless_decision::{Place, RecordQuery, RecordReader, Refusal, StoredRecord, Write};
use seamless_feed::{FeedSignal, NewEvent};
use seamless_storage::Database;

/// Its database, and what wakes those who follow its feed.
#[derive(Clone)]
pub struct Store {
    pub database: Database,
    pub signal: FeedSignal,
}

impl Store {
    /// Writes a decision.
    pub async fn commit(
        &self,
        records: Vec<Write<StoredRecord<Place>>>,
        events: Vec<NewEvent>,
        answer: Option<Answer>,
    ) -> Result<(), Refusal> {
        let rows = Arc::new(RecordRows::<own_records::Entity>::of(records, own_records::row));
        seamless_commit::commit(&self.database, &self.signal, rows, events, answer).await
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

/// What makes the tables.
pub struct Migrator;

#[async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut all = seamless_feed::migration::migrations();
        all.push(Box::new(seamless_storage::requests::Migration));
        all.push(Box::new(seamless_storage::proof::Migration));
        all.push(Box::new(own_records::Migration));
        all
    }
}
