//! A pre-inspection in its present version: the whole record in `document`, and beside it what is looked up by.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "inspection")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub originator: String,
    pub arrangement: String,
    pub body: String,
    pub certificate: String,
    pub state: i32,
    pub version: i32,
    pub create_time: i64,
    #[sea_orm(column_type = "Text")]
    pub document: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
