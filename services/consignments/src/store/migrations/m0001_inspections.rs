//! Pre-inspections with their versions and keys, and the table of records.

use sea_orm_migration::{prelude::*, schema::*};

use crate::store::entities::{inspection, inspection_key, inspection_version, record};

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
                    .table(inspection::Entity)
                    .col(uuid(inspection::Column::Id).primary_key())
                    .col(string(inspection::Column::Originator))
                    .col(string(inspection::Column::Arrangement))
                    .col(string(inspection::Column::Body))
                    .col(string(inspection::Column::Certificate))
                    .col(integer(inspection::Column::State))
                    .col(integer(inspection::Column::Version))
                    .col(big_integer(inspection::Column::CreateTime))
                    .col(text(inspection::Column::Document))
                    .to_owned(),
            )
            .await?;
        for (name, columns, is_unique) in [
            ("inspection_certificate", [inspection::Column::Body, inspection::Column::Certificate], true),
            ("inspection_time", [inspection::Column::CreateTime, inspection::Column::Id], false),
        ] {
            let mut index = Index::create().name(name).table(inspection::Entity).to_owned();
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
                    .table(inspection_version::Entity)
                    .col(uuid(inspection_version::Column::Inspection))
                    .col(integer(inspection_version::Column::Version))
                    .col(text(inspection_version::Column::Document))
                    .primary_key(
                        Index::create()
                            .col(inspection_version::Column::Inspection)
                            .col(inspection_version::Column::Version),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(inspection_key::Entity)
                    .col(string(inspection_key::Column::Key))
                    .col(uuid(inspection_key::Column::Inspection))
                    .primary_key(
                        Index::create()
                            .col(inspection_key::Column::Key)
                            .col(inspection_key::Column::Inspection),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("inspection_key_inspection")
                    .table(inspection_key::Entity)
                    .col(inspection_key::Column::Inspection)
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(record::Entity)
                    .col(string(record::Column::Kind))
                    .col(string(record::Column::Name))
                    .col(string(record::Column::Owner))
                    .col(string_null(record::Column::Party))
                    .col(string_null(record::Column::Arrangement))
                    .col(string(record::Column::Parent))
                    .col(integer(record::Column::State))
                    .col(big_integer(record::Column::SortOrder))
                    .col(big_integer(record::Column::Revision))
                    .col(text(record::Column::Document))
                    .primary_key(Index::create().col(record::Column::Kind).col(record::Column::Name))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("record_order")
                    .table(record::Entity)
                    .col(record::Column::Kind)
                    .col(record::Column::SortOrder)
                    .col(record::Column::Name)
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("record_parent")
                    .table(record::Entity)
                    .col(record::Column::Kind)
                    .col(record::Column::Parent)
                    .col(record::Column::SortOrder)
                    .to_owned(),
            )
            .await
    }
}
