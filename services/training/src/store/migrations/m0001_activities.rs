//! Activities and registrations.

use sea_orm_migration::{prelude::*, schema::*};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "training_m0001_activities"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let activity = [
            uuid("id").primary_key().to_owned(),
            string("organiser"),
            string("co_organisers"),
            string_null("arrangement"),
            integer("state"),
            integer("kind"),
            integer("visibility"),
            integer("status"),
            boolean("announced"),
            string("programme"),
            string("product_areas"),
            string("audiences"),
            big_integer("begins"),
            big_integer("ends"),
            string("zone_data"),
            text("searched"),
            text("searched_openly"),
            big_integer("revision"),
            text("document"),
        ];
        let registration = [
            uuid("id").primary_key().to_owned(),
            uuid("activity"),
            string("session"),
            string("organiser"),
            string("registrar"),
            integer("state"),
            big_integer("position"),
            big_integer_null("due"),
            string_null("address"),
            big_integer("revision"),
            text("document"),
        ];
        for (name, columns) in [("activity", activity.to_vec()), ("registration", registration.to_vec())] {
            let mut table = Table::create().table(name).to_owned();
            columns.into_iter().for_each(|column| {
                table.col(column);
            });
            manager.create_table(table).await?;
        }
        let indexes: [(&str, &str, &[&str], bool); 5] = [
            ("activity_begins", "activity", &["begins", "id"], false),
            ("registration_position", "registration", &["activity", "session", "position"], true),
            ("registration_address", "registration", &["activity", "session", "address"], true),
            ("registration_state", "registration", &["activity", "session", "state", "position"], false),
            ("registration_due", "registration", &["due"], false),
        ];
        for (name, table, columns, is_unique) in indexes {
            let mut index = Index::create().name(name).table(table).to_owned();
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
