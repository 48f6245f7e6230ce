//! What screenings are counted by, each hour, besides lane and selection. Rows of before, and of servers of before, say
//! nothing of it.

use sea_orm_migration::{prelude::*, schema::*};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "consignments_m0005_counted_screenings"
    }
}

#[derive(DeriveIden)]
enum Screening {
    Table,
    Origin,
    Alerted,
    Exhausted,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time.
        for column in [
            string_null(Screening::Origin).take(),
            boolean(Screening::Alerted).default(false).take(),
            boolean(Screening::Exhausted).default(false).take(),
        ] {
            let added = Table::alter().table(Screening::Table).add_column(column).to_owned();
            manager.alter_table(added).await?;
        }
        Ok(())
    }
}
