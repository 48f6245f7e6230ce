//! The ledgers of transmissions, and up to where each reader's acknowledgements were entered.

use sea_orm_migration::{prelude::*, schema::*};

/// Up to where the acknowledgements of a reader were entered into ledgers.
#[derive(DeriveIden)]
pub enum EvidenceDelivery {
    Table,
    Authority,
    Position,
}

#[derive(DeriveIden)]
enum Evidence {
    Table,
    Notification,
    Recipient,
    Number,
    Kind,
    Version,
    Time,
    Authority,
    Principal,
    PrincipalSalt,
    ContentSha256,
    UnreadableReason,
    Note,
    Step,
    Status,
    Previous,
    EntrySha256,
    Receipt,
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
                    .table(Evidence::Table)
                    .col(uuid(Evidence::Notification))
                    .col(string(Evidence::Recipient))
                    .col(integer(Evidence::Number))
                    .col(integer(Evidence::Kind))
                    .col(integer(Evidence::Version))
                    .col(big_integer(Evidence::Time))
                    .col(string(Evidence::Authority))
                    .col(string(Evidence::Principal))
                    .col(binary(Evidence::PrincipalSalt))
                    .col(binary(Evidence::ContentSha256))
                    .col(integer(Evidence::UnreadableReason))
                    .col(text(Evidence::Note))
                    .col(integer(Evidence::Step))
                    .col(integer(Evidence::Status))
                    .col(binary_null(Evidence::Previous))
                    .col(binary(Evidence::EntrySha256))
                    .col(text_null(Evidence::Receipt))
                    .primary_key(
                        Index::create()
                            .col(Evidence::Notification)
                            .col(Evidence::Recipient)
                            .col(Evidence::Number),
                    )
                    .to_owned(),
            )
            .await?;
        // What waits for its receipt is little, however long the ledgers are.
        manager
            .create_index(
                Index::create()
                    .name("evidence_unsigned")
                    .table(Evidence::Table)
                    .col(Evidence::Time)
                    .and_where(Expr::col(Evidence::Receipt).is_null())
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
