//! Registrations of which somebody may have to be told.

use sea_orm_migration::{prelude::*, schema::*};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "training_m0003_mail_due"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("mail_due")
            .col(uuid("registration").primary_key())
            .col(big_integer("wanted"))
            .to_owned();
        manager.create_table(table).await
    }
}
