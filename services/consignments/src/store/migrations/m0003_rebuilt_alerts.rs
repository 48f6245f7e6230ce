//! Alerts that are built anew from a restored service, beside those that stand, and those that were lost with its restore.

use sea_orm_migration::{prelude::*, schema::*};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "consignments_m0003_rebuilt_alerts"
    }
}

#[derive(DeriveIden)]
enum AlertRebuilt {
    Table,
    Name,
    Position,
    Active,
    Document,
}

#[derive(DeriveIden)]
enum AlertLost {
    Table,
    Name,
    Document,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let rebuilt = Table::create()
            .table(AlertRebuilt::Table)
            .col(string(AlertRebuilt::Name).primary_key())
            .col(big_integer(AlertRebuilt::Position))
            .col(boolean(AlertRebuilt::Active))
            .col(text(AlertRebuilt::Document))
            .to_owned();
        manager.create_table(rebuilt).await?;
        let lost = Table::create()
            .table(AlertLost::Table)
            .col(string(AlertLost::Name).primary_key())
            .col(text(AlertLost::Document))
            .to_owned();
        manager.create_table(lost).await
    }
}
