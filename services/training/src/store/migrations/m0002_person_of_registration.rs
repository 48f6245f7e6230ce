//! By whom registrations are found, also once they ended.
//!
//! What was registered before is found as long as it goes on, and is written whole with its next change: of what ended before,
//! no calendar tells.

use sea_orm_migration::{prelude::*, schema::*};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "training_m0002_person_of_registration"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = Table::alter().table("registration").add_column(string_null("person")).to_owned();
        manager.alter_table(column).await?;
        let of_those_before = "UPDATE registration SET person = address";
        manager.get_connection().execute_unprepared(of_those_before).await?;
        let index = Index::create()
            .name("registration_person")
            .table("registration")
            .col("registrar")
            .col("person")
            .to_owned();
        manager.create_index(index).await
    }
}
