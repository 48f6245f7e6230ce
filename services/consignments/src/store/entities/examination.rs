//! What a control with an outcome told.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "examination")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub control: String,
    pub side: String,
    pub entry_point: String,
    /// Days since 1970 of the plan.
    pub day: i32,
    pub examine_time: i64,
    pub known_time: i64,
    pub area: Option<String>,
    pub body: Option<String>,
    pub passed: bool,
    pub selection: i16,
    pub probability: f64,
    pub lane_otherwise: Option<i16>,
    pub is_unsafe: bool,
    pub screening: Option<Uuid>,
    /// The goods.
    #[sea_orm(column_type = "Text")]
    pub document: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
