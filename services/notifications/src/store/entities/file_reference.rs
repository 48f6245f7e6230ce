//! That an attachment needs a content of the file store: made before the content is, and removed before it.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "file_reference")]
pub struct Model {
    /// In hexadecimal digits.
    #[sea_orm(primary_key, auto_increment = false)]
    pub sha256: String,
    /// The resource name of the attachment.
    #[sea_orm(primary_key, auto_increment = false)]
    pub attachment: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
