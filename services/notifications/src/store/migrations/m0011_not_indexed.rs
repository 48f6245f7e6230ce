//! The entries of lists whose words are those of an older program, found at once: every search asks whether there are any.
//! The index is of the version of the words that holds since; a new version brings one of its own.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "notifications_m0011_not_indexed"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index =
            "CREATE INDEX sight_not_indexed_2 ON sight (viewer, notification) WHERE index_version < 2";
        manager.get_connection().execute_unprepared(index).await?;
        Ok(())
    }
}
