//! Alerts of each authority whose feed is followed; those that are built anew from a restored service, beside them; and how old
//! they may be.

use sea_orm_migration::{prelude::*, schema::*};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "training_m0004_alerts"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["alert", "alert_rebuilt"] {
            let table = Table::create()
                .table(name)
                .col(string("authority"))
                .col(string("name"))
                .col(integer("status"))
                .col(big_integer("told"))
                .col(big_integer("time"))
                .col(text("document"))
                .primary_key(Index::create().col("authority").col("name"))
                .to_owned();
            manager.create_table(table).await?;
        }
        let of_time = Index::create()
            .name("alert_time")
            .table("alert")
            .col("authority")
            .col("status")
            .col("time")
            .to_owned();
        manager.create_index(of_time).await?;
        let feed = Table::create()
            .table("alert_feed")
            .col(string("authority").primary_key())
            .col(big_integer("told_until"))
            .to_owned();
        manager.create_table(feed).await
    }
}
