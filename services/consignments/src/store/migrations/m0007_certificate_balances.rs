//! What arrivals have used of each certificate, and which goods took what.

use sea_orm_migration::{prelude::*, schema::*};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "consignments_m0007_certificate_balances"
    }
}

#[derive(DeriveIden)]
enum CertificateBalance {
    Table,
    Inspection,
    Revision,
    Document,
}

#[derive(DeriveIden)]
enum CertificateUse {
    Table,
    Inspection,
    Consignment,
    Item,
    Taken,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let balance = Table::create()
            .table(CertificateBalance::Table)
            .col(string(CertificateBalance::Inspection).primary_key())
            .col(big_integer(CertificateBalance::Revision))
            .col(text(CertificateBalance::Document))
            .to_owned();
        manager.create_table(balance).await?;
        let uses = Table::create()
            .table(CertificateUse::Table)
            .col(string(CertificateUse::Inspection))
            .col(string(CertificateUse::Consignment))
            .col(integer(CertificateUse::Item))
            .col(text(CertificateUse::Taken))
            .primary_key(
                Index::create()
                    .col(CertificateUse::Inspection)
                    .col(CertificateUse::Consignment)
                    .col(CertificateUse::Item),
            )
            .to_owned();
        manager.create_table(uses).await
    }
}
