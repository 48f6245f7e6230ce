//! What earlier makers are looked up by. Alerts that were stored before get their keys with their next change.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveIden)]
enum OperatorKey {
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
                    .table(OperatorKey::Table)
                    .col(string(OperatorKey::Viewer))
                    .col(string(OperatorKey::OperatorKey))
                    .col(uuid(OperatorKey::Notification))
                    .col(string(OperatorKey::Source))
                    .primary_key(
                        Index::create()
                            .col(OperatorKey::Viewer)
                            .col(OperatorKey::OperatorKey)
                            .col(OperatorKey::Notification)
                            .col(OperatorKey::Source),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("operator_key_notification")
                    .table(OperatorKey::Table)
                    .col(OperatorKey::Notification)
                    .col(OperatorKey::Source)
                    .to_owned(),
            )
            .await
    }
}
