//! Where goods arrive that were declared for another entry point first: they stay in the plan of that one, and whoever lists what
//! arrives finds them too. Rows of before, and of servers of before, do not say it.

use sea_orm_migration::{prelude::*, schema::*};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "consignments_m0010_ports_of_arrival"
    }
}

#[derive(DeriveIden)]
enum Screening {
    Table,
    ArrivesAt,
    ArrivesDay,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time.
        for column in [string_null(Screening::ArrivesAt).take(), integer_null(Screening::ArrivesDay).take()] {
            let added = Table::alter().table(Screening::Table).add_column(column).to_owned();
            manager.alter_table(added).await?;
        }
        // Few of all. One index for the order of time, one for the day.
        for columns in ["time, id", "arrives_day"] {
            let name = if columns == "arrives_day" { "day" } else { "time" };
            let sql = format!(
                "CREATE INDEX screening_arrives_{name} ON screening (arrives_at, {columns}) \
                 WHERE arrives_at IS NOT NULL"
            );
            manager.get_connection().execute_unprepared(&sql).await?;
        }
        Ok(())
    }
}
