//! Looks notifications up by words, and makes the index complete after an upgrade.

use std::sync::Arc;

use async_trait::async_trait;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use seamless_identity::AuthorityId;

use seamless_commit::CommitError;

use super::{
    Store,
    commit::replace_sights,
    dialect,
    entities::{notification, sight},
    fault,
    notifications::{condition, is_like, seen_of},
    rows,
};
use crate::domain::{
    DomainError, Refusal,
    access::Sight,
    model::{Notification, NotificationId},
    ports::{NotificationQuery, SearchReader, SeenNotification},
    search::{INDEX_VERSION, Pattern},
};

#[async_trait]
impl SearchReader for Store {
    async fn search_pattern(
        &self,
        query: &NotificationQuery,
        pattern: &Pattern,
    ) -> Result<Vec<NotificationId>, DomainError> {
        let database = self.database.read();
        let mut select = dialect::matching(database.get_database_backend(), query.viewer.as_str(), pattern);
        select.cond_where(condition(query)).cond_where(self.reach.open_entries(&query.viewer));
        let rows = database.query_all(&select).await.map_err(fault)?;
        rows.into_iter().map(|row| row.try_get_by_index(0).map_err(fault)).collect()
    }

    async fn search_part(
        &self,
        query: &NotificationQuery,
        part: &str,
    ) -> Result<Vec<NotificationId>, DomainError> {
        sight::Entity::find()
            .select_only()
            .column(sight::Column::Notification)
            .filter(condition(query))
            .filter(self.reach.open_entries(&query.viewer))
            .filter(is_like(part))
            .into_tuple()
            .all(self.database.read())
            .await
            .map_err(fault)
    }

    async fn search_seen(
        &self,
        viewer: &AuthorityId,
        notifications: &[NotificationId],
    ) -> Result<Vec<SeenNotification>, DomainError> {
        let rows = sight::Entity::find()
            .find_also_related(notification::Entity)
            .filter(sight::Column::Viewer.eq(viewer.as_str()))
            .filter(sight::Column::Notification.is_in(notifications.iter().copied()))
            .filter(self.reach.open_entries(viewer))
            .all(self.database.read())
            .await
            .map_err(fault)?;
        rows.into_iter().map(seen_of).collect()
    }

    async fn search_is_incomplete(&self, viewer: &AuthorityId) -> Result<bool, DomainError> {
        let found = sight::Entity::find()
            .filter(not_indexed())
            .filter(sight::Column::Viewer.eq(viewer.as_str()))
            .limit(1)
            .one(self.database.read())
            .await
            .map_err(fault)?;
        Ok(found.is_some())
    }
}

/// Entries of an earlier way of indexing. The number is written out, so that the partial index serves.
fn not_indexed() -> Expr {
    Expr::cust(format!("sight.index_version < {INDEX_VERSION}"))
}

impl Store {
    /// Notifications after this one of which an entry in the index is missing or was made in an earlier way, at most
    /// `limit`.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn not_indexed(
        &self,
        after: NotificationId,
        limit: u64,
    ) -> Result<Vec<NotificationId>, DomainError> {
        sight::Entity::find()
            .select_only()
            .column(sight::Column::Notification)
            .distinct()
            .filter(not_indexed())
            .filter(sight::Column::Notification.gt(after))
            .order_by_asc(sight::Column::Notification)
            .limit(limit)
            .into_tuple()
            .all(self.database.read())
            .await
            .map_err(fault)
    }

    /// Writes the entries of notifications anew, and the keys of their makers, which alerts of before those keys lack.
    /// One that was changed since it was read is left as it is: whoever changed it wrote its entries.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn index(&self, entries: Vec<(Notification, Vec<Sight>)>) -> Result<(), DomainError> {
        let entries = Arc::new(entries);
        let written = self.database.write(move |tx| {
            let entries = entries.clone();
            Box::pin(async move {
                for (notification, sights) in entries.iter() {
                    // Holds off a change until the entries are written.
                    let unchanged = notification::Entity::update_many()
                        .col_expr(notification::Column::Revision, Expr::val(notification.revision))
                        .filter(notification::Column::Id.eq(notification.id))
                        .filter(notification::Column::Revision.eq(notification.revision))
                        .exec(tx)
                        .await?;
                    if unchanged.rows_affected == 1 {
                        let rows: Vec<_> =
                            sights.iter().map(|sight| rows::sight_row(notification, sight)).collect();
                        let texts: Vec<_> =
                            sights.iter().map(|sight| rows::text_entry(notification, sight)).collect();
                        let keys: Vec<_> = sights
                            .iter()
                            .flat_map(|sight| rows::operator_key_rows(notification, sight))
                            .collect();
                        replace_sights(tx, notification.id, &rows, &texts, &keys).await?;
                    }
                }
                Ok::<(), CommitError>(())
            })
        });
        Ok(written.await.map_err(Refusal::from)?)
    }
}
