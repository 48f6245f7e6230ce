//! The table of the trial by which a database shows that it takes writes again.

use sea_orm::entity::prelude::*;
use sea_orm_migration::{prelude::*, schema::*};

/// Octets of a trial: several pages, so that a disk with next to no room left does not pass for one with room.
pub(crate) const TRIAL: usize = 64 << 10;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "storage_proof")]
pub(crate) struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i16,
    pub trial: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Creates the table; belongs into the migrator of each service.
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "storage_m0002_proof"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(Alias::new("storage_proof"))
            .col(small_integer("id").primary_key())
            .col(binary("trial"))
            .to_owned();
        manager.create_table(table).await
    }
}
