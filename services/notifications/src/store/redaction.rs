//! What the feed must know of notifications to redact their events as of now.

use std::collections::{HashMap, HashSet};

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use seamless_disclosure::Override;
use seamless_identity::AuthorityId;

use super::{
    Store,
    entities::{notification, transmission},
    fault, rows,
};
use crate::domain::{
    DomainError,
    model::{NotificationId, TransmissionState},
};

/// Whose a notification is, which audiences its originator changed, and whether the reader has it.
#[derive(Clone, Debug)]
pub struct RedactionFacts {
    pub originator: AuthorityId,
    pub disclosures: Vec<Override>,
    /// True if it was transmitted to the reader, which may read it still.
    pub is_received: bool,
}

impl Store {
    /// The facts of these notifications, for one reader.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn redaction_facts(
        &self,
        reader: &AuthorityId,
        notifications: &[NotificationId],
    ) -> Result<HashMap<NotificationId, RedactionFacts>, DomainError> {
        use notification::Column;
        let received = self.received(reader, notifications).await?;
        let rows: Vec<(NotificationId, String, Option<String>)> = notification::Entity::find()
            .select_only()
            .columns([Column::Id, Column::Originator, Column::Disclosures])
            .filter(Column::Id.is_in(notifications.iter().copied()))
            .into_tuple()
            .all(self.database.read())
            .await
            .map_err(fault)?;
        rows.into_iter()
            .map(|(id, originator, disclosures)| {
                let damaged = |error: &dyn std::fmt::Display| rows::damaged("notification", error);
                let originator = originator.parse().map_err(|error| damaged(&error))?;
                let disclosures = disclosures.map(|json| serde_json::from_str(&json)).transpose();
                let disclosures = disclosures.map_err(|error| damaged(&error))?.unwrap_or_default();
                let is_received = received.contains(&id);
                Ok((id, RedactionFacts { originator, disclosures, is_received }))
            })
            .collect()
    }

    /// Those that were transmitted to the reader, which may read them still.
    async fn received(
        &self,
        reader: &AuthorityId,
        notifications: &[NotificationId],
    ) -> Result<HashSet<NotificationId>, DomainError> {
        use transmission::Column;
        let open = self.reach.open_arrangements(reader);
        if open.is_empty() {
            return Ok(HashSet::new());
        }
        let keys: Vec<NotificationId> = transmission::Entity::find()
            .select_only()
            .column(Column::Notification)
            .filter(Column::Recipient.eq(reader.as_str()))
            .filter(Column::Notification.is_in(notifications.iter().copied()))
            .filter(Column::State.ne(TransmissionState::Revoked as i32))
            .filter(Column::Arrangement.is_in(open))
            .into_tuple()
            .all(self.database.read())
            .await
            .map_err(fault)?;
        Ok(keys.into_iter().collect())
    }
}
