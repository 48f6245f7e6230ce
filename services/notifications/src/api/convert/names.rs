//! Resource names and etags.

use seamless_identity::AuthorityId;
use uuid::Uuid;

use super::fields::{Violations, excerpt};
use crate::domain::{
    DomainError,
    model::{AttachmentId, NotificationId},
};

/// `notifications/{notification}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotificationName(pub NotificationId);

/// `notifications/{notification}/transmissions/{authority}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransmissionName {
    pub notification: NotificationId,
    pub recipient: AuthorityId,
}

/// `notifications/{notification}/transmissions/{authority}/followUp`.
pub struct FollowUpName(pub TransmissionName);

impl NotificationName {
    /// Parses the name in the field.
    ///
    /// # Errors
    /// `Invalid`, with the form that is wanted.
    pub fn parse(field: &str, name: &str) -> Result<Self, DomainError> {
        let parsed = name.strip_prefix("notifications/").and_then(|key| key.parse::<Uuid>().ok());
        parsed.map(Self).ok_or_else(|| wrong(field, "notifications/{UUID}", name))
    }
}

impl TransmissionName {
    /// Parses the name in the field.
    ///
    /// # Errors
    /// `Invalid`, with the form that is wanted.
    pub fn parse(field: &str, name: &str) -> Result<Self, DomainError> {
        Self::of(name).ok_or_else(|| wrong(field, "notifications/{UUID}/transmissions/{authority}", name))
    }

    fn of(name: &str) -> Option<Self> {
        let (notification, recipient) = name.strip_prefix("notifications/")?.split_once("/transmissions/")?;
        Some(Self { notification: notification.parse().ok()?, recipient: recipient.parse().ok()? })
    }
}

impl FollowUpName {
    /// Parses the name in the field.
    ///
    /// # Errors
    /// `Invalid`, with the form that is wanted.
    pub fn parse(field: &str, name: &str) -> Result<Self, DomainError> {
        let transmission = name.strip_suffix("/followUp").and_then(TransmissionName::of);
        transmission
            .map(Self)
            .ok_or_else(|| wrong(field, "notifications/{UUID}/transmissions/{authority}/followUp", name))
    }
}

/// `notifications/{notification}/transmissions/{authority}/clocks/{rule}`.
pub struct ClockName {
    pub transmission: TransmissionName,
    pub rule: String,
}

impl ClockName {
    /// Parses the name in the field.
    ///
    /// # Errors
    /// `Invalid`, with the form that is wanted.
    pub fn parse(field: &str, name: &str) -> Result<Self, DomainError> {
        let parsed = name.rsplit_once("/clocks/").and_then(|(transmission, rule)| {
            Some(Self { transmission: TransmissionName::of(transmission)?, rule: rule.to_owned() })
        });
        parsed
            .ok_or_else(|| wrong(field, "notifications/{UUID}/transmissions/{authority}/clocks/{rule}", name))
    }
}

/// `notifications/{notification}/attachments/{attachment}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttachmentName {
    pub notification: NotificationId,
    pub attachment: AttachmentId,
}

impl AttachmentName {
    /// Parses the name in the field.
    ///
    /// # Errors
    /// `Invalid`, with the form that is wanted.
    pub fn parse(field: &str, name: &str) -> Result<Self, DomainError> {
        let parsed = name.strip_prefix("notifications/").and_then(|rest| {
            let (notification, attachment) = rest.split_once("/attachments/")?;
            Some(Self { notification: notification.parse().ok()?, attachment: attachment.parse().ok()? })
        });
        parsed.ok_or_else(|| wrong(field, "notifications/{UUID}/attachments/{UUID}", name))
    }
}

fn wrong(field: &str, form: &str, got: &str) -> DomainError {
    let description = if got.is_empty() {
        format!("is required: {form}")
    } else {
        format!("wants {form}; got {}", excerpt(got))
    };
    DomainError::invalid(field, description)
}

/// The revision that an etag stands for; empty means whichever is there.
pub fn etag_in(found: &mut Violations, field: &str, etag: &str) -> Option<i64> {
    if etag.is_empty() {
        return None;
    }
    let revision = etag.trim_matches('"').parse().ok();
    if revision.is_none() {
        found.add(field, format!("wants an etag as it was given out; got {}", excerpt(etag)));
    }
    revision
}
