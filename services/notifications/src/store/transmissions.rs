//! Looks up transmissions and inboxes.

use async_trait::async_trait;
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, Value},
};
use seamless_identity::AuthorityId;

use super::{
    Store,
    entities::{notification, transmission},
    fault, rows,
};
use crate::domain::{
    DomainError,
    model::{NotificationId, Transmission},
    ports::{InboxItem, InboxPlace, InboxQuery, TransmissionReader},
};

#[async_trait]
impl TransmissionReader for Store {
    async fn transmission_list(
        &self,
        notification: NotificationId,
    ) -> Result<Vec<Transmission>, DomainError> {
        let rows = transmission::Entity::find()
            .filter(transmission::Column::Notification.eq(notification))
            .order_by_asc(transmission::Column::Recipient)
            .all(self.database.read())
            .await
            .map_err(fault)?;
        rows.into_iter().map(rows::transmission_of).collect()
    }

    async fn transmission_get(
        &self,
        notification: NotificationId,
        recipient: &AuthorityId,
    ) -> Result<Option<Transmission>, DomainError> {
        let row = transmission::Entity::find_by_id((notification, recipient.to_string()))
            .one(self.database.read())
            .await
            .map_err(fault)?;
        row.map(rows::transmission_of).transpose()
    }

    async fn inbox_list(&self, query: &InboxQuery) -> Result<Vec<InboxItem>, DomainError> {
        use transmission::Column;
        let mut select = transmission::Entity::find()
            .find_also_related(notification::Entity)
            .filter(Column::Recipient.eq(query.recipient.as_str()))
            .filter(Column::Status.eq(query.status as i32))
            .order_by_asc(Column::OnlineRank)
            .order_by_asc(Column::SeriousRank)
            .order_by_asc(Column::DueTime)
            .order_by_asc(Column::Notification)
            .limit(query.limit);
        if !query.states.is_empty() {
            select = select.filter(Column::State.is_in(query.states.iter().map(|state| *state as i32)));
        }
        if let Some(arrangement) = &query.arrangement {
            select = select.filter(Column::Arrangement.eq(arrangement.as_str()));
        }
        if let Some(InboxPlace { online_rank, serious_rank, due, notification }) = query.after.clone() {
            let place = [Column::OnlineRank, Column::SeriousRank, Column::DueTime, Column::Notification]
                .map(|column| Expr::col((transmission::Entity, column)));
            let after: [Value; 4] =
                [online_rank.into(), serious_rank.into(), due.into(), notification.into()];
            select = select.filter(Expr::tuple(place).gt(Expr::tuple(after.map(Expr::val))));
        }
        let rows = select.all(self.database.read()).await.map_err(fault)?;
        rows.into_iter()
            .map(|(row, notification)| {
                let notification = notification
                    .ok_or_else(|| rows::damaged("inbox", "an entry without its notification"))?;
                Ok(InboxItem {
                    place: InboxPlace {
                        online_rank: row.online_rank,
                        serious_rank: row.serious_rank,
                        due: row.due_time,
                        notification: row.notification,
                    },
                    transmission: rows::transmission_of(row)?,
                    notification: rows::notification_of(&notification)?,
                })
            })
            .collect()
    }
}
