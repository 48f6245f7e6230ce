//! Looks up earlier makers by their keys.

use async_trait::async_trait;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, Query, SelectStatement},
};
use seamless_identity::AuthorityId;

use super::{
    Store,
    entities::{case_record, notification, operator_key, sight},
    fault,
    notifications::seen_of,
    rows,
};
use crate::domain::{
    DomainError,
    model::{Candidate, CandidateState},
    ports::{OperatorReader, SeenNotification},
    records::Record,
};

#[async_trait]
impl OperatorReader for Store {
    async fn operator_alerts(
        &self,
        viewer: &AuthorityId,
        keys: &[String],
        limit: u64,
    ) -> Result<Vec<SeenNotification>, DomainError> {
        let rows = sight::Entity::find()
            .find_also_related(notification::Entity)
            .filter(sight::Column::Viewer.eq(viewer.as_str()))
            .filter(sight::Column::Notification.in_subquery(alerts_with(viewer, keys)))
            .filter(self.reach.open_entries(viewer))
            .order_by_desc(sight::Column::Notification)
            .limit(limit)
            .all(self.database.read())
            .await
            .map_err(fault)?;
        rows.into_iter().map(seen_of).collect()
    }

    async fn operator_candidates(
        &self,
        viewer: &AuthorityId,
        keys: &[String],
        limit: u64,
    ) -> Result<Vec<Candidate>, DomainError> {
        use case_record::Column;
        let named = of(viewer, keys).column(operator_key::Column::Source).to_owned();
        let in_sight = Query::select()
            .column(sight::Column::Notification)
            .from(sight::Entity)
            .and_where(Expr::col(sight::Column::Viewer).eq(viewer.as_str()))
            .cond_where(self.reach.open_entries(viewer))
            .to_owned();
        let rows = case_record::Entity::find()
            .filter(Column::Kind.eq(Candidate::KIND))
            .filter(Column::State.eq(CandidateState::Confirmed as i32))
            .filter(
                Condition::any()
                    .add(Column::Name.in_subquery(named))
                    .add(Column::Notification.in_subquery(alerts_with(viewer, keys))),
            )
            .filter(
                Condition::any()
                    .add(Column::Party.eq(viewer.as_str()))
                    .add(Column::Notification.in_subquery(self.reach.of_its_side(viewer, &[]))),
            )
            // A recipient that lost the alert has lost what hangs below it.
            .filter(Column::Notification.in_subquery(in_sight))
            .order_by_desc(Column::Notification)
            .order_by_asc(Column::Name)
            .limit(limit)
            .all(self.database.read())
            .await
            .map_err(fault)?;
        let parse = |row: case_record::Model| serde_json::from_str(&row.document);
        rows.into_iter()
            .map(parse)
            .collect::<Result<_, _>>()
            .map_err(|error| rows::damaged("candidate", error))
    }
}

/// The alerts that give the viewer one of the keys themselves.
fn alerts_with(viewer: &AuthorityId, keys: &[String]) -> SelectStatement {
    of(viewer, keys)
        .column(operator_key::Column::Notification)
        .and_where(Expr::col(operator_key::Column::Source).eq(""))
        .to_owned()
}

/// The viewer's rows of these keys.
fn of(viewer: &AuthorityId, keys: &[String]) -> SelectStatement {
    Query::select()
        .from(operator_key::Entity)
        .and_where(Expr::col(operator_key::Column::Viewer).eq(viewer.as_str()))
        .and_where(Expr::col(operator_key::Column::OperatorKey).is_in(keys.iter().map(String::as_str)))
        .to_owned()
}
