//! What arrivals have used of the certificate of a pre-inspection.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificate_balance")]
pub struct Model {
    /// As text, so that many are written in one statement on both databases.
    #[sea_orm(primary_key, auto_increment = false)]
    pub inspection: String,
    pub revision: i64,
    #[sea_orm(column_type = "Text")]
    pub document: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
