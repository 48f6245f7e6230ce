//! Notifications, everybody's lists of them, transmissions and follow-ups.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveIden)]
enum Notification {
    Table,
    Id,
    Originator,
    SourceKey,
    Revision,
    Document,
    Disclosures,
}

#[derive(DeriveIden)]
enum Sight {
    Table,
    Viewer,
    Notification,
    Originator,
    Arrangement,
    State,
    UpdateTime,
    Category,
    RiskTypes,
    CountryOfOrigin,
    SoldOnline,
    Words,
}

#[derive(DeriveIden)]
enum Transmission {
    Table,
    Notification,
    Recipient,
    Sender,
    Originator,
    Arrangement,
    State,
    Automatic,
    Version,
    SendTime,
    AcknowledgeTime,
    FirstReactionTime,
    DeadlineRule,
    DueTime,
    Status,
    Revision,
    OnlineRank,
    SeriousRank,
}

#[derive(DeriveIden)]
enum FollowUp {
    Table,
    Notification,
    Authority,
    State,
    Revision,
    Document,
}

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
                    .table(Notification::Table)
                    .col(uuid(Notification::Id).primary_key())
                    .col(string(Notification::Originator))
                    .col(string_null(Notification::SourceKey))
                    .col(big_integer(Notification::Revision))
                    .col(text(Notification::Document))
                    .col(text_null(Notification::Disclosures))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("notification_source_key")
                    .table(Notification::Table)
                    .col(Notification::SourceKey)
                    .unique()
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Sight::Table)
                    .col(string(Sight::Viewer))
                    .col(uuid(Sight::Notification))
                    .col(string(Sight::Originator))
                    .col(string_null(Sight::Arrangement))
                    .col(integer(Sight::State))
                    .col(big_integer(Sight::UpdateTime))
                    .col(integer_null(Sight::Category))
                    .col(big_integer(Sight::RiskTypes))
                    .col(string_null(Sight::CountryOfOrigin))
                    .col(boolean_null(Sight::SoldOnline))
                    .col(text(Sight::Words))
                    .primary_key(Index::create().col(Sight::Viewer).col(Sight::Notification))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Transmission::Table)
                    .col(uuid(Transmission::Notification))
                    .col(string(Transmission::Recipient))
                    .col(string(Transmission::Sender))
                    .col(string(Transmission::Originator))
                    .col(string(Transmission::Arrangement))
                    .col(integer(Transmission::State))
                    .col(boolean(Transmission::Automatic))
                    .col(integer(Transmission::Version))
                    .col(big_integer(Transmission::SendTime))
                    .col(big_integer_null(Transmission::AcknowledgeTime))
                    .col(big_integer_null(Transmission::FirstReactionTime))
                    .col(string_null(Transmission::DeadlineRule))
                    .col(big_integer(Transmission::DueTime))
                    .col(integer(Transmission::Status))
                    .col(big_integer(Transmission::Revision))
                    .col(small_integer(Transmission::OnlineRank))
                    .col(small_integer(Transmission::SeriousRank))
                    .primary_key(Index::create().col(Transmission::Notification).col(Transmission::Recipient))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("transmission_inbox")
                    .table(Transmission::Table)
                    .col(Transmission::Recipient)
                    .col(Transmission::Status)
                    .col(Transmission::OnlineRank)
                    .col(Transmission::SeriousRank)
                    .col(Transmission::DueTime)
                    .col(Transmission::Notification)
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(FollowUp::Table)
                    .col(uuid(FollowUp::Notification))
                    .col(string(FollowUp::Authority))
                    .col(integer(FollowUp::State))
                    .col(big_integer(FollowUp::Revision))
                    .col(text(FollowUp::Document))
                    .primary_key(Index::create().col(FollowUp::Notification).col(FollowUp::Authority))
                    .to_owned(),
            )
            .await
    }
}
