//! What earlier makers are looked up by. Alerts that were stored before get their keys with their next change.

use sea_orm_migration::{prelude::*, schema::*};

use crate::store::entities::operator_key::{Column, Entity};

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
                    .table(Entity)
                    .col(string(Column::Viewer))
                    .col(string(Column::OperatorKey))
                    .col(uuid(Column::Notification))
                    .col(string(Column::Source))
                    .primary_key(
                        Index::create()
                            .col(Column::Viewer)
                            .col(Column::OperatorKey)
                            .col(Column::Notification)
                            .col(Column::Source),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("operator_key_notification")
                    .table(Entity)
                    .col(Column::Notification)
                    .col(Column::Source)
                    .to_owned(),
            )
            .await
    }
}
