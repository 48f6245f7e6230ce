//! The table of the outbox, as it was made.

use sea_orm_migration::{prelude::*, schema::*};

/// Creates the table; belongs into the migrator of each service that sends mails.
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "mail_m0001_outbox"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            uuid("id").primary_key().to_owned(),
            string("owner"),
            string("co_owner"),
            string("parent"),
            string("subject"),
            integer("kind"),
            integer("state"),
            string("token"),
            string("sender"),
            string("recipient"),
            string("address"),
            string("message_id"),
            binary("content"),
            integer("attempts"),
            big_integer_null("due"),
            uuid_null("claim"),
            big_integer_null("lease"),
            string("status"),
            big_integer("create_time"),
            big_integer("update_time"),
            big_integer("revision"),
        ];
        let mut table = Table::create().table("mail_outbox").to_owned();
        columns.into_iter().for_each(|column| {
            table.col(column);
        });
        manager.create_table(table).await?;
        let indexes: [(&str, &[&str], bool); 6] = [
            ("mail_outbox_due", &["due", "id"], false),
            ("mail_outbox_token", &["token"], true),
            ("mail_outbox_subject", &["subject", "id"], false),
            ("mail_outbox_parent", &["parent", "id"], false),
            ("mail_outbox_address", &["address"], false),
            ("mail_outbox_state", &["state", "update_time"], false),
        ];
        for (name, columns, is_unique) in indexes {
            let mut index = Index::create().name(name).table("mail_outbox").to_owned();
            columns.iter().for_each(|column| {
                index.col(*column);
            });
            if is_unique {
                index.unique();
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }
}
