//! Of which meeting the calendar object of a mail is.

use sea_orm_migration::{prelude::*, schema::*};

/// Adds the column; stands behind [`super::Migration`] in the migrator of each service that sends mails.
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "mail_m0002_meeting"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    /// Empty in rows that are there, and in those of servers of before: they are taken as mails without a calendar object.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::alter().table("mail_outbox").add_column(string("meeting").default("")).to_owned();
        manager.alter_table(table).await
    }
}
