//! Pre-inspections with their versions and keys, and the table of records.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveIden)]
enum Inspection {
    Table,
    Id,
    Originator,
    Arrangement,
    Body,
    Certificate,
    State,
    Version,
    CreateTime,
    Document,
}

#[derive(DeriveIden)]
enum InspectionVersion {
    Table,
    Inspection,
    Version,
    Document,
}

#[derive(DeriveIden)]
enum InspectionKey {
    Table,
    Key,
    Inspection,
}

#[derive(DeriveIden)]
enum Record {
    Table,
    Kind,
    Name,
    Owner,
    Party,
    Arrangement,
    Parent,
    State,
    SortOrder,
    Revision,
    Document,
}

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "consignments_m0001_inspections"
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
                    .table(Inspection::Table)
                    .col(uuid(Inspection::Id).primary_key())
                    .col(string(Inspection::Originator))
                    .col(string(Inspection::Arrangement))
                    .col(string(Inspection::Body))
                    .col(string(Inspection::Certificate))
                    .col(integer(Inspection::State))
                    .col(integer(Inspection::Version))
                    .col(big_integer(Inspection::CreateTime))
                    .col(text(Inspection::Document))
                    .to_owned(),
            )
            .await?;
        for (name, columns, is_unique) in [
            ("inspection_certificate", [Inspection::Body, Inspection::Certificate], true),
            ("inspection_time", [Inspection::CreateTime, Inspection::Id], false),
        ] {
            let mut index = Index::create().name(name).table(Inspection::Table).to_owned();
            for column in columns {
                index.col(column);
            }
            if is_unique {
                index.unique();
            }
            manager.create_index(index).await?;
        }
        manager
            .create_table(
                Table::create()
                    .table(InspectionVersion::Table)
                    .col(uuid(InspectionVersion::Inspection))
                    .col(integer(InspectionVersion::Version))
                    .col(text(InspectionVersion::Document))
                    .primary_key(
                        Index::create().col(InspectionVersion::Inspection).col(InspectionVersion::Version),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(InspectionKey::Table)
                    .col(string(InspectionKey::Key))
                    .col(uuid(InspectionKey::Inspection))
                    .primary_key(Index::create().col(InspectionKey::Key).col(InspectionKey::Inspection))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("inspection_key_inspection")
                    .table(InspectionKey::Table)
                    .col(InspectionKey::Inspection)
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Record::Table)
                    .col(string(Record::Kind))
                    .col(string(Record::Name))
                    .col(string(Record::Owner))
                    .col(string_null(Record::Party))
                    .col(string_null(Record::Arrangement))
                    .col(string(Record::Parent))
                    .col(integer(Record::State))
                    .col(big_integer(Record::SortOrder))
                    .col(big_integer(Record::Revision))
                    .col(text(Record::Document))
                    .primary_key(Index::create().col(Record::Kind).col(Record::Name))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("record_order")
                    .table(Record::Table)
                    .col(Record::Kind)
                    .col(Record::SortOrder)
                    .col(Record::Name)
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("record_parent")
                    .table(Record::Table)
                    .col(Record::Kind)
                    .col(Record::Parent)
                    .col(Record::SortOrder)
                    .to_owned(),
            )
            .await
    }
}
