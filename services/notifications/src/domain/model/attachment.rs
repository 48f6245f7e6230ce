//! An attachment: a file on a notification, from its announcement to its end. UPLOADING → STORED, REJECTED, EXPIRED or
//! DELETED; STORED → DELETED. Invariant: content is readable in the state STORED alone, and what is stored was found to be
//! what was announced.

use jiff::Timestamp;
use seamless_identifiers::LocalizedText;
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{AttachmentState, EventStatus, NotificationId, notification_name};
use crate::domain::{
    error::{DomainError, Violation},
    records::{Place, Record, by_time},
};

/// The key of an attachment, and of its upload.
pub type AttachmentId = Uuid;

/// How a state is written in what is stored: otherwise than its word, and so from the first version on.
#[derive(Serialize, Deserialize)]
#[serde(remote = "AttachmentState")]
enum StoredState {
    Uploading,
    Stored,
    Rejected,
    Expired,
    Deleted,
}

/// A file on a notification.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attachment {
    pub id: AttachmentId,
    pub notification: NotificationId,
    /// Whose notification it is.
    pub originator: AuthorityId,
    /// The only recipient that sees it; none where every recipient does.
    pub recipient: Option<AuthorityId>,
    pub file: AnnouncedFile,
    pub description: LocalizedText,
    #[serde(with = "StoredState")]
    pub state: AttachmentState,
    /// Who attached it, and who acted for that authority.
    pub authority: AuthorityId,
    pub principal: String,
    pub create_time: Timestamp,
    pub store_time: Option<Timestamp>,
    /// When it was rejected, given up or deleted.
    pub end_time: Option<Timestamp>,
    pub rejection: Option<Rejection>,
    pub delete_reason: String,
    pub status: EventStatus,
    /// Counts every change; the etag is made of it.
    pub revision: i64,
}

/// What was said of a file before its first octet came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnnouncedFile {
    pub file_name: String,
    pub media_type: String,
    /// In octets.
    pub size: u64,
    pub sha256: [u8; 32],
}

/// What was found wrong with a content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// The field of the announcement that the content does not meet.
    pub field: String,
    /// What was announced and what came.
    pub description: String,
}

/// What may happen to an attachment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttachmentStep {
    /// All of it came and is what was announced.
    Store,
    /// What came is not what was announced.
    Reject(Rejection),
    /// Nobody went on with it.
    Expire,
    /// Who attached it takes it back, and why.
    Delete(String),
}

impl AttachmentStep {
    /// The verb, for a refusal.
    #[must_use]
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Store => "storing",
            Self::Reject(_) => "rejecting",
            Self::Expire => "giving up",
            Self::Delete(_) => "deleting",
        }
    }
}

impl Attachment {
    /// True while it counts towards the limit: its octets are awaited or kept.
    #[must_use]
    pub fn is_live(&self) -> bool {
        matches!(self.state, AttachmentState::Uploading | AttachmentState::Stored)
    }

    /// `notifications/{id}/attachments/{id}`.
    #[must_use]
    pub fn name(&self) -> String {
        attachment_name(self.notification, self.id)
    }

    /// The transmission to which it belongs; none where every recipient sees it.
    #[must_use]
    pub fn transmission_name(&self) -> Option<String> {
        let recipient = self.recipient.as_ref()?;
        Some(format!("{}/transmissions/{recipient}", notification_name(self.notification)))
    }

    /// True if a recipient of the notification sees it.
    #[must_use]
    pub fn is_shown_to_recipient(&self, recipient: &AuthorityId) -> bool {
        self.recipient.as_ref().is_none_or(|only| only == recipient)
    }

    /// Takes a step.
    ///
    /// # Errors
    /// `IllegalTransition` in a state that does not allow it; nothing is changed then.
    pub fn take(&mut self, step: AttachmentStep, now: Timestamp) -> Result<(), DomainError> {
        let allowed = match &step {
            AttachmentStep::Store | AttachmentStep::Reject(_) | AttachmentStep::Expire => {
                self.state == AttachmentState::Uploading
            }
            AttachmentStep::Delete(_) => self.is_live(),
        };
        if !allowed {
            return Err(DomainError::illegal(self.name(), self.state, step.verb()));
        }
        self.state = match step {
            AttachmentStep::Store => {
                self.store_time = Some(now);
                AttachmentState::Stored
            }
            AttachmentStep::Reject(rejection) => {
                self.rejection = Some(rejection);
                AttachmentState::Rejected
            }
            AttachmentStep::Expire => AttachmentState::Expired,
            AttachmentStep::Delete(reason) => {
                self.delete_reason = reason;
                AttachmentState::Deleted
            }
        };
        if !self.is_live() {
            self.end_time = Some(now);
        }
        self.revision += 1;
        Ok(())
    }
}

impl Record for Attachment {
    const KIND: &'static str = "attachment";
    type Place = Place;

    fn name(&self) -> String {
        self.name()
    }

    fn place(&self) -> Place {
        Place {
            notification: self.notification,
            originator: self.originator.clone(),
            party: self.recipient.clone(),
            state: self.state as i32,
            order: by_time(self.create_time),
        }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}

impl From<Rejection> for Violation {
    fn from(rejection: Rejection) -> Self {
        Self { field: rejection.field, description: rejection.description }
    }
}

/// How many attachments one side of a notification has: written with every one that begins or ends, so that two never
/// pass the limit unseen. Each recipient is counted by itself, so that none learns of another's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentCount {
    pub notification: NotificationId,
    pub originator: AuthorityId,
    /// The recipient that attaches; none for the originator's side.
    pub recipient: Option<AuthorityId>,
    /// Those that are uploading or stored.
    pub live: usize,
    /// 0 before it is written for the first time.
    pub revision: i64,
}

impl AttachmentCount {
    /// None so far.
    #[must_use]
    pub fn none(
        notification: NotificationId,
        originator: &AuthorityId,
        recipient: Option<&AuthorityId>,
    ) -> Self {
        let (originator, recipient) = (originator.clone(), recipient.cloned());
        Self { notification, originator, recipient, live: 0, revision: 0 }
    }

    /// The name under which it is kept.
    #[must_use]
    pub fn name(&self) -> String {
        let side = self.recipient.as_ref().map_or("-", |recipient| recipient.as_str());
        format!("{}/attachmentCounts/{side}", notification_name(self.notification))
    }
}

impl Record for AttachmentCount {
    const KIND: &'static str = "attachment-count";
    type Place = Place;

    fn name(&self) -> String {
        self.name()
    }

    fn place(&self) -> Place {
        Place {
            notification: self.notification,
            originator: self.originator.clone(),
            party: self.recipient.clone(),
            state: 0,
            order: 0,
        }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}

/// `notifications/{notification}/attachments/{attachment}`.
#[must_use]
pub fn attachment_name(notification: NotificationId, attachment: AttachmentId) -> String {
    format!("{}/attachments/{attachment}", notification_name(notification))
}
