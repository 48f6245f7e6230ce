//! The ledgers of transmissions, and up to where each reader's acknowledgements were entered.

use sea_orm_migration::{prelude::*, schema::*};

use crate::store::entities::evidence;

/// Up to where the acknowledgements of a reader were entered into ledgers.
#[derive(DeriveIden)]
pub enum EvidenceDelivery {
    Table,
    Authority,
    Position,
}

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "notifications_m0004_evidence"
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
                    .table(evidence::Entity)
                    .col(uuid(evidence::Column::Notification))
                    .col(string(evidence::Column::Recipient))
                    .col(integer(evidence::Column::Number))
                    .col(integer(evidence::Column::Kind))
                    .col(integer(evidence::Column::Version))
                    .col(big_integer(evidence::Column::Time))
                    .col(string(evidence::Column::Authority))
                    .col(string(evidence::Column::Principal))
                    .col(binary(evidence::Column::PrincipalSalt))
                    .col(binary(evidence::Column::ContentSha256))
                    .col(integer(evidence::Column::UnreadableReason))
                    .col(text(evidence::Column::Note))
                    .col(integer(evidence::Column::Step))
                    .col(integer(evidence::Column::Status))
                    .col(binary_null(evidence::Column::Previous))
                    .col(binary(evidence::Column::EntrySha256))
                    .col(text_null(evidence::Column::Receipt))
                    .primary_key(
                        Index::create()
                            .col(evidence::Column::Notification)
                            .col(evidence::Column::Recipient)
                            .col(evidence::Column::Number),
                    )
                    .to_owned(),
            )
            .await?;
        // What waits for its receipt is little, however long the ledgers are.
        manager
            .create_index(
                Index::create()
                    .name("evidence_unsigned")
                    .table(evidence::Entity)
                    .col(evidence::Column::Time)
                    .and_where(Expr::col(evidence::Column::Receipt).is_null())
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(EvidenceDelivery::Table)
                    .col(string(EvidenceDelivery::Authority).primary_key())
                    .col(big_integer(EvidenceDelivery::Position))
                    .to_owned(),
            )
            .await
    }
}
