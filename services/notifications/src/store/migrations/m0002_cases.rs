//! Clocks, and the records of a case.

use sea_orm_migration::{prelude::*, schema::*};

use crate::store::entities::{case_record, clock};

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
                    .table(clock::Entity)
                    .col(uuid(clock::Column::Notification))
                    .col(string(clock::Column::Recipient))
                    .col(string(clock::Column::Rule))
                    .col(string(clock::Column::Arrangement))
                    .col(integer(clock::Column::Status))
                    .col(integer(clock::Column::State))
                    .col(big_integer(clock::Column::Due))
                    .col(big_integer_null(clock::Column::NextMark))
                    .col(big_integer(clock::Column::Revision))
                    .col(text(clock::Column::Document))
                    .primary_key(
                        Index::create()
                            .col(clock::Column::Notification)
                            .col(clock::Column::Recipient)
                            .col(clock::Column::Rule),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("clock_next_mark")
                    .table(clock::Entity)
                    .col(clock::Column::NextMark)
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("clock_recipient")
                    .table(clock::Entity)
                    .col(clock::Column::Recipient)
                    .col(clock::Column::Status)
                    .col(clock::Column::Due)
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(case_record::Entity)
                    .col(string(case_record::Column::Kind))
                    .col(string(case_record::Column::Name))
                    .col(uuid(case_record::Column::Notification))
                    .col(string(case_record::Column::Originator))
                    .col(string_null(case_record::Column::Party))
                    .col(integer(case_record::Column::State))
                    .col(big_integer(case_record::Column::SortOrder))
                    .col(big_integer(case_record::Column::Revision))
                    .col(text(case_record::Column::Document))
                    .primary_key(
                        Index::create().col(case_record::Column::Kind).col(case_record::Column::Name),
                    )
                    .to_owned(),
            )
            .await?;
        for (name, column) in [
            ("case_record_notification", case_record::Column::Notification),
            ("case_record_party", case_record::Column::Party),
            ("case_record_originator", case_record::Column::Originator),
        ] {
            manager
                .create_index(
                    Index::create()
                        .name(name)
                        .table(case_record::Entity)
                        .col(case_record::Column::Kind)
                        .col(column)
                        .col(case_record::Column::SortOrder)
                        .col(case_record::Column::Name)
                        .to_owned(),
                )
                .await?;
        }
        Ok(())
    }
}
