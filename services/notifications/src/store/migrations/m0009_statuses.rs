//! The status of a notification in the entries of lists: ACTUAL is 1, EXERCISE 2, TEST 3, as the contract numbers them.
//! That of what was written before is read in the documents; what a server of before writes during a roll-out counts as
//! ACTUAL until it is written again, as everything did before.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveIden)]
enum Sight {
    Table,
    Status,
}

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "notifications_m0009_statuses"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let status = integer(Sight::Status).default(1).to_owned();
        let added = Table::alter().table(Sight::Table).add_column(status).to_owned();
        manager.alter_table(added).await?;
        for statement in [
            drills("exercise", 2).as_str(),
            drills("test", 3).as_str(),
            // Drills are few: who asks for exercises or tests alone passes over nothing else, and real alerts cost nothing.
            "CREATE INDEX sight_drills ON sight (viewer, status, notification) WHERE status <> 1",
        ] {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

/// Gives the entries of the drills of this kind their status. Documents are looked at as text, so that a damaged one keeps
/// no upgrade from going on; in none can a text of its content look so, since quotation marks in texts are escaped.
fn drills(word: &str, number: i32) -> String {
    format!(
        "UPDATE sight SET status = {number} WHERE notification IN \
         (SELECT id FROM notification WHERE document LIKE '%\"status\":\"{word}\"%')"
    )
}
