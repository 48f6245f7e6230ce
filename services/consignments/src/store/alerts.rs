//! Alerts, as the feed of the notifications service told them last. The index in memory is made from here, so that any
//! number of replicas may follow, and one that starts need not wait for the feed.

use async_trait::async_trait;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Alias, OnConflict, Query},
};
use seamless_alerts::Written;
use seamless_storage::StorageError;

use seamless_commit::ROWS_A_STATEMENT;

use super::{
    Store,
    entities::alert::{self, Column},
    fault,
};
use crate::domain::{DomainError, alerts::Alert, ports::AlertReader};

/// What an event of the feed makes of an alert.
#[derive(Clone, Debug)]
pub struct AlertChange {
    pub name: String,
    pub position: i64,
    /// None takes it out.
    pub alert: Option<Alert>,
}

/// What changed since a position.
#[derive(Debug)]
pub struct AlertPage {
    pub changes: Vec<AlertChange>,
    pub is_last: bool,
}

/// Writes changes in the transaction of their events; of several on one alert the last counts.
///
/// # Errors
/// Those of the database.
pub async fn write_alerts(
    tx: &DatabaseTransaction,
    changes: &[AlertChange],
    written: Written,
) -> Result<(), StorageError> {
    let mut last: Vec<&AlertChange> = Vec::with_capacity(changes.len());
    for change in changes {
        last.retain(|known| known.name != change.name);
        last.push(change);
    }
    for chunk in last.chunks(ROWS_A_STATEMENT) {
        let mut insert = Query::insert();
        insert.into_table(Alias::new(written.table())).columns([
            Column::Name,
            Column::Position,
            Column::Active,
            Column::Document,
        ]);
        for change in chunk {
            let document = serde_json::to_string(&change.alert.clone().unwrap_or_default());
            let document = document
                .map_err(|error| sea_orm::DbErr::Custom(format!("an alert has no document: {error}")))?;
            insert.values_panic([
                change.name.as_str().into(),
                change.position.into(),
                change.alert.is_some().into(),
                document.into(),
            ]);
        }
        let mut replaced = OnConflict::column(Column::Name);
        replaced.update_columns([Column::Position, Column::Active, Column::Document]);
        insert.on_conflict(replaced);
        tx.execute(&insert).await?;
    }
    Ok(())
}

impl Store {
    /// How often all alerts of a source were replaced by what was built anew.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn alert_generation(&self, source: &str) -> Result<i64, DomainError> {
        let standing = seamless_feed::standing::standing(self.database.read(), source).await;
        Ok(standing.map_err(fault)?.generation)
    }

    /// What changed behind a position, up to `limit` alerts.
    ///
    /// # Errors
    /// Those of the database. A damaged row is passed over, and told of.
    pub async fn alerts_after(&self, position: i64, limit: u64) -> Result<AlertPage, DomainError> {
        let rows = alert::Entity::find()
            .filter(Column::Position.gt(position))
            .order_by_asc(Column::Position)
            .limit(limit)
            .all(self.database.read())
            .await
            .map_err(fault)?;
        let is_last = (rows.len() as u64) < limit;
        let mut changes = Vec::with_capacity(rows.len());
        for row in rows {
            let alert = match serde_json::from_str::<Alert>(&row.document) {
                Ok(alert) => row.active.then_some(Alert { name: row.name.clone(), ..alert }),
                Err(error) => {
                    tracing::error!(alert = row.name, %error, "a damaged alert is not matched");
                    None
                }
            };
            changes.push(AlertChange { name: row.name, position: row.position, alert });
        }
        Ok(AlertPage { changes, is_last })
    }
}

#[async_trait]
impl AlertReader for Store {
    async fn alert_is_known(&self, name: &str) -> Result<bool, DomainError> {
        let found = alert::Entity::find_by_id(name).count(self.database.read()).await.map_err(fault)?;
        Ok(found > 0)
    }
}
