//! Notifications, everybody's lists of them, transmissions and follow-ups.

use sea_orm_migration::{prelude::*, schema::*};

use crate::store::entities::{follow_up, notification, sight, transmission};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "notifications_m0001_notifications"
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
                    .table(notification::Entity)
                    .col(uuid(notification::Column::Id).primary_key())
                    .col(string(notification::Column::Originator))
                    .col(string_null(notification::Column::SourceKey))
                    .col(big_integer(notification::Column::Revision))
                    .col(text(notification::Column::Document))
                    .col(text_null(notification::Column::Disclosures))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("notification_source_key")
                    .table(notification::Entity)
                    .col(notification::Column::SourceKey)
                    .unique()
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(sight::Entity)
                    .col(string(sight::Column::Viewer))
                    .col(uuid(sight::Column::Notification))
                    .col(string(sight::Column::Originator))
                    .col(string_null(sight::Column::Arrangement))
                    .col(integer(sight::Column::State))
                    .col(big_integer(sight::Column::UpdateTime))
                    .col(integer_null(sight::Column::Category))
                    .col(big_integer(sight::Column::RiskTypes))
                    .col(string_null(sight::Column::CountryOfOrigin))
                    .col(boolean_null(sight::Column::SoldOnline))
                    .col(text(sight::Column::Words))
                    .primary_key(Index::create().col(sight::Column::Viewer).col(sight::Column::Notification))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(transmission::Entity)
                    .col(uuid(transmission::Column::Notification))
                    .col(string(transmission::Column::Recipient))
                    .col(string(transmission::Column::Sender))
                    .col(string(transmission::Column::Originator))
                    .col(string(transmission::Column::Arrangement))
                    .col(integer(transmission::Column::State))
                    .col(boolean(transmission::Column::Automatic))
                    .col(integer(transmission::Column::Version))
                    .col(big_integer(transmission::Column::SendTime))
                    .col(big_integer_null(transmission::Column::AcknowledgeTime))
                    .col(big_integer_null(transmission::Column::FirstReactionTime))
                    .col(string_null(transmission::Column::DeadlineRule))
                    .col(big_integer(transmission::Column::DueTime))
                    .col(integer(transmission::Column::Status))
                    .col(big_integer(transmission::Column::Revision))
                    .col(small_integer(transmission::Column::OnlineRank))
                    .col(small_integer(transmission::Column::SeriousRank))
                    .primary_key(
                        Index::create()
                            .col(transmission::Column::Notification)
                            .col(transmission::Column::Recipient),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("transmission_inbox")
                    .table(transmission::Entity)
                    .col(transmission::Column::Recipient)
                    .col(transmission::Column::Status)
                    .col(transmission::Column::OnlineRank)
                    .col(transmission::Column::SeriousRank)
                    .col(transmission::Column::DueTime)
                    .col(transmission::Column::Notification)
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(follow_up::Entity)
                    .col(uuid(follow_up::Column::Notification))
                    .col(string(follow_up::Column::Authority))
                    .col(integer(follow_up::Column::State))
                    .col(big_integer(follow_up::Column::Revision))
                    .col(text(follow_up::Column::Document))
                    .primary_key(
                        Index::create()
                            .col(follow_up::Column::Notification)
                            .col(follow_up::Column::Authority),
                    )
                    .to_owned(),
            )
            .await
    }
}
