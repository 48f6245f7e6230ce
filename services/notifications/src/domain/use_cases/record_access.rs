//! Looks up one record on behalf of a caller. What the caller may not know of and what does not exist are refused
//! alike, so that nobody learns of others' records by guessing names.

use seamless_identity::AuthorityId;

use crate::domain::{
    Caller, DomainError, Refusal,
    model::{Content, EventStatus, FollowUp, Notification, NotificationId, Transmission},
    ports::{FollowUpReader, NotificationReader, TransmissionReader},
    relation::Relation,
    rules::Rules,
};

/// Finds a notification that the caller may see, and what the caller is to it.
pub struct NotificationAccess<'a> {
    pub rules: &'a Rules,
    pub notifications: &'a dyn NotificationReader,
    pub transmissions: &'a dyn TransmissionReader,
}

impl NotificationAccess<'_> {
    /// The notification, with the caller's relation to it.
    ///
    /// # Errors
    /// `Denied` if there is none or the caller has nothing to do with it, or no more.
    pub async fn execute(
        &self,
        caller: &Caller,
        id: NotificationId,
    ) -> Result<(Notification, Relation), DomainError> {
        let notification = self.notifications.notification_get(id).await?.ok_or(Refusal::Denied)?;
        if let Some(relation) =
            Relation::of_side(&self.rules.cooperation, &notification.originator, &caller.authority)
        {
            return Ok((notification, relation));
        }
        let transmission = self.transmissions.transmission_get(id, &caller.authority).await?;
        let transmission = transmission.filter(|sent| self.transmissions.may_read(sent));
        let transmission = transmission.ok_or(Refusal::Denied)?;
        Ok((notification, Relation::Recipient(transmission.arrangement)))
    }

    /// Whether the caller may see the notification.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn may_see(&self, caller: &Caller, id: NotificationId) -> Result<bool, DomainError> {
        match self.execute(caller, id).await {
            Ok(_) => Ok(true),
            Err(DomainError::Refused(Refusal::Denied)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Lets pass a content of the caller's that follows what the caller may see, or what it followed `before`: a right
    /// that was lost since takes nothing from what was written.
    ///
    /// # Errors
    /// `Denied` if the followed notification is not to be seen; `Invalid` if it is the notification itself, or a drill
    /// beside a real alert.
    pub async fn require_followed(
        &self,
        caller: &Caller,
        of: (NotificationId, EventStatus),
        content: &Content,
        before: Option<&Content>,
    ) -> Result<(), DomainError> {
        let Some(followed) = content.followed() else { return Ok(()) };
        if before.and_then(Content::followed) == Some(followed) {
            return Ok(());
        }
        let (followed, _) = self.execute(caller, followed).await?;
        let wrong =
            |wants| Err(DomainError::invalid("notification.general.follow_up_to.notification", wants));
        match of {
            (id, _) if id == followed.id => wrong("wants another notification than this one"),
            (_, status) if status != followed.status => wrong(
                "wants a notification of the same status: drills do not follow real alerts, nor these drills",
            ),
            _ => Ok(()),
        }
    }

    /// The notification, if the caller is its originator or the originator's contact point.
    ///
    /// # Errors
    /// `Denied` otherwise.
    pub async fn on_own_side(
        &self,
        caller: &Caller,
        id: NotificationId,
    ) -> Result<(Notification, Relation), DomainError> {
        match self.execute(caller, id).await? {
            (_, Relation::Recipient(_)) => Err(Refusal::Denied.into()),
            own => Ok(own),
        }
    }

    /// The notification, if the caller is its originator.
    ///
    /// # Errors
    /// `Denied` otherwise.
    pub async fn as_originator(
        &self,
        caller: &Caller,
        id: NotificationId,
    ) -> Result<Notification, DomainError> {
        match self.execute(caller, id).await? {
            (notification, Relation::Originator) => Ok(notification),
            _ => Err(Refusal::Denied.into()),
        }
    }

    /// The notification, if the caller is the contact point of its originator, which may be the originator itself.
    ///
    /// # Errors
    /// `Denied` otherwise.
    pub async fn as_contact_point(
        &self,
        caller: &Caller,
        id: NotificationId,
    ) -> Result<Notification, DomainError> {
        let (notification, _) = self.execute(caller, id).await?;
        if *self.rules.cooperation.contact_point_of(&notification.originator) != caller.authority {
            return Err(Refusal::Denied.into());
        }
        Ok(notification)
    }
}

/// Finds a transmission that the caller may see: its own, or one of a notification of its side.
pub struct TransmissionAccess<'a> {
    pub rules: &'a Rules,
    pub transmissions: &'a dyn TransmissionReader,
}

impl TransmissionAccess<'_> {
    /// The transmission.
    ///
    /// # Errors
    /// `Denied` if there is none or the caller has nothing to do with it.
    pub async fn execute(
        &self,
        caller: &Caller,
        notification: NotificationId,
        recipient: &AuthorityId,
    ) -> Result<Transmission, DomainError> {
        let found =
            self.transmissions.transmission_get(notification, recipient).await?.ok_or(Refusal::Denied)?;
        let on_side =
            Relation::of_side(&self.rules.cooperation, &found.originator, &caller.authority).is_some();
        let as_recipient = found.recipient == caller.authority && self.transmissions.may_read(&found);
        if on_side || as_recipient { Ok(found) } else { Err(Refusal::Denied.into()) }
    }

    /// The transmission, if the caller is its recipient.
    ///
    /// # Errors
    /// `Denied` otherwise.
    pub async fn as_recipient(
        &self,
        caller: &Caller,
        notification: NotificationId,
        recipient: &AuthorityId,
    ) -> Result<Transmission, DomainError> {
        if *recipient != caller.authority {
            return Err(Refusal::Denied.into());
        }
        self.execute(caller, notification, recipient).await
    }
}

/// Finds a follow-up that the caller may see: its own, or one on a notification of its side.
pub struct FollowUpAccess<'a> {
    pub rules: &'a Rules,
    pub transmissions: &'a dyn TransmissionReader,
    pub follow_ups: &'a dyn FollowUpReader,
}

impl FollowUpAccess<'_> {
    /// The follow-up, with the transmission that it answers.
    ///
    /// # Errors
    /// `Denied` if there is none or the caller has nothing to do with it.
    pub async fn execute(
        &self,
        caller: &Caller,
        notification: NotificationId,
        authority: &AuthorityId,
    ) -> Result<(FollowUp, Transmission), DomainError> {
        let access = TransmissionAccess { rules: self.rules, transmissions: self.transmissions };
        let transmission = access.execute(caller, notification, authority).await?;
        let found = self.follow_ups.follow_up_get(notification, authority).await?.ok_or(Refusal::Denied)?;
        Ok((found, transmission))
    }
}
