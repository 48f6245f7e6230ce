//! What a follow-up follows is a notification of its own: its name is shown to those who may see that one.

use std::collections::HashSet;

use seamless_identity::AuthorityId;
use seamless_proto::seamless::notifications::v1 as wire;

use super::NotificationName;
use crate::{
    domain::{DomainError, Rules, model::NotificationId, relation::Relation},
    store::Store,
};
use seamless_api::ResourceName;

/// The followed notifications that a reader may see. The default knows none, which hides every name.
#[derive(Clone, Debug, Default)]
pub struct Known(HashSet<NotificationId>);

impl Known {
    /// Those of the followed that the reader may see now.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(
        store: &Store,
        rules: &Rules,
        reader: &AuthorityId,
        followed: &[NotificationId],
    ) -> Result<Self, DomainError> {
        if followed.is_empty() {
            return Ok(Self::default());
        }
        let facts = store.redaction_facts(reader, followed).await?;
        let known = facts.into_iter().filter(|(_, facts)| {
            facts.is_received || Relation::of_side(&rules.cooperation, &facts.originator, reader).is_some()
        });
        Ok(Self(known.map(|(id, _)| id).collect()))
    }

    /// True if it knows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes the name of what is followed out of a message, unless it is known; gives what was taken out.
    pub fn hide(&self, notification: &mut wire::Notification) -> Option<NotificationId> {
        let general = notification.general.as_mut()?;
        let followed = general.follow_up_to.as_mut()?;
        let name = NotificationName::parse("", &followed.notification).ok().map(|name| name.0);
        if name.is_some_and(|name| self.0.contains(&name)) {
            return None;
        }
        followed.notification.clear();
        if followed.foreign_alert.is_none() {
            general.follow_up_to = None;
        }
        name
    }
}
