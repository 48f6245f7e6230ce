//! Looks up records.

use async_trait::async_trait;
use sea_orm::{ColumnTrait, Condition, sea_query::ExprTrait};
use seamless_commit::{RecordTable, document, documents};
use seamless_identity::AuthorityId;

use super::{
    Store,
    entities::record::{Column, Entity},
    fault,
};
use crate::domain::{
    DomainError,
    records::{RecordQuery, RecordReader},
};

impl RecordTable for Entity {
    const KIND: Column = Column::Kind;
    const NAME: Column = Column::Name;
    const STATE: Column = Column::State;
    const ORDER: Column = Column::SortOrder;
    const DOCUMENT: Column = Column::Document;
}

#[async_trait]
impl RecordReader<RecordQuery> for Store {
    async fn record_document(&self, kind: &'static str, name: &str) -> Result<Option<String>, DomainError> {
        document::<Entity>(self.database.read(), kind, name).await.map_err(fault)
    }

    async fn record_documents(
        &self,
        kind: &'static str,
        query: &RecordQuery,
    ) -> Result<Vec<String>, DomainError> {
        let owners = query.owners.iter().map(AuthorityId::as_str);
        let mut seen = Condition::any().add(Column::Owner.is_in(owners));
        if let Some(party) = &query.party {
            let open: Vec<String> = query.arrangements.iter().map(ToString::to_string).collect();
            let reached = Column::Arrangement.is_null().or(Column::Arrangement.is_in(open));
            seen = seen.add(Column::Party.eq(party.as_str()).and(reached));
        }
        let group = query.group.as_ref().map(|group| Column::Parent.eq(group.as_str()));
        let found = Condition::all().add(seen).add_option(group);
        documents::<Entity>(self.database.read(), kind, found, &query.page).await.map_err(fault)
    }
}
