//! What screenings are declared as, so that a later one of the same goods is found to amend them. Rows of before say nothing of
//! it, nor do those of servers of before.

use sea_orm_migration::{prelude::*, schema::*};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "consignments_m0006_declarations"
    }
}

#[derive(DeriveIden)]
enum Screening {
    Table,
    Declared,
    Version,
    First,
    SupersededBy,
    Revision,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time.
        for column in [
            string_null(Screening::Declared).take(),
            integer(Screening::Version).default(1).take(),
            uuid_null(Screening::First).take(),
            uuid_null(Screening::SupersededBy).take(),
            big_integer(Screening::Revision).default(1).take(),
        ] {
            let added = Table::alter().table(Screening::Table).add_column(column).to_owned();
            manager.alter_table(added).await?;
        }
        // Whoever is second finds that somebody else has declared these goods meanwhile.
        manager
            .create_index(
                Index::create()
                    .name("screening_declared")
                    .table(Screening::Table)
                    .col(Screening::Declared)
                    .col(Screening::Version)
                    .unique()
                    .to_owned(),
            )
            .await?;
        // Few of all: they are taken off the count of arrivals.
        let sql = "CREATE INDEX screening_amended ON screening (entry_point, day, lane_otherwise, status, area) \
                   WHERE first IS NOT NULL";
        manager.get_connection().execute_unprepared(sql).await?;
        Ok(())
    }
}
