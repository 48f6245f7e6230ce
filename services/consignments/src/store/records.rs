//! Looks up records.

use async_trait::async_trait;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Value},
};

use super::{Store, entities::record, fault};
use crate::domain::{
    DomainError,
    records::{RecordQuery, RecordReader},
};

#[async_trait]
impl RecordReader for Store {
    async fn record_document(&self, kind: &'static str, name: &str) -> Result<Option<String>, DomainError> {
        let row = record::Entity::find_by_id((kind.to_owned(), name.to_owned()))
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
        use record::Column;
        let texts = |ids: &[seamless_identity::AuthorityId]| -> Vec<String> {
            ids.iter().map(ToString::to_string).collect()
        };
        let mut seen = Condition::any().add(Column::Owner.is_in(texts(&query.owners)));
        if let Some(party) = &query.party {
            let open: Vec<String> = query.arrangements.iter().map(ToString::to_string).collect();
            let reached = Column::Arrangement.is_null().or(Column::Arrangement.is_in(open));
            seen = seen.add(Column::Party.eq(party.as_str()).and(reached));
        }
        let order = if query.descending { Order::Desc } else { Order::Asc };
        let mut select = record::Entity::find()
            .filter(Column::Kind.eq(kind))
            .filter(seen)
            .order_by(Column::SortOrder, order.clone())
            .order_by(Column::Name, order)
            .limit(query.limit);
        if let Some(group) = &query.group {
            select = select.filter(Column::Parent.eq(group.as_str()));
        }
        if !query.states.is_empty() {
            select = select.filter(Column::State.is_in(query.states.iter().copied()));
        }
        if let Some((order, name)) = query.after.clone() {
            let place = Expr::tuple([Column::SortOrder, Column::Name].map(Expr::col));
            let after: [Value; 2] = [order.into(), name.into()];
            let after = Expr::tuple(after.map(Expr::val));
            select = select.filter(if query.descending { place.lt(after) } else { place.gt(after) });
        }
        let rows = select.all(self.database.read()).await.map_err(fault)?;
        Ok(rows.into_iter().map(|row| row.document).collect())
    }
}
