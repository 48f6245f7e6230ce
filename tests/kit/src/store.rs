//! Where it keeps what it decided: one table, the same on both databases.

use std::sync::Arc;

use async_trait::async_trait;
use sea_orm::{ColumnTrait, Condition, DatabaseTransaction, Set, entity::prelude::*};
use sea_orm_migration::{prelude::*, schema::*};
use seamless_commit::{CommitError, RecordTable, Rows, document, documents, fault, insert, update};
use seamless_decision::{RecordReader, Refusal, StoredRecord, Write};
use seamless_storage::Database;

use crate::domain::{Place, Query};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "opinion")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub kind: String,
    pub notification: Uuid,
    pub state: i32,
    pub sort_order: i64,
    pub revision: i64,
    #[sea_orm(column_type = "Text")]
    pub document: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

impl RecordTable for Entity {
    const KIND: Column = Column::Kind;
    const NAME: Column = Column::Name;
    const STATE: Column = Column::State;
    const ORDER: Column = Column::SortOrder;
    const DOCUMENT: Column = Column::Document;
}

/// Its database.
#[derive(Clone)]
pub struct Store(pub Database);

#[async_trait]
impl RecordReader<Query> for Store {
    async fn record_document(&self, kind: &'static str, name: &str) -> Result<Option<String>, Refusal> {
        document::<Entity>(self.0.read(), kind, name).await.map_err(fault)
    }

    async fn record_documents(&self, kind: &'static str, query: &Query) -> Result<Vec<String>, Refusal> {
        let of = Condition::all().add_option(query.notification.map(|id| Column::Notification.eq(id)));
        documents::<Entity>(self.0.read(), kind, of, &query.page).await.map_err(fault)
    }
}

/// The rows of a decision.
pub struct Changed(pub Vec<Write<StoredRecord<Place>>>);

#[async_trait]
impl Rows for Changed {
    async fn write(&self, tx: &DatabaseTransaction) -> Result<(), CommitError> {
        for Write { record, is_new } in &self.0 {
            let row = ActiveModel {
                name: Set(record.name.clone()),
                kind: Set(record.kind.to_owned()),
                notification: Set(record.place.notification),
                state: Set(record.place.state),
                sort_order: Set(record.place.order),
                revision: Set(record.revision),
                document: Set(record.document.clone()),
            };
            match is_new {
                true => insert(tx, &[row]).await?,
                false => {
                    let key = Column::Name.eq(record.name.as_str());
                    update(tx, &row, key, Column::Revision, record.revision).await?;
                }
            }
        }
        Ok(())
    }
}

/// The rows, to be written as often as the transaction is tried.
pub fn rows(records: Vec<Write<StoredRecord<Place>>>) -> Arc<dyn Rows> {
    Arc::new(Changed(records))
}

/// What makes the table.
pub struct Migrator;

#[async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut all: Vec<Box<dyn MigrationTrait>> = vec![Box::new(seamless_storage::requests::Migration)];
        all.extend(seamless_feed::migration::migrations());
        all.extend([Box::new(seamless_storage::proof::Migration) as _, Box::new(CreateOpinion) as _]);
        all
    }
}

#[derive(DeriveMigrationName)]
struct CreateOpinion;

#[async_trait]
impl MigrationTrait for CreateOpinion {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [string("name").primary_key().take(), string("kind"), uuid("notification")];
        let rest = [integer("state"), big_integer("sort_order"), big_integer("revision"), text("document")];
        let mut table = Table::create();
        table.table("opinion");
        columns.into_iter().chain(rest).for_each(|column| {
            table.col(column);
        });
        manager.create_table(table).await
    }
}
