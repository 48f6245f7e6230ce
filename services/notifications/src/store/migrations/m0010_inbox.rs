//! What is done stands last in an inbox: withdrawn notifications, and those whose follow-up is closed; and what is not serious
//! stands by its level. What a server of
//! before closes during a roll-out keeps its old place; nothing else depends on it.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveIden)]
enum Transmission {
    Table,
    Recipient,
    Status,
    ClosedRank,
    OnlineRank,
    SeriousRank,
    DueTime,
    Notification,
}

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "notifications_m0010_inbox"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let closed_rank = small_integer(Transmission::ClosedRank).default(0).to_owned();
        let added = Table::alter().table(Transmission::Table).add_column(closed_rank).to_owned();
        manager.alter_table(added).await?;
        // As the contract numbers them: a withdrawn transmission is 4, a closed follow-up 6.
        let closed = "UPDATE transmission SET closed_rank = 1 WHERE state = 4 OR EXISTS (SELECT 1 FROM follow_up \
             WHERE follow_up.notification = transmission.notification \
             AND follow_up.authority = transmission.recipient AND follow_up.state = 6)";
        manager.get_connection().execute_unprepared(closed).await?;
        // What is not serious was not told apart. An originator may have hidden the level from a recipient: then the place
        // says nothing of it either.
        let levels = "UPDATE transmission SET serious_rank = COALESCE((SELECT CASE \
             WHEN document LIKE '%\"path\":\"risk%' THEN 4 \
             WHEN document LIKE '%\"level\":\"high\"%' THEN 1 \
             WHEN document LIKE '%\"level\":\"medium\"%' THEN 2 \
             WHEN document LIKE '%\"level\":\"low\"%' THEN 3 ELSE 4 END \
             FROM notification WHERE notification.id = transmission.notification), 4) WHERE serious_rank = 1";
        manager.get_connection().execute_unprepared(levels).await?;
        manager
            .create_index(
                Index::create()
                    .name("transmission_inbox_open_first")
                    .table(Transmission::Table)
                    .col(Transmission::Recipient)
                    .col(Transmission::Status)
                    .col(Transmission::ClosedRank)
                    .col(Transmission::OnlineRank)
                    .col(Transmission::SeriousRank)
                    .col(Transmission::DueTime)
                    .col(Transmission::Notification)
                    .to_owned(),
            )
            .await
    }
}
