//! The table of the clock: one row.

use sea_orm_migration::{prelude::*, schema::*};

/// Creates the table; belongs into the migrator of each service that goes by the clock.
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "sandbox_m0001_clock"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let clock = Table::create()
            .table(Alias::new("sandbox_clock"))
            .col(integer("id").primary_key())
            .col(big_integer("ahead_us"))
            .to_owned();
        manager.create_table(clock).await
    }
}
