//! Looks up removals, and the evidence of what holders got. A holder sees what it is to remove whatever it may read
//! besides: a removal says nothing of what the notification holds.

use async_trait::async_trait;
use jiff::Timestamp;
use sea_orm::{ColumnTrait, Condition, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect};
use seamless_feed::{acknowledge::evidence_of_delivery, log};
use seamless_identity::{ArrangementId, AuthorityId};

use seamless_commit::behind;

use super::{Store, entities::case_record, fault, reach::ever_sent, rows};
use crate::domain::{
    DomainError,
    model::Removal,
    ports::{RemovalQuery, RemovalReader, RemovalSide},
    records::Record,
};

/// The evidence that a holder got what it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The feed position of the event.
    pub position: i64,
    /// When the holder first acknowledged it or a later one.
    pub time: Option<Timestamp>,
}

impl Store {
    /// The delivery of the last event of one of these types about a subject, under an arrangement and up to an instant.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn delivery(
        &self,
        holder: &AuthorityId,
        subject: &str,
        types: &[String],
        arrangement: &ArrangementId,
        until: Timestamp,
    ) -> Result<Option<Delivery>, DomainError> {
        let (read, until) = (self.database.read(), until.as_microsecond());
        let position = log::last_about(read, subject, types, arrangement, until).await.map_err(fault)?;
        let Some(position) = position else { return Ok(None) };
        let evidence = evidence_of_delivery(read, holder, position).await.map_err(fault)?;
        let time = evidence.map(|evidence| Timestamp::from_microsecond(evidence.time_us)).transpose();
        Ok(Some(Delivery { position, time: time.map_err(|error| rows::damaged("evidence", error))? }))
    }
}

#[async_trait]
impl RemovalReader for Store {
    async fn removal_list(&self, query: &RemovalQuery) -> Result<Vec<Removal>, DomainError> {
        use case_record::Column;
        let (viewer, statuses) = (&query.viewer, query.statuses.as_slice());
        let sent = || Column::Notification.in_subquery(ever_sent(viewer, statuses));
        let own = || {
            let is_own = Condition::all().add(Column::Party.eq(viewer.as_str()));
            is_own.add_option((!statuses.is_empty()).then(sent))
        };
        let others = || Column::Notification.in_subquery(self.reach.of_its_side(viewer, statuses));
        let side = match query.side {
            RemovalSide::Own => Condition::all().add(own()),
            RemovalSide::Others => Condition::all().add(others()),
            RemovalSide::All => Condition::any().add(own()).add(others()),
        };
        let mut select = case_record::Entity::find()
            .filter(Column::Kind.eq(Removal::KIND))
            .filter(side)
            .order_by_asc(Column::SortOrder)
            .order_by_asc(Column::Name)
            .limit(query.limit);
        if let Some(notification) = query.notification {
            select = select.filter(Column::Notification.eq(notification));
        }
        if let Some(authority) = &query.authority {
            select = select.filter(Column::Party.eq(authority.as_str()));
        }
        if !query.states.is_empty() {
            select = select.filter(Column::State.is_in(query.states.iter().map(|state| *state as i32)));
        }
        if let Some((order, name)) = query.after.clone() {
            let last = [order.into(), name.into()];
            select = select.filter(behind(&Order::Asc, [Column::SortOrder, Column::Name], last));
        }
        let rows = select.all(self.database.read()).await.map_err(fault)?;
        let parsed = rows.iter().map(|row| serde_json::from_str(&row.document));
        parsed.map(|removal| removal.map_err(|error| rows::damaged("removal", error))).collect()
    }
}
