//! Further countries of origin in the entries of lists. What was written before has none.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveIden)]
enum Sight {
    Table,
    AdditionalOrigins,
}

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "notifications_m0008_origins"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table(Sight::Table)
                    .add_column(string_null(Sight::AdditionalOrigins))
                    .to_owned(),
            )
            .await
    }
}
