//! Who needs which content of the file store, and an index to find records by their state.

use sea_orm_migration::{prelude::*, schema::*};

use crate::store::entities::{case_record, file_content, file_reference};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "notifications_m0007_attachments"
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
                    .table(file_content::Entity)
                    .col(string(file_content::Column::Sha256).primary_key())
                    .col(big_integer(file_content::Column::Revision))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(file_reference::Entity)
                    .col(string(file_reference::Column::Sha256))
                    .col(string(file_reference::Column::Attachment))
                    .primary_key(
                        Index::create()
                            .col(file_reference::Column::Sha256)
                            .col(file_reference::Column::Attachment),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("case_record_state")
                    .table(case_record::Entity)
                    .col(case_record::Column::Kind)
                    .col(case_record::Column::State)
                    .col(case_record::Column::SortOrder)
                    .col(case_record::Column::Name)
                    .to_owned(),
            )
            .await
    }
}
