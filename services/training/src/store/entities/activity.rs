//! An activity: the whole record in `document`, and beside it what is looked up by.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "activity")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organiser: String,
    /// Co-organisers, each between commas.
    pub co_organisers: String,
    pub arrangement: Option<String>,
    pub state: i32,
    pub kind: i32,
    pub visibility: i32,
    /// Actual, exercise or test.
    pub status: i32,
    /// Whether it was ever announced.
    pub announced: bool,
    pub programme: String,
    /// Product areas, each between commas.
    pub product_areas: String,
    /// Audiences by their numbers, each between commas.
    pub audiences: String,
    /// When it begins; the end of time where it does not.
    pub begins: i64,
    pub ends: i64,
    pub zone_data: String,
    /// What it is searched by, by its own side, and by others.
    #[sea_orm(column_type = "Text")]
    pub searched: String,
    #[sea_orm(column_type = "Text")]
    pub searched_openly: String,
    pub revision: i64,
    #[sea_orm(column_type = "Text")]
    pub document: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
