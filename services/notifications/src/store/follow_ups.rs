//! Looks up follow-ups.

use async_trait::async_trait;
use sea_orm::{ColumnTrait, Condition, EntityTrait, ExprTrait, Order, QueryFilter, QueryOrder, QuerySelect};
use seamless_identity::AuthorityId;

use seamless_commit::behind;

use super::{Store, entities::follow_up, fault, rows};
use crate::domain::{
    DomainError,
    model::{FollowUp, NotificationId},
    ports::{FollowUpQuery, FollowUpReader},
};

#[async_trait]
impl FollowUpReader for Store {
    async fn follow_up_get(
        &self,
        notification: NotificationId,
        authority: &AuthorityId,
    ) -> Result<Option<FollowUp>, DomainError> {
        let row = follow_up::Entity::find_by_id((notification, authority.to_string()))
            .one(self.database.read())
            .await
            .map_err(fault)?;
        row.as_ref().map(rows::follow_up_of).transpose()
    }

    async fn follow_up_list(&self, query: &FollowUpQuery) -> Result<Vec<FollowUp>, DomainError> {
        use follow_up::Column;
        // The viewer's own, and those on notifications of its side: a recipient does not see another recipient's.
        let mut condition = Condition::all()
            .add(
                Condition::any()
                    .add(Column::Authority.eq(query.viewer.as_str()).and(
                        Column::Notification.in_subquery(self.reach.received(&query.viewer, &query.statuses)),
                    ))
                    .add(
                        Column::Notification
                            .in_subquery(self.reach.of_its_side(&query.viewer, &query.statuses)),
                    ),
            )
            .add_option(query.notification.map(|notification| Column::Notification.eq(notification)));
        if !query.states.is_empty() {
            condition = condition.add(Column::State.is_in(query.states.iter().map(|state| *state as i32)));
        }
        if let Some((notification, authority)) = &query.before {
            let last = [(*notification).into(), authority.as_str().into()];
            condition = condition.add(behind(&Order::Desc, [Column::Notification, Column::Authority], last));
        }
        let rows = follow_up::Entity::find()
            .filter(condition)
            .order_by_desc(Column::Notification)
            .order_by_desc(Column::Authority)
            .limit(query.limit)
            .all(self.database.read())
            .await
            .map_err(fault)?;
        rows.iter().map(rows::follow_up_of).collect()
    }
}
