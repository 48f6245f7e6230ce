//! Looks up attachments.

use async_trait::async_trait;
use jiff::Timestamp;
use sea_orm::{ColumnTrait, Condition, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, Select};

use seamless_commit::behind;

use super::{Store, entities::case_record, fault, rows};
use crate::domain::{
    DomainError,
    model::{Attachment, AttachmentState},
    ports::{AttachmentQuery, AttachmentReader, RecordOrder},
    records::{Record, by_time},
};

#[async_trait]
impl AttachmentReader for Store {
    async fn attachment_list(&self, query: &AttachmentQuery) -> Result<Vec<Attachment>, DomainError> {
        use case_record::Column;
        let mut select =
            page(query.after.as_ref(), query.limit).filter(Column::Notification.eq(query.notification));
        if let Some(recipient) = &query.recipient {
            select = select.filter(
                Condition::any().add(Column::Party.is_null()).add(Column::Party.eq(recipient.as_str())),
            );
        }
        if !query.states.is_empty() {
            select = select.filter(Column::State.is_in(query.states.iter().map(|state| *state as i32)));
        }
        self.attachments(select).await
    }

    async fn attachment_uploading(
        &self,
        before: Timestamp,
        after: Option<&RecordOrder>,
        limit: u64,
    ) -> Result<Vec<Attachment>, DomainError> {
        use case_record::Column;
        let select = page(after, limit)
            .filter(Column::State.eq(AttachmentState::Uploading as i32))
            .filter(Column::SortOrder.lt(by_time(before)));
        self.attachments(select).await
    }
}

impl Store {
    async fn attachments(&self, select: Select<case_record::Entity>) -> Result<Vec<Attachment>, DomainError> {
        let rows = select.all(self.database.read()).await.map_err(fault)?;
        rows.iter()
            .map(|row| {
                serde_json::from_str(&row.document).map_err(|error| rows::damaged(Attachment::KIND, error))
            })
            .collect()
    }
}

/// A page of attachments, oldest first, after this place.
fn page(after: Option<&RecordOrder>, limit: u64) -> Select<case_record::Entity> {
    use case_record::Column;
    let select = case_record::Entity::find()
        .filter(Column::Kind.eq(Attachment::KIND))
        .order_by_asc(Column::SortOrder)
        .order_by_asc(Column::Name)
        .limit(limit);
    match after.cloned() {
        None => select,
        Some((order, name)) => {
            let last = [order.into(), name.into()];
            select.filter(behind(&Order::Asc, [Column::SortOrder, Column::Name], last))
        }
    }
}
