//! An alert, as the feed of the authority that is shown it told it last: what is kept of it in `document`, and beside it what is
//! looked up by.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "alert")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub authority: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub status: i32,
    /// When the authority was first told of it in force.
    pub told: i64,
    /// From when on it counts.
    pub time: i64,
    #[sea_orm(column_type = "Text")]
    pub document: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
