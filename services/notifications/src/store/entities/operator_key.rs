//! What a viewer finds an earlier alert or a confirmed manufacturer by: made only of what that viewer may see.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "operator_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub viewer: String,
    /// `code:…`, `name:…`, `brand:…` or `gtin:…`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub operator_key: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub notification: Uuid,
    /// Resource name of the record that names the company; empty for the notification itself.
    #[sea_orm(primary_key, auto_increment = false)]
    pub source: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
