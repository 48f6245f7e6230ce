//! How far the clock of the sandbox is ahead, as the feed that is followed told it.

use sea_orm_migration::{prelude::*, schema::*};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "consignments_m0004_sandbox_clock"
    }
}

#[derive(DeriveIden)]
enum SandboxClock {
    Table,
    Id,
    AheadUs,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let clock = Table::create()
            .table(SandboxClock::Table)
            .col(integer(SandboxClock::Id).primary_key())
            .col(big_integer(SandboxClock::AheadUs))
            .to_owned();
        manager.create_table(clock).await
    }
}
