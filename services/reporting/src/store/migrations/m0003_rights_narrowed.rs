//! How often an authority was shown less of an alert than before.

use sea_orm_migration::{prelude::*, schema::*};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "reporting_m0003_rights_narrowed"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["fact_input", "fact_input_rebuilt"] {
            let table = Table::alter().table(name).add_column(big_integer("narrowed").default(0)).to_owned();
            manager.alter_table(table).await?;
        }
        Ok(())
    }
}
