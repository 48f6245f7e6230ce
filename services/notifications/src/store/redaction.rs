//! What the feed must know of notifications to redact their events as of now.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use seamless_disclosure::Override;
use seamless_identity::AuthorityId;

use super::{Store, entities::notification, fault, rows};
use crate::domain::{DomainError, model::NotificationId};

/// Whose a notification is, and which audiences its originator changed.
#[derive(Clone, Debug)]
pub struct RedactionFacts {
    pub originator: AuthorityId,
    pub disclosures: Vec<Override>,
}

impl Store {
    /// The facts of these notifications.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn redaction_facts(
        &self,
        notifications: impl IntoIterator<Item = NotificationId>,
    ) -> Result<HashMap<NotificationId, RedactionFacts>, DomainError> {
        use notification::Column;
        let rows: Vec<(NotificationId, String, Option<String>)> = notification::Entity::find()
            .select_only()
            .columns([Column::Id, Column::Originator, Column::Disclosures])
            .filter(Column::Id.is_in(notifications))
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
                Ok((id, RedactionFacts { originator, disclosures }))
            })
            .collect()
    }
}
