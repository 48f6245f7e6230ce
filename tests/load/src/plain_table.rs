//! The baseline of the import: the documents in one table, as plainly as it goes.

use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, Schema, entity::prelude::*};
use seamless_storage::{Database, StorageError};

use crate::Failure;

/// Rows of a statement and transaction.
const ROWS: usize = 500;

/// A document under a key.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "plain_alert")]
pub struct Model {
    /// The key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The document, as JSON.
    #[sea_orm(column_type = "Text")]
    pub document: String,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Makes the table.
///
/// # Errors
/// Those of the database.
pub async fn create(database: &Database) -> Result<(), Failure> {
    let created = database.write(|tx| {
        let create = Schema::new(tx.get_database_backend()).create_table_from_entity(Entity);
        Box::pin(async move { tx.execute(&create).await.map(|_| ()).map_err(StorageError::from) })
    });
    Ok(created.await?)
}

/// Inserts documents by chunks, and says how long it took.
///
/// # Errors
/// Those of the database.
pub async fn insert(database: &Database, documents: Vec<Model>) -> Result<Duration, Failure> {
    let begun = Instant::now();
    for chunk in documents.chunks(ROWS) {
        let rows: Vec<ActiveModel> = chunk.iter().cloned().map(Into::into).collect();
        database
            .write(move |tx| {
                let insert = Entity::insert_many(rows.clone());
                Box::pin(async move {
                    insert.exec_without_returning(tx).await.map(|_| ()).map_err(StorageError::from)
                })
            })
            .await?;
    }
    Ok(begun.elapsed())
}
