//! Quarterly partner reports that each authority whose feed of reports is followed was told of; those that are built anew from a restored
//! service, beside them.

use sea_orm_migration::{prelude::*, schema::*};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "training_m0005_partner_reports"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["partner_report", "partner_report_rebuilt"] {
            let table = Table::create()
                .table(name)
                .col(string("authority"))
                .col(string("name"))
                .col(string("owner"))
                .col(text("document"))
                .primary_key(Index::create().col("authority").col("name"))
                .to_owned();
            manager.create_table(table).await?;
        }
        let of_owner =
            Index::create().name("partner_report_owner").table("partner_report").col("owner").to_owned();
        manager.create_index(of_owner).await
    }
}
