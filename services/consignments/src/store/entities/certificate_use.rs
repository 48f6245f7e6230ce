//! What goods have taken of the certificate of a pre-inspection.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificate_use")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub inspection: String,
    /// The declaration of the goods, or their screening where there is none.
    #[sea_orm(primary_key, auto_increment = false)]
    pub consignment: String,
    /// The goods item; 0 where there is no declaration.
    #[sea_orm(primary_key, auto_increment = false)]
    pub item: i32,
    /// What was taken of each item of the certificate, as JSON.
    pub taken: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
