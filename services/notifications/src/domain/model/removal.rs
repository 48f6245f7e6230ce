//! A removal: the order to one holder to remove what it has of a notification. It says nothing of what the notification
//! holds, since its holder reads it when it may read nothing else. States and steps are here and nowhere else.

use jiff::Timestamp;
use seamless_identity::{ArrangementId, AuthorityId};
use serde::{Deserialize, Serialize};

use super::{EventStatus, NotificationId, RemovalReason, RemovalState, Transmission};
use crate::domain::{
    error::DomainError,
    records::{Place, Record, by_time},
};

/// What one holder is to remove.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Removal {
    pub notification: NotificationId,
    /// The holder.
    pub authority: AuthorityId,
    pub originator: AuthorityId,
    /// The arrangement under which the holder got it.
    pub arrangement: ArrangementId,
    /// Tells it from other removals of the holder: the revision of the transmission that ordered it.
    pub number: i64,
    pub reason: RemovalReason,
    /// The last version concerned.
    pub version: u32,
    /// With `Downgraded` the paths of the fields; empty otherwise, since everything is to be removed.
    pub fields: Vec<String>,
    /// The reason in the words of the side that ordered it, for that side.
    pub explanation: String,
    pub order_time: Timestamp,
    pub confirmation: Option<Confirmation>,
    pub status: EventStatus,
    /// Counts every change; the etag is made of it.
    pub revision: i64,
}

/// The holder's word that it has removed what was ordered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Confirmation {
    pub time: Timestamp,
    pub note: String,
    pub principal: String,
}

impl Removal {
    /// Orders the recipient of the transmission, which is as it will be written, to remove what it has.
    #[must_use]
    pub fn order(
        transmission: &Transmission,
        reason: RemovalReason,
        version: u32,
        fields: Vec<String>,
        explanation: &str,
        now: Timestamp,
    ) -> Self {
        Self {
            notification: transmission.notification,
            authority: transmission.recipient.clone(),
            originator: transmission.originator.clone(),
            arrangement: transmission.arrangement.clone(),
            number: transmission.revision,
            reason,
            version,
            fields,
            explanation: explanation.to_owned(),
            order_time: now,
            confirmation: None,
            status: transmission.status,
            revision: 1,
        }
    }

    /// How far it has come.
    #[must_use]
    pub fn state(&self) -> RemovalState {
        match self.confirmation {
            None => RemovalState::Ordered,
            Some(_) => RemovalState::Confirmed,
        }
    }

    /// True if it is about everything that the holder has, not about fields alone.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.reason != RemovalReason::Downgraded
    }

    /// The holder has removed it.
    ///
    /// # Errors
    /// `IllegalTransition` unless it is ORDERED; nothing changes then.
    pub fn confirm(&mut self, note: &str, principal: &str, now: Timestamp) -> Result<(), DomainError> {
        if self.state() != RemovalState::Ordered {
            return Err(DomainError::illegal(self.name(), self.state(), "confirming"));
        }
        self.confirmation =
            Some(Confirmation { time: now, note: note.to_owned(), principal: principal.to_owned() });
        Ok(())
    }
}

impl Record for Removal {
    const KIND: &'static str = "removal";
    type Place = Place;

    /// `removals/{notification}-{authority}-{number}`: not below the notification, whose names its holder may lose.
    fn name(&self) -> String {
        format!("{}{}-{}", removals_prefix(self.notification), self.authority, self.number)
    }

    fn place(&self) -> Place {
        Place {
            notification: self.notification,
            originator: self.originator.clone(),
            party: Some(self.authority.clone()),
            state: self.state() as i32,
            order: by_time(self.order_time),
        }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}

/// What the names of all removals of a notification begin with.
#[must_use]
pub fn removals_prefix(notification: NotificationId) -> String {
    format!("removals/{notification}-")
}
