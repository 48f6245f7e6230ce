//! A content of the file store that attachments refer to. Whoever refers to it, and whoever removes it, changes its row
//! first, and so waits for the other.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "file_content")]
pub struct Model {
    /// In hexadecimal digits.
    #[sea_orm(primary_key, auto_increment = false)]
    pub sha256: String,
    /// Counts the changes of its references; only that it is written matters.
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
