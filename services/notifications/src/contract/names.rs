//! Resource names and etags.

use seamless_api::{Violations, violations::excerpt};
use seamless_identity::AuthorityId;
use uuid::Uuid;

use crate::domain::{
    Violation,
    model::{AttachmentId, NotificationId, is_listing_id},
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
    /// A violation with the form that is wanted.
    pub fn parse(field: &str, name: &str) -> Result<Self, Vec<Violation>> {
        let parsed = name.strip_prefix("notifications/").and_then(|key| key.parse::<Uuid>().ok());
        parsed.map(Self).ok_or_else(|| wrong(field, "notifications/{UUID}", name))
    }

    /// Parses the name in the field; none where it is empty or `notifications/-`, which stand for all notifications.
    ///
    /// # Errors
    /// A violation with the form that is wanted.
    pub fn parse_optional(field: &str, name: &str) -> Result<Option<Self>, Vec<Violation>> {
        match name {
            "" | "notifications/-" => Ok(None),
            name => Self::parse(field, name).map(Some),
        }
    }
}

impl TransmissionName {
    /// Parses the name in the field.
    ///
    /// # Errors
    /// A violation with the form that is wanted.
    pub fn parse(field: &str, name: &str) -> Result<Self, Vec<Violation>> {
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
    /// A violation with the form that is wanted.
    pub fn parse(field: &str, name: &str) -> Result<Self, Vec<Violation>> {
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
    /// A violation with the form that is wanted.
    pub fn parse(field: &str, name: &str) -> Result<Self, Vec<Violation>> {
        let parsed = name.rsplit_once("/clocks/").and_then(|(transmission, rule)| {
            Some(Self { transmission: TransmissionName::of(transmission)?, rule: rule.to_owned() })
        });
        parsed
            .ok_or_else(|| wrong(field, "notifications/{UUID}/transmissions/{authority}/clocks/{rule}", name))
    }
}

/// `notifications/{notification}/transmissions/{authority}/trace`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceName(pub TransmissionName);

/// `notifications/{notification}/transmissions/{authority}/trace/candidates/{candidate}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CandidateName {
    pub trace: TraceName,
    pub number: u32,
}

/// `notifications/{notification}/transmissions/{authority}/trace/questions/{question}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestionName {
    pub trace: TraceName,
    pub number: u32,
}

impl TraceName {
    /// Parses the name in the field.
    ///
    /// # Errors
    /// A violation with the form that is wanted.
    pub fn parse(field: &str, name: &str) -> Result<Self, Vec<Violation>> {
        Self::of(name)
            .ok_or_else(|| wrong(field, "notifications/{UUID}/transmissions/{authority}/trace", name))
    }

    fn of(name: &str) -> Option<Self> {
        name.strip_suffix("/trace").and_then(TransmissionName::of).map(Self)
    }

    /// The trace and the number in the name of a record below it; a number has one spelling only.
    fn with_number(name: &str, collection: &str) -> Option<(Self, u32)> {
        let (trace, number) = name.rsplit_once(collection)?;
        let parsed: u32 = number.parse().ok()?;
        (parsed.to_string() == number).then_some((Self::of(trace)?, parsed))
    }
}

impl CandidateName {
    /// Parses the name in the field.
    ///
    /// # Errors
    /// A violation with the form that is wanted.
    pub fn parse(field: &str, name: &str) -> Result<Self, Vec<Violation>> {
        const FORM: &str = "notifications/{UUID}/transmissions/{authority}/trace/candidates/{number}";
        let parsed = TraceName::with_number(name, "/candidates/");
        parsed.map(|(trace, number)| Self { trace, number }).ok_or_else(|| wrong(field, FORM, name))
    }
}

