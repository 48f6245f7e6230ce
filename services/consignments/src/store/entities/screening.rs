//! A screening: the whole record in `document`, and beside it what is looked up and counted by.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "screening")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub authority: String,
    pub entry_point: String,
    /// Days since 1970 of the plan.
    pub day: i32,
    pub area: Option<String>,
    pub lane: i16,
    pub lane_otherwise: i16,
    pub selection: i16,
    pub inspected: bool,
    pub status: i16,
    pub time: i64,
    pub probability: f64,
    pub expected_harm: f64,
    /// The first octets of the SHA-256 of the request, as a number: to tell a repeated request from a reused id.
    pub fingerprint: i64,
    #[sea_orm(column_type = "Text")]
    pub document: String,
    /// The country of origin, as the goods say it.
    pub origin: Option<String>,
    /// Whether they matched an alert.
    pub alerted: bool,
    /// Whether they should have been examined while the day's capacity was used up.
    pub exhausted: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
