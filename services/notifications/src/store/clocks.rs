//! Looks up clocks.

use async_trait::async_trait;
use jiff::Timestamp;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, sea_query::ExprTrait,
};
use seamless_identity::AuthorityId;

use seamless_commit::behind;

use super::{Store, entities::clock, fault, rows};
use crate::domain::{
    DomainError,
    model::{Clock, NotificationId},
    ports::{ClockPlace, ClockQuery, ClockReader, ClockSide},
};

#[async_trait]
impl ClockReader for Store {
    async fn clock_list_of(
        &self,
        notification: NotificationId,
        recipient: &AuthorityId,
    ) -> Result<Vec<Clock>, DomainError> {
        let rows = clock::Entity::find()
            .filter(clock::Column::Notification.eq(notification))
            .filter(clock::Column::Recipient.eq(recipient.as_str()))
            .order_by_asc(clock::Column::Rule)
            .all(self.database.read())
            .await
            .map_err(fault)?;
        rows.iter().map(rows::clock_of).collect()
    }

    async fn clock_list(&self, query: &ClockQuery) -> Result<Vec<Clock>, DomainError> {
        use clock::Column;
        let received = || Column::Notification.in_subquery(self.reach.received(&query.viewer, &[]));
        let own = || Column::Recipient.eq(query.viewer.as_str()).and(received());
        let others = || Column::Notification.in_subquery(self.reach.of_its_side(&query.viewer, &[]));
        let side = match query.side {
            ClockSide::Own => Condition::all().add(own()),
            ClockSide::Others => Condition::all().add(others()),
            ClockSide::All => Condition::any().add(own()).add(others()),
        };
        let mut select = clock::Entity::find()
            .filter(side)
            .order_by_asc(Column::Due)
            .order_by_asc(Column::Notification)
            .order_by_asc(Column::Recipient)
            .order_by_asc(Column::Rule)
            .limit(query.limit);
        if !query.statuses.is_empty() {
            let statuses = query.statuses.iter().map(|status| *status as i32);
            select = select.filter(Column::Status.is_in(statuses));
        }
        if let Some(notification) = query.notification {
            select = select.filter(Column::Notification.eq(notification));
        }
        if let Some(arrangement) = &query.arrangement {
            select = select.filter(Column::Arrangement.eq(arrangement.as_str()));
        }
        if !query.states.is_empty() {
            select = select.filter(Column::State.is_in(query.states.iter().map(|state| *state as i32)));
        }
        if let Some(before) = query.due_before {
            select = select.filter(Column::Due.lt(before.as_microsecond()));
        }
        if let Some(ClockPlace { due, notification, recipient, rule }) = query.after.clone() {
            let place = [Column::Due, Column::Notification, Column::Recipient, Column::Rule];
            let last = [due.into(), notification.into(), recipient.into(), rule.into()];
            select = select.filter(behind(&Order::Asc, place, last));
        }
        let rows = select.all(self.database.read()).await.map_err(fault)?;
        rows.iter().map(rows::clock_of).collect()
    }

    async fn clock_due(
        &self,
        now: Timestamp,
        limit: u64,
    ) -> Result<Vec<(NotificationId, AuthorityId)>, DomainError> {
        let rows: Vec<(NotificationId, String)> = clock::Entity::find()
            .select_only()
            .columns([clock::Column::Notification, clock::Column::Recipient])
            .filter(clock::Column::NextMark.lte(now.as_microsecond()))
            .order_by_asc(clock::Column::NextMark)
            .limit(limit)
            .into_tuple()
            .all(self.database.read())
            .await
            .map_err(fault)?;
        rows.into_iter()
            .map(|(notification, recipient)| {
                Ok((notification, recipient.parse().map_err(|error| rows::damaged("clock", error))?))
            })
            .collect()
    }
}