impl QuestionName {
    /// Parses the name in the field.
    ///
    /// # Errors
    /// A violation with the form that is wanted.
    pub fn parse(field: &str, name: &str) -> Result<Self, Vec<Violation>> {
        const FORM: &str = "notifications/{UUID}/transmissions/{authority}/trace/questions/{number}";
        let parsed = TraceName::with_number(name, "/questions/");
        parsed.map(|(trace, number)| Self { trace, number }).ok_or_else(|| wrong(field, FORM, name))
    }
}

/// `notifications/{notification}/transmissions/{authority}/evidence/{number}`.
pub struct EvidenceName {
    pub transmission: TransmissionName,
    pub number: u32,
}

impl EvidenceName {
    /// Parses the name in the field.
    ///
    /// # Errors
    /// A violation with the form that is wanted.
    pub fn parse(field: &str, name: &str) -> Result<Self, Vec<Violation>> {
        let parsed = name.rsplit_once("/evidence/").and_then(|(transmission, number)| {
            let number = number.parse().ok().filter(|number| *number > 0)?;
            Some(Self { transmission: TransmissionName::of(transmission)?, number })
        });
        let form = "notifications/{UUID}/transmissions/{authority}/evidence/{number}";
        parsed.ok_or_else(|| wrong(field, form, name))
    }
}

/// `notifications/{notification}/conversations/{conversation}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConversationName {
    pub notification: NotificationId,
    pub conversation: Uuid,
}

impl ConversationName {
    /// Parses the name in the field.
    ///
    /// # Errors
    /// A violation with the form that is wanted.
    pub fn parse(field: &str, name: &str) -> Result<Self, Vec<Violation>> {
        let parsed = name.strip_prefix("notifications/").and_then(|name| {
            let (notification, conversation) = name.split_once("/conversations/")?;
            Some(Self { notification: notification.parse().ok()?, conversation: conversation.parse().ok()? })
        });
        parsed.ok_or_else(|| wrong(field, "notifications/{UUID}/conversations/{UUID}", name))
    }
}

/// `notifications/{notification}/listings/{listing}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingName {
    pub notification: NotificationId,
    pub listing: String,
}

impl ListingName {
    /// Parses the name in the field.
    ///
    /// # Errors
    /// A violation with the form that is wanted.
    pub fn parse(field: &str, name: &str) -> Result<Self, Vec<Violation>> {
        let parsed = name.strip_prefix("notifications/").and_then(|name| {
            let (notification, listing) = name.split_once("/listings/")?;
            let listing = Some(listing.to_owned()).filter(|id| is_listing_id(id))?;
            Some(Self { notification: notification.parse().ok()?, listing })
        });
        parsed.ok_or_else(|| wrong(field, "notifications/{UUID}/listings/{32 hexadecimal digits}", name))
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
    /// A violation with the form that is wanted.
    pub fn parse(field: &str, name: &str) -> Result<Self, Vec<Violation>> {
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
    /// A violation with the form that is wanted.
    pub fn parse(field: &str, name: &str) -> Result<Self, Vec<Violation>> {
        let id = name.strip_prefix("removals/").filter(|id| (1..=100).contains(&id.len()));
        let is_id = |id: &&str| id.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        match id.filter(is_id) {
            Some(_) => Ok(Self(name.to_owned())),
            None => Err(wrong(field, "removals/{removal}", name)),
        }
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
    /// A violation with the form that is wanted.
    pub fn parse(field: &str, name: &str) -> Result<Self, Vec<Violation>> {
        let parsed = name.strip_prefix("notifications/").and_then(|rest| {
            let (notification, attachment) = rest.split_once("/attachments/")?;
            Some(Self { notification: notification.parse().ok()?, attachment: attachment.parse().ok()? })
        });
        parsed.ok_or_else(|| wrong(field, "notifications/{UUID}/attachments/{UUID}", name))
    }
}

fn wrong(field: &str, form: &str, got: &str) -> Vec<Violation> {
    let description = if got.is_empty() {
        format!("is required: {form}")
    } else {
        format!("wants {form}; got {}", excerpt(got))
    };
    vec![Violation::new(field, description)]
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
