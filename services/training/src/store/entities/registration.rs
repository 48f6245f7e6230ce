//! A registration: the whole record in `document`, and beside it what is looked up by. `document`, `address` and
//! `person` hold personal data.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "registration")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub activity: Uuid,
    /// Empty for the activity itself.
    pub session: String,
    pub organiser: String,
    pub registrar: String,
    pub state: i32,
    pub position: i64,
    /// When the offer expires.
    pub due: Option<i64>,
    /// Under which its authority registers nobody else; none once it ended.
    pub address: Option<String>,
    /// The address of the first, also once it ended; none once it was erased.
    pub person: Option<String>,
    pub revision: i64,
    #[sea_orm(column_type = "Text")]
    pub document: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
