//! The table of records of a service that finds them by nothing of its own: the whole record in `document`, and beside it
//! what [`Place`] says. How it is filled, and looked up by a [`RecordQuery`].

use std::collections::HashMap;

use sea_orm::{ColumnTrait, Condition, ConnectionTrait, Set, entity::prelude::*, sea_query::ExprTrait};
use sea_orm_migration::{prelude::*, schema::*};
use seamless_decision::{Place, RecordQuery, Refusal, StoredRecord};
use seamless_identifiers::AuthorityId;

use crate::{RecordTable, document, documents, documents_named, fault};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "record")]
#[allow(missing_docs, reason = "the columns of `Place` and `StoredRecord`")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub owner: String,
    pub party: Option<String>,
    pub arrangement: Option<String>,
    pub parent: String,
    pub state: i32,
    pub sort_order: i64,
    pub revision: i64,
    #[sea_orm(column_type = "Text")]
    pub document: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs, reason = "there is none")]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl RecordTable for Entity {
    const KIND: Column = Column::Kind;
    const NAME: Column = Column::Name;
    const STATE: Column = Column::State;
    const ORDER: Column = Column::SortOrder;
    const REVISION: Column = Column::Revision;
    const DOCUMENT: Column = Column::Document;
}

/// The row of a record.
pub fn row(record: StoredRecord<Place>) -> ActiveModel {
    let StoredRecord { kind, name, place, revision, document } = record;
    ActiveModel {
        kind: Set(kind.to_owned()),
        name: Set(name),
        owner: Set(place.owner.to_string()),
        party: Set(place.party.map(|party| party.to_string())),
        arrangement: Set(place.arrangement.map(|arrangement| arrangement.to_string())),
        parent: Set(place.group),
        state: Set(place.state),
        sort_order: Set(place.order),
        revision: Set(revision),
        document: Set(document),
    }
}

/// The document of the record of this kind and name, whoever may see it.
///
/// # Errors
/// Those of the database.
pub async fn named(
    connection: &impl ConnectionTrait,
    kind: &str,
    name: &str,
) -> Result<Option<String>, Refusal> {
    document::<Entity>(connection, kind, name).await.map_err(fault)
}

/// The documents of those records of this kind that have one of these names, by their names, whoever may see them.
///
/// # Errors
/// Those of the database.
pub async fn all_named(
    connection: &impl ConnectionTrait,
    kind: &str,
    names: &[String],
) -> Result<HashMap<String, String>, Refusal> {
    documents_named::<Entity>(connection, kind, names).await.map_err(fault)
}

/// The documents of a page of records of this kind, in their order.
///
/// # Errors
/// Those of the database.
pub async fn found(
    connection: &impl ConnectionTrait,
    kind: &str,
    query: &RecordQuery,
) -> Result<Vec<String>, Refusal> {
    let owners = query.owners.iter().map(AuthorityId::as_str);
    let mut seen = Condition::any().add(Column::Owner.is_in(owners));
    if let Some(party) = &query.party {
        let open: Vec<String> = query.arrangements.iter().map(ToString::to_string).collect();
        let reached = Column::Arrangement.is_null().or(Column::Arrangement.is_in(open));
        seen = seen.add(Column::Party.eq(party.as_str()).and(reached));
    }
    let group = query.group.as_ref().map(|group| Column::Parent.eq(group.as_str()));
    documents::<Entity>(connection, kind, Condition::all().add(seen).add_option(group), &query.page)
        .await
        .map_err(fault)
}

/// Makes the table, for a service whose own migrations do not.
#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "records_m0001"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            string("kind"),
            string("name"),
            string("owner"),
            string_null("party"),
            string_null("arrangement"),
            string("parent"),
            integer("state"),
            big_integer("sort_order"),
            big_integer("revision"),
            text("document"),
        ];
        let mut table = Table::create().table("record").to_owned();
        columns.into_iter().for_each(|column| {
            table.col(column);
        });
        manager.create_table(table.primary_key(Index::create().col("kind").col("name")).to_owned()).await?;
        for (name, columns) in [
            ("record_order", ["kind", "sort_order", "name"]),
            ("record_parent", ["kind", "parent", "sort_order"]),
        ] {
            let mut index = Index::create().name(name).table("record").to_owned();
            columns.into_iter().for_each(|column| {
                index.col(column);
            });
            manager.create_index(index).await?;
        }
        Ok(())
    }
}
