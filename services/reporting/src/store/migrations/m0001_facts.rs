//! What the feeds of each authority told, what is built anew beside it from a restored service, and how far each was read.

use sea_orm_migration::{prelude::*, schema::*};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "reporting_m0001_facts"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["fact", "fact_rebuilt"] {
            let table = Table::create()
                .table(name)
                .col(string("source"))
                .col(string("authority"))
                .col(string("kind"))
                .col(string("name"))
                .col(string("alert"))
                .col(string_null("arrangement"))
                .col(text("document"))
                .primary_key(Index::create().col("authority").col("source").col("name").col("kind"))
                .to_owned();
            manager.create_table(table).await?;
            for column in ["alert", "arrangement"] {
                let index = Index::create()
                    .name(format!("{name}_{column}"))
                    .table(name)
                    .col("authority")
                    .col("source")
                    .col(column)
                    .to_owned();
                manager.create_index(index).await?;
            }
        }
        for name in ["fact_input", "fact_input_rebuilt"] {
            let table = Table::create()
                .table(name)
                .col(string("source"))
                .col(string("authority"))
                .col(big_integer("events"))
                .col(big_integer("position"))
                .col(big_integer("last_time"))
                .col(string("digest"))
                .col(big_integer("lost"))
                .primary_key(Index::create().col("authority").col("source"))
                .to_owned();
            manager.create_table(table).await?;
        }
        Ok(())
    }
}
