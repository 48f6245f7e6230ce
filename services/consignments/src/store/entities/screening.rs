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
    /// What the goods are declared as, and which version of it this is, from 1 on.
    pub declared: Option<String>,
    pub version: i32,
    /// The first screening of the goods; none for the first, which counts as their arrival.
    pub first: Option<Uuid>,
    /// The screening that holds in its place.
    pub superseded_by: Option<Uuid>,
    /// Counts every change from 1 on.
    pub revision: i64,
    /// Whether they could not be examined, since nothing was left for the lot.
    pub without_chance: bool,
    /// Where the goods arrive by now, if that is not where their plan is, and on which day, in days since 1970.
    pub arrives_at: Option<String>,
    pub arrives_day: Option<i32>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
