//! Looks up transmissions and inboxes.

use async_trait::async_trait;
use sea_orm::{ColumnTrait, Condition, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect};
use seamless_identity::{ArrangementId, AuthorityId};

use seamless_commit::behind;

use super::{
    Store,
    entities::{notification, transmission},
    fault, rows,
};
use crate::domain::{
    DomainError,
    model::{NotificationId, Transmission, TransmissionState},
    ports::{InboxItem, InboxPlace, InboxQuery, LapseReader, TransmissionReader},
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

    fn may_read(&self, transmission: &Transmission) -> bool {
        self.reach.may_read(transmission)
    }

    async fn inbox_list(&self, query: &InboxQuery) -> Result<Vec<InboxItem>, DomainError> {
        use transmission::Column;
        let mut select = transmission::Entity::find()
            .find_also_related(notification::Entity)
            .filter(Column::Recipient.eq(query.recipient.as_str()))
            .filter(Column::Status.eq(query.status as i32))
            .filter(Column::State.ne(TransmissionState::Revoked as i32))
            .filter(Column::Arrangement.is_in(self.reach.open_arrangements(&query.recipient)))
            .order_by_asc(Column::ClosedRank)
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
        if let Some(last) = query.after.clone() {
            let InboxPlace { closed_rank, online_rank, serious_rank, due, notification } = last;
            let place = [
                Column::ClosedRank,
                Column::OnlineRank,
                Column::SeriousRank,
                Column::DueTime,
                Column::Notification,
            ]
            .map(|column| (transmission::Entity, column));
            let last = [
                closed_rank.into(),
                online_rank.into(),
                serious_rank.into(),
                due.into(),
                notification.into(),
            ];
            select = select.filter(behind(&Order::Asc, place, last));
        }
        let rows = select.all(self.database.read()).await.map_err(fault)?;
        rows.into_iter()
            .map(|(row, notification)| {
                let notification = notification
                    .ok_or_else(|| rows::damaged("inbox", "an entry without its notification"))?;
                Ok(InboxItem {
                    place: InboxPlace {
                        closed_rank: row.closed_rank,
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

#[async_trait]
impl LapseReader for Store {
    async fn lapsed_list(
        &self,
        standing: &[(ArrangementId, Vec<AuthorityId>)],
        limit: u64,
    ) -> Result<Vec<(NotificationId, AuthorityId)>, DomainError> {
        use transmission::Column;
        let mut stands = Condition::any();
        for (arrangement, parties) in standing {
            let parties = || parties.iter().map(AuthorityId::as_str);
            stands = stands.add(
                Condition::all()
                    .add(Column::Arrangement.eq(arrangement.as_str()))
                    .add(Column::Recipient.is_in(parties()))
                    .add(Column::Sender.is_in(parties())),
            );
        }
        let mut select = transmission::Entity::find()
            .select_only()
            .columns([Column::Notification, Column::Recipient])
            .filter(Column::State.ne(TransmissionState::Revoked as i32))
            .limit(limit);
        if !standing.is_empty() {
            select = select.filter(stands.not());
        }
        let rows: Vec<(NotificationId, String)> =
            select.into_tuple().all(self.database.read()).await.map_err(fault)?;
        rows.into_iter()
            .map(|(notification, recipient)| {
                let recipient = recipient.parse().map_err(|error| rows::damaged("transmission", error))?;
                Ok((notification, recipient))
            })
            .collect()
    }
}
