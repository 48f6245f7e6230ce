//! A notification: the whole record in `document`, and beside it what is looked up by.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notification")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub originator: String,
    /// Originator, source and the record's key there, for what was imported; unique. One column, so that a look-up of
    /// many keys is as many index look-ups, whatever the planner knows of the table.
    pub source_key: Option<String>,
    pub revision: i64,
    #[sea_orm(column_type = "Text")]
    pub document: String,
    /// The originator's own audiences, as JSON; null where the contract's hold. The feed reads them often.
    #[sea_orm(column_type = "Text")]
    pub disclosures: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
