//! Looks up the records of a case.

use async_trait::async_trait;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, sea_query::ExprTrait,
};
use seamless_commit::{RecordTable, document, documents};
use seamless_identity::AuthorityId;

use super::{
    Store,
    entities::case_record::{self, Column},
    fault,
};
use crate::domain::{
    DomainError, Refusal,
    model::NotificationId,
    records::{RecordQuery, RecordReader},
};

impl RecordTable for case_record::Entity {
    const KIND: Column = Column::Kind;
    const NAME: Column = Column::Name;
    const STATE: Column = Column::State;
    const ORDER: Column = Column::SortOrder;
    const REVISION: Column = Column::Revision;
    const DOCUMENT: Column = Column::Document;
}

#[async_trait]
impl seamless_decision::RecordReader<RecordQuery> for Store {
    async fn record_document(&self, kind: &'static str, name: &str) -> Result<Option<String>, Refusal> {
        let found = document::<case_record::Entity>(self.database.read(), kind, name).await;
        found.map_err(seamless_commit::fault)
    }

    async fn record_documents(
        &self,
        kind: &'static str,
        query: &RecordQuery,
    ) -> Result<Vec<String>, Refusal> {
        let (viewer, statuses) = (&query.viewer, query.statuses.as_slice());
        let as_party = Column::Party
            .eq(viewer.as_str())
            .and(Column::Notification.in_subquery(self.reach.received(viewer, statuses)));
        let of_its_side = Column::Notification.in_subquery(self.reach.of_its_side(viewer, statuses));
        let seen = Condition::any().add(as_party).add(of_its_side);
        let mut found = Condition::all()
            .add(seen)
            .add_option(query.notification.map(|notification| Column::Notification.eq(notification)))
            .add_option(query.party.as_ref().map(|party| Column::Party.eq(party.as_str())));
        if !query.name_prefix.is_empty() {
            // Resource names hold nothing that LIKE would take for a pattern but the underscore, which none begins with.
            found = found.add(Column::Name.starts_with(query.name_prefix.as_str()));
        }
        let page = documents::<case_record::Entity>(self.database.read(), kind, found, &query.page).await;
        page.map_err(seamless_commit::fault)
    }
}

#[async_trait]
impl RecordReader for Store {
    async fn record_documents_among(
        &self,
        kind: &'static str,
        notifications: &[NotificationId],
        party: &AuthorityId,
    ) -> Result<Vec<String>, DomainError> {
        let rows: Vec<String> = case_record::Entity::find()
            .select_only()
            .column(Column::Document)
            .filter(Column::Kind.eq(kind))
            .filter(Column::Notification.is_in(notifications.iter().copied()))
            .filter(Condition::any().add(Column::Party.eq(party.as_str())).add(Column::Party.is_null()))
            .into_tuple()
            .all(self.database.read())
            .await
            .map_err(fault)?;
        Ok(rows)
    }

    async fn record_count(
        &self,
        kind: &'static str,
        notification: NotificationId,
        party: Option<&AuthorityId>,
        state: i32,
    ) -> Result<u64, DomainError> {
        let of_party = match party {
            Some(party) => Column::Party.eq(party.as_str()),
            None => Column::Party.is_null(),
        };
        case_record::Entity::find()
            .filter(Column::Kind.eq(kind))
            .filter(Column::Notification.eq(notification))
            .filter(of_party)
            .filter(Column::State.eq(state))
            .count(self.database.read())
            .await
            .map_err(fault)
    }
}
