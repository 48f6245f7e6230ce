//! Resource names: each by its form, from which its parsing, its spelling and what a refusal wants follow.

use seamless_api::{ResourceName, resource_name};
use seamless_identity::AuthorityId;
use uuid::Uuid;

use crate::domain::{
    Violation,
    model::{AttachmentId, NotificationId, is_listing_id},
};

resource_name! {
    /// `notifications/{notification}`.
    #[derive(Copy)]
    NotificationName(NotificationId) = "notifications/{UUID}"
}

impl NotificationName {
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

resource_name! {
    /// `notifications/{notification}/transmissions/{authority}`.
    TransmissionName { notification: NotificationId, recipient: AuthorityId } =
        "notifications/{UUID}/transmissions/{authority}"
}

resource_name! {
    /// `notifications/{notification}/transmissions/{authority}/followUp`.
    FollowUpName(TransmissionName) = "notifications/{UUID}/transmissions/{authority}/followUp"
}

resource_name! {
    /// `notifications/{notification}/transmissions/{authority}/clocks/{rule}`.
    ClockName { transmission: TransmissionName, rule: String } =
        "notifications/{UUID}/transmissions/{authority}/clocks/{rule}"
}

resource_name! {
    /// `notifications/{notification}/transmissions/{authority}/trace`.
    TraceName(TransmissionName) = "notifications/{UUID}/transmissions/{authority}/trace"
}

resource_name! {
    /// `notifications/{notification}/transmissions/{authority}/trace/candidates/{candidate}`.
    CandidateName { trace: TraceName, number: u32 } =
        "notifications/{UUID}/transmissions/{authority}/trace/candidates/{number}"
}

resource_name! {
    /// `notifications/{notification}/transmissions/{authority}/trace/questions/{question}`.
    QuestionName { trace: TraceName, number: u32 } =
        "notifications/{UUID}/transmissions/{authority}/trace/questions/{number}"
}

resource_name! {
    /// `notifications/{notification}/transmissions/{authority}/evidence/{number}`.
    EvidenceName { transmission: TransmissionName, number: u32 } =
        "notifications/{UUID}/transmissions/{authority}/evidence/{number}"
}

resource_name! {
    /// `notifications/{notification}/conversations/{conversation}`.
    #[derive(Copy)]
    ConversationName { notification: NotificationId, conversation: Uuid } =
        "notifications/{UUID}/conversations/{UUID}"
}

resource_name! {
    /// `notifications/{notification}/listings/{listing}`.
    ListingName { notification: NotificationId, listing: String } =
        "notifications/{UUID}/listings/{32 hexadecimal digits}", if |name| is_listing_id(&name.listing)
}

resource_name! {
    /// `notifications/{notification}/proposals/{proposal}`.
    ProposalName { notification: NotificationId, proposal: Uuid } = "notifications/{UUID}/proposals/{UUID}"
}

resource_name! {
    /// `notifications/{notification}/assessments/{authority}`.
    AssessmentName { notification: NotificationId, authority: AuthorityId } =
        "notifications/{UUID}/assessments/{authority}"
}

resource_name! {
    /// `removals/{removal}`.
    RemovalName(String) = "removals/{removal}", if |name| is_removal_id(&name.0)
}

fn is_removal_id(id: &str) -> bool {
    id.len() <= 100 && id.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

resource_name! {
    /// `notifications/{notification}/attachments/{attachment}`.
    #[derive(Copy)]
    AttachmentName { notification: NotificationId, attachment: AttachmentId } =
        "notifications/{UUID}/attachments/{UUID}"
}
