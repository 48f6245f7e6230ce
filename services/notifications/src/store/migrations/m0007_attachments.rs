//! Who needs which content of the file store, and an index to find records by their state.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveIden)]
enum FileContent {
    Table,
    Sha256,
    Revision,
}

#[derive(DeriveIden)]
enum FileReference {
    Table,
    Sha256,
    Attachment,
}

#[derive(DeriveIden)]
enum CaseRecord {
    Table,
    Kind,
    State,
    SortOrder,
    Name,
}

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
                    .table(FileContent::Table)
                    .col(string(FileContent::Sha256).primary_key())
                    .col(big_integer(FileContent::Revision))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(FileReference::Table)
                    .col(string(FileReference::Sha256))
                    .col(string(FileReference::Attachment))
                    .primary_key(Index::create().col(FileReference::Sha256).col(FileReference::Attachment))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("case_record_state")
                    .table(CaseRecord::Table)
                    .col(CaseRecord::Kind)
                    .col(CaseRecord::State)
                    .col(CaseRecord::SortOrder)
                    .col(CaseRecord::Name)
                    .to_owned(),
            )
            .await
    }
}
