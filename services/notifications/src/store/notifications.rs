//! Looks up notifications.

use async_trait::async_trait;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, LikeExpr},
};
use seamless_identity::AuthorityId;

use super::{
    Store,
    entities::{notification, sight},
    fault,
    reach::with_status,
    rows,
};
use crate::domain::{
    DomainError,
    model::{Notification, NotificationId},
    ports::{NotificationQuery, NotificationReader, SeenNotification, SourceKey},
};

#[async_trait]
impl NotificationReader for Store {
    async fn notification_get(&self, id: NotificationId) -> Result<Option<Notification>, DomainError> {
        let row = notification::Entity::find_by_id(id).one(self.database.read()).await.map_err(fault)?;
        row.as_ref().map(rows::notification_of).transpose()
    }

    async fn notification_by_source(
        &self,
        originator: &AuthorityId,
        keys: &[SourceKey],
    ) -> Result<Vec<Notification>, DomainError> {
        let keys = keys.iter().map(|key| rows::source_key(originator, key));
        let rows = notification::Entity::find()
            .filter(notification::Column::SourceKey.is_in(keys))
            .all(self.database.read())
            .await
            .map_err(fault)?;
        rows.iter().map(rows::notification_of).collect()
    }

    async fn notification_list(
        &self,
        query: &NotificationQuery,
    ) -> Result<Vec<SeenNotification>, DomainError> {
        let rows = sight::Entity::find()
            .find_also_related(notification::Entity)
            .filter(condition(query))
            .filter(self.reach.open_entries(&query.viewer))
            .order_by_desc(sight::Column::Notification)
            .limit(query.limit)
            .all(self.database.read())
            .await
            .map_err(fault)?;
        rows.into_iter().map(seen_of).collect()
    }
}

/// The notification of an entry.
pub(super) fn seen_of(
    (sight, row): (sight::Model, Option<notification::Model>),
) -> Result<SeenNotification, DomainError> {
    let (_, arrangement) = rows::viewer_of(&sight)?;
    Ok(SeenNotification { notification: rows::notification_in(row)?, arrangement })
}

/// Entries whose texts have the part anywhere.
pub(super) fn is_like(part: &str) -> sea_orm::sea_query::Expr {
    let escaped = part.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    sight::Column::Words.like(LikeExpr::new(format!("%{escaped}%")).escape('\\'))
}

/// Entries of products that were made in one of these countries, as the first or a further one.
fn made_in(countries: &[String]) -> Option<Condition> {
    use sight::Column;
    let first = Column::CountryOfOrigin.is_in(countries.iter().map(String::as_str));
    let further = countries.iter().map(|country| Column::AdditionalOrigins.like(format!("%,{country},%")));
    (!countries.is_empty()).then(|| further.fold(Condition::any().add(first), Condition::add))
}

/// What a query lets through of the viewer's entries.
pub(super) fn condition(query: &NotificationQuery) -> Condition {
    use sight::Column;
    let numbers = |numbers: Vec<i32>, column: Column| (!numbers.is_empty()).then(|| column.is_in(numbers));
    let risk_types = query.risk_types.iter().fold(0_i64, |mask, kind| mask | 1 << (*kind as i32));
    let mut condition = Condition::all()
        .add(Column::Viewer.eq(query.viewer.as_str()))
        .add(with_status(&query.statuses))
        .add_option(numbers(query.states.iter().map(|state| *state as i32).collect(), Column::State))
        .add_option(numbers(
            query.categories.iter().map(|category| *category as i32).collect(),
            Column::Category,
        ))
        .add_option(
            (risk_types != 0)
                .then(|| Expr::col((sight::Entity, Column::RiskTypes)).bit_and(risk_types).ne(0)),
        )
        .add_option(made_in(&query.countries_of_origin))
        .add_option(query.originator.as_ref().map(|originator| Column::Originator.eq(originator.as_str())))
        .add_option(query.sold_online.map(|sold_online| Column::SoldOnline.eq(sold_online)))
        .add_option(query.updated_from.map(|time| Column::UpdateTime.gte(time.as_microsecond())))
        .add_option(query.updated_before.map(|time| Column::UpdateTime.lt(time.as_microsecond())))
        .add_option(query.ids.map(|(first, last)| Column::Notification.between(first, last)))
        .add_option(query.before.map(|before| Column::Notification.lt(before)));
    if let Some(arrangement) = &query.arrangement {
        // On the originator's side it is the transmissions that tell the arrangement.
        let transmitted = Column::Notification.in_subquery(
            sea_orm::sea_query::Query::select()
                .column(super::entities::transmission::Column::Notification)
                .from(super::entities::transmission::Entity)
                .and_where(
                    Expr::col(super::entities::transmission::Column::Arrangement).eq(arrangement.as_str()),
                )
                .to_owned(),
        );
        condition = condition.add(
            Condition::any()
                .add(Column::Arrangement.eq(arrangement.as_str()))
                .add(Column::Arrangement.is_null().and(transmitted)),
        );
    }
    for word in &query.words {
        condition = condition.add(is_like(word));
    }
    condition
}
