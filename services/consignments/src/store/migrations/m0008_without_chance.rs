//! Whether goods had a chance to be examined: what had none is in no estimate. Rows of before, and of servers of before, do
//! not say that they had none.

use sea_orm_migration::{prelude::*, schema::*};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "consignments_m0008_without_chance"
    }
}

#[derive(DeriveIden)]
enum Screening {
    Table,
    WithoutChance,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = boolean(Screening::WithoutChance).default(false).take();
        manager.alter_table(Table::alter().table(Screening::Table).add_column(column).to_owned()).await?;
        // They are counted without reading all that arrived.
        let sql = "CREATE INDEX screening_without_chance ON screening (entry_point, day, lane_otherwise, status, area) \
                   WHERE without_chance";
        manager.get_connection().execute_unprepared(sql).await?;
        Ok(())
    }
}
