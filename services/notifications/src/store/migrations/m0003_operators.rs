//! What earlier makers are looked up by. Alerts that were stored before get their keys with their next change.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveIden)]
enum Keys {
    #[sea_orm(iden = "operator_key")]
    Table,
    Viewer,
    OperatorKey,
    Notification,
    Source,
}

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "notifications_m0003_operators"
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
                    .table(Keys::Table)
                    .col(string(Keys::Viewer))
                    .col(string(Keys::OperatorKey))
                    .col(uuid(Keys::Notification))
                    .col(string(Keys::Source))
                    .primary_key(
                        Index::create()
                            .col(Keys::Viewer)
                            .col(Keys::OperatorKey)
                            .col(Keys::Notification)
                            .col(Keys::Source),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("operator_key_notification")
                    .table(Keys::Table)
                    .col(Keys::Notification)
                    .col(Keys::Source)
                    .to_owned(),
            )
            .await
    }
}
