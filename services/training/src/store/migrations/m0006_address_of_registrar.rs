//! An address is registered once by each authority, so that none learns whom others registered.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "training_m0006_address_of_registrar"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    /// The index of before goes at once: with it a second authority could register nobody whom another one registered.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = Index::create()
            .name("registration_address_of_registrar")
            .table("registration")
            .col("activity")
            .col("session")
            .col("address")
            .col("registrar")
            .unique()
            .to_owned();
        manager.create_index(index).await?;
        let before = Index::drop().name("registration_address").table("registration").to_owned();
        manager.drop_index(before).await
    }
}
