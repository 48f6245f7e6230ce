//! The state of a sandbox.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveIden)]
enum Sandbox {
    Table,
    Id,
    Revision,
    Document,
}

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "notifications_m0006_sandbox"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Sandbox::Table)
                    .col(integer(Sandbox::Id).primary_key())
                    .col(big_integer(Sandbox::Revision))
                    .col(text(Sandbox::Document))
                    .to_owned(),
            )
            .await
    }
}
