//! Resource names and etags.

use seamless_identity::AuthorityId;
use uuid::Uuid;

use super::fields::{Violations, excerpt};
use crate::domain::{DomainError, model::NotificationId};

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

/// `notifications/{notification}/proposals/{proposal}`.
pub struct ProposalName {
    pub notification: NotificationId,
    proposal: Uuid,
}

impl ProposalName {
    /// Parses the name in the field.
    ///
    /// # Errors
    /// `Invalid`, with the form that is wanted.
    pub fn parse(field: &str, name: &str) -> Result<Self, DomainError> {
        let parsed = name.strip_prefix("notifications/").and_then(|rest| {
            let (notification, proposal) = rest.split_once("/proposals/")?;
            Some(Self { notification: notification.parse().ok()?, proposal: proposal.parse().ok()? })
        });
        parsed.ok_or_else(|| wrong(field, "notifications/{UUID}/proposals/{UUID}", name))
    }
}

impl std::fmt::Display for ProposalName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "notifications/{}/proposals/{}", self.notification, self.proposal)
    }
}

/// `removals/{removal}`.
pub struct RemovalName(pub String);

impl RemovalName {
    /// Parses the name in the field.
    ///
    /// # Errors
    /// `Invalid`, with the form that is wanted.
    pub fn parse(field: &str, name: &str) -> Result<Self, DomainError> {
        let id = name.strip_prefix("removals/").filter(|id| (1..=100).contains(&id.len()));
        let is_id = |id: &&str| id.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        match id.filter(is_id) {
            Some(_) => Ok(Self(name.to_owned())),
            None => Err(wrong(field, "removals/{removal}", name)),
        }
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
