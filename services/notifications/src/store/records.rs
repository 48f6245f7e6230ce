//! Looks up the records of a case.

use async_trait::async_trait;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Value},
};
use seamless_identity::AuthorityId;

use super::{Store, entities::case_record, fault};
use crate::domain::{
    DomainError,
    model::NotificationId,
    records::{RecordQuery, RecordReader},
};

#[async_trait]
impl RecordReader for Store {
    async fn record_document(&self, kind: &'static str, name: &str) -> Result<Option<String>, DomainError> {
        let row = case_record::Entity::find_by_id((kind.to_owned(), name.to_owned()))
            .one(self.database.read())
            .await
            .map_err(fault)?;
        Ok(row.map(|row| row.document))
    }

    async fn record_documents(
        &self,
        kind: &'static str,
        query: &RecordQuery,
    ) -> Result<Vec<String>, DomainError> {
        use case_record::Column;
        let mut select = case_record::Entity::find()
            .filter(Column::Kind.eq(kind))
            .filter(
                Condition::any()
                    .add(
                        Column::Party
                            .eq(query.viewer.as_str())
                            .and(Column::Notification.in_subquery(self.reach.received(&query.viewer))),
                    )
                    .add(Column::Notification.in_subquery(self.reach.of_its_side(&query.viewer))),
            )
            .order_by_asc(Column::SortOrder)
            .order_by_asc(Column::Name)
            .limit(query.limit);
        if let Some(notification) = query.notification {
            select = select.filter(Column::Notification.eq(notification));
        }
        if let Some(party) = &query.party {
            select = select.filter(Column::Party.eq(party.as_str()));
        }
        if !query.name_prefix.is_empty() {
            // Resource names hold nothing that LIKE would take for a pattern but the underscore, which none begins with.
            select = select.filter(Column::Name.starts_with(query.name_prefix.as_str()));
        }
        if !query.states.is_empty() {
            select = select.filter(Column::State.is_in(query.states.iter().copied()));
        }
        if let Some((order, name)) = query.after.clone() {
            let place = [Column::SortOrder, Column::Name].map(Expr::col);
            let after: [Value; 2] = [order.into(), name.into()];
            select = select.filter(Expr::tuple(place).gt(Expr::tuple(after.map(Expr::val))));
        }
        let rows = select.all(self.database.read()).await.map_err(fault)?;
        Ok(rows.into_iter().map(|row| row.document).collect())
    }
    async fn record_documents_among(
        &self,
        kind: &'static str,
        notifications: &[NotificationId],
        party: &AuthorityId,
    ) -> Result<Vec<String>, DomainError> {
        use case_record::Column;
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
        use case_record::Column;
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
