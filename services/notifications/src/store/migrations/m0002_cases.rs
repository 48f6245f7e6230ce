//! Clocks, and the records of a case.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveIden)]
enum Clock {
    Table,
    Notification,
    Recipient,
    Rule,
    Arrangement,
    Status,
    State,
    Due,
    NextMark,
    Revision,
    Document,
}

#[derive(DeriveIden)]
enum CaseRecord {
    Table,
    Kind,
    Name,
    Notification,
    Originator,
    Party,
    State,
    SortOrder,
    Revision,
    Document,
}

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "notifications_m0002_cases"
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
                    .table(Clock::Table)
                    .col(uuid(Clock::Notification))
                    .col(string(Clock::Recipient))
                    .col(string(Clock::Rule))
                    .col(string(Clock::Arrangement))
                    .col(integer(Clock::Status))
                    .col(integer(Clock::State))
                    .col(big_integer(Clock::Due))
                    .col(big_integer_null(Clock::NextMark))
                    .col(big_integer(Clock::Revision))
                    .col(text(Clock::Document))
                    .primary_key(
                        Index::create().col(Clock::Notification).col(Clock::Recipient).col(Clock::Rule),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("clock_next_mark").table(Clock::Table).col(Clock::NextMark).to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("clock_recipient")
                    .table(Clock::Table)
                    .col(Clock::Recipient)
                    .col(Clock::Status)
                    .col(Clock::Due)
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(CaseRecord::Table)
                    .col(string(CaseRecord::Kind))
                    .col(string(CaseRecord::Name))
                    .col(uuid(CaseRecord::Notification))
                    .col(string(CaseRecord::Originator))
                    .col(string_null(CaseRecord::Party))
                    .col(integer(CaseRecord::State))
                    .col(big_integer(CaseRecord::SortOrder))
                    .col(big_integer(CaseRecord::Revision))
                    .col(text(CaseRecord::Document))
                    .primary_key(Index::create().col(CaseRecord::Kind).col(CaseRecord::Name))
                    .to_owned(),
            )
            .await?;
        for (name, column) in [
            ("case_record_notification", CaseRecord::Notification),
            ("case_record_party", CaseRecord::Party),
            ("case_record_originator", CaseRecord::Originator),
        ] {
            manager
                .create_index(
                    Index::create()
                        .name(name)
                        .table(CaseRecord::Table)
                        .col(CaseRecord::Kind)
                        .col(column)
                        .col(CaseRecord::SortOrder)
                        .col(CaseRecord::Name)
                        .to_owned(),
                )
                .await?;
        }
        Ok(())
    }
}
