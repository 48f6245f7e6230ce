//! A transmission, with its place in the recipient's inbox.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "transmission")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub notification: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub recipient: String,
    pub sender: String,
    pub originator: String,
    pub arrangement: String,
    pub state: i32,
    pub automatic: bool,
    pub version: i32,
    pub send_time: i64,
    pub acknowledge_time: Option<i64>,
    pub first_reaction_time: Option<i64>,
    pub deadline_rule: Option<String>,
    /// The largest number where there is no deadline, so that it sorts last.
    pub due_time: i64,
    pub status: i32,
    pub revision: i64,
    /// 0 for products sold online, 1 for others.
    pub online_rank: i16,
    /// By risk level: 0 serious, 1 high, 2 medium, 3 low, 4 not said.
    pub serious_rank: i16,
    /// 1 for what is withdrawn or whose follow-up is closed, 0 for others.
    pub closed_rank: i16,
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
