//! One authority's entry of a notification in its lists: made only of what that authority may see, so that no filter
//! can reveal more.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sight")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub viewer: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub notification: Uuid,
    pub originator: String,
    /// The arrangement under which the viewer has it; null on the originator's side.
    pub arrangement: Option<String>,
    pub state: i32,
    /// Whether it is meant, as the contract numbers it; the same for ever.
    pub status: i32,
    pub update_time: i64,
    pub category: Option<i32>,
    /// One bit for each risk type.
    pub risk_types: i64,
    pub country_of_origin: Option<String>,
    pub sold_online: Option<bool>,
    /// Further countries of origin, each between commas (`,CN,US,`); null where there are none.
    pub additional_origins: Option<String>,
    /// The texts that the viewer is shown, in the spelling of the index.
    #[sea_orm(column_type = "Text")]
    pub words: String,
    /// The way in which its entry in the index of words was made; 0 if it has none.
    pub index_version: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::notification::Entity",
        from = "Column::Notification",
        to = "super::notification::Column::Id"
    )]
    Notification,
}

impl Related<super::notification::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Notification.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
