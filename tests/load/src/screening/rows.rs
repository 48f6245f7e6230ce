//! The baseline of the writing: the rows that the service wrote, into the same table elsewhere, as plainly as it goes.

use std::time::{Duration, Instant};

use sea_orm::{EntityTrait, QueryOrder, QuerySelect};
use seamless_consignments::store::entities::screening::{self, Column, Entity};
use seamless_storage::{Database, StorageError};

use crate::Failure;

/// Rows of a statement, and of a transaction.
const A_STATEMENT: usize = 500;
const TOGETHER: usize = 10_000;

/// The last screenings of the service's database.
///
/// # Errors
/// Those of the database.
pub async fn last(database: &Database, count: u64) -> Result<Vec<screening::Model>, Failure> {
    let newest = Entity::find().order_by_desc(Column::Time).limit(count);
    Ok(newest.all(database.read()).await?)
}

/// Inserts them, and says how long it took.
///
/// # Errors
/// Those of the database.
pub async fn insert(database: &Database, rows: Vec<screening::Model>) -> Result<Duration, Failure> {
    let begun = Instant::now();
    for chunk in rows.chunks(TOGETHER) {
        let rows: Vec<screening::ActiveModel> = chunk.iter().cloned().map(Into::into).collect();
        let written = database.write(move |tx| {
            let rows = rows.clone();
            Box::pin(async move {
                for chunk in rows.chunks(A_STATEMENT) {
                    let insert = Entity::insert_many(chunk.iter().cloned());
                    insert.exec_without_returning(tx).await?;
                }
                Ok::<_, StorageError>(())
            })
        });
        written.await?;
    }
    Ok(begun.elapsed())
}
