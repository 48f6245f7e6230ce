//! An entry of a ledger: rows are added, and of a row the receipt alone is ever set, once.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "evidence")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub notification: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub recipient: String,
    /// 1, 2, 3, … within the transmission.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    pub kind: i32,
    pub version: i32,
    pub time: i64,
    pub authority: String,
    pub principal: String,
    pub principal_salt: Vec<u8>,
    pub content_sha256: Vec<u8>,
    /// Of UNREADABLE alone; 0 for others.
    pub unreadable_reason: i32,
    #[sea_orm(column_type = "Text")]
    pub note: String,
    /// Of ACTED alone; 0 for others.
    pub step: i32,
    pub status: i32,
    /// The digest of the entry before.
    pub previous: Option<Vec<u8>>,
    pub entry_sha256: Vec<u8>,
    #[sea_orm(column_type = "Text", nullable)]
    pub receipt: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
