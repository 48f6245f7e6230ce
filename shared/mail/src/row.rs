//! The table of the outbox. `sender`, `recipient`, `address` and `content` hold personal data.

use std::fmt;

use sea_orm::entity::prelude::*;

/// Times are microseconds since 1970 in UTC.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mail_outbox")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub owner: String,
    pub co_owner: String,
    pub parent: String,
    pub subject: String,
    pub kind: i32,
    pub meeting: String,
    pub state: i32,
    pub token: String,
    pub sender: String,
    pub recipient: String,
    pub address: String,
    pub message_id: String,
    pub content: Vec<u8>,
    pub attempts: i32,
    /// When it is tried next; none where it is not.
    pub due: Option<i64>,
    /// Who tries it now …
    pub claim: Option<Uuid>,
    /// … until when others leave it to them.
    pub lease: Option<i64>,
    pub status: String,
    pub create_time: i64,
    pub update_time: i64,
    pub revision: i64,
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "mail_outbox({})", self.id)
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
