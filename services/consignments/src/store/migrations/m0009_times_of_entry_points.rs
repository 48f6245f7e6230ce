//! What an entry point screened in the order of time: its last screenings, and its first from an hour on, are found without reading
//! all that it ever screened, whatever the database knows of its tables.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "consignments_m0009_times_of_entry_points"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = "CREATE INDEX screening_entry_point_time ON screening (entry_point, time, id)";
        manager.get_connection().execute_unprepared(sql).await?;
        Ok(())
    }
}
