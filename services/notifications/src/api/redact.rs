//! What a reader gets to see: each record is redacted by the code generated from the contract, with the eyes that the
//! domain gives the reader.

use async_trait::async_trait;
use prost::{Message, Name};
use seamless_disclosure::{Audience, Disclose, Override, View};
use seamless_feed::{Redactor, StoredEvent};
use seamless_identity::AuthorityId;
use seamless_proto::seamless::notifications::v1 as wire;
use seamless_service::error::ApiError;
use uuid::Uuid;

use super::convert::{attachment_out, follow_up_out, notification_out, transmission_out};
use crate::{
    domain::{
        Rules,
        access::Relation,
        model::{Attachment, FollowUp, Notification, Transmission},
    },
    store::{RedactionFacts, Store},
};

/// The notification as a reader in this relation may see it.
pub(super) fn notification_for(
    rules: &Rules,
    notification: &Notification,
    relation: &Relation,
) -> wire::Notification {
    let mut message = notification_out(notification);
    message.redact_for(&relation.view(rules, &notification.content.disclosures));
    message
}

/// The transmission: both sides see all of it.
pub(super) fn transmission_for(transmission: &Transmission) -> wire::Transmission {
    let mut message = transmission_out(transmission);
    message.redact_for(&View::declared(Audience::Recipients));
    message
}

/// The follow-up as the reader may see it; its originator is the investigating authority.
pub(super) fn follow_up_for(reader: &AuthorityId, follow_up: &FollowUp) -> wire::FollowUp {
    let mut message = follow_up_out(follow_up);
    message.redact_for(&View::declared(author_clearance(reader, follow_up.authority.as_str())));
    message
}

fn author_clearance(reader: &AuthorityId, authority: &str) -> Audience {
    if reader.as_str() == authority { Audience::Originator } else { Audience::Recipients }
}

/// The attachment as the reader may see it; its originator is the authority that attached it.
pub(super) fn attachment_for(reader: &AuthorityId, attachment: &Attachment) -> wire::Attachment {
    let mut message = attachment_out(attachment);
    message.redact_for(&View::declared(author_clearance(reader, attachment.authority.as_str())));
    message
}

/// Redacts events for the reader of the feed: with the rights of now, whenever they happened.
pub struct FeedRedactor {
    store: Store,
    rules: Rules,
}

impl FeedRedactor {
    /// A redactor on the service's store.
    #[must_use]
    pub fn new(store: Store, rules: Rules) -> Self {
        Self { store, rules }
    }

    fn redact_one(
        &self,
        reader: &AuthorityId,
        event: &StoredEvent,
        facts: Option<&RedactionFacts>,
    ) -> Result<Option<Vec<u8>>, prost::DecodeError> {
        let Some(facts) = facts else { return Ok(None) };
        let side = Relation::of_side(&self.rules.cooperation, &facts.originator, reader);
        if event.event_type == wire::FollowUpChanged::full_name() {
            return redact_follow_up(reader, &event.data).map(Some);
        }
        if let Some(redacted) = redact_attachment(reader, &event.event_type, &event.data)? {
            return Ok(Some(redacted));
        }
        // The originator's side may see the stored event whole; that it is told it at all, its entitlement says.
        let relation = match (side, event.arrangement.as_deref().map(str::parse)) {
            (Some(_), _) => return Ok(Some(event.data.clone())),
            (None, Some(Ok(arrangement))) => Relation::Recipient(arrangement),
            (None, _) => return Ok(None),
        };
        redact_record(&event.event_type, &event.data, |notification| {
            // What is shown must have been open when it was written, and be open now: a field that is opened later
            // does not open what stood in it before.
            let then = overrides_of(notification);
            notification.redact_for(&relation.view(&self.rules, &then));
            notification.redact_for(&relation.view(&self.rules, &facts.disclosures));
        })
    }
}

#[async_trait]
impl Redactor for FeedRedactor {
    async fn redact(
        &self,
        reader: &AuthorityId,
        events: &[StoredEvent],
    ) -> Result<Vec<Option<Vec<u8>>>, ApiError> {
        let keys: Vec<Option<Uuid>> = events.iter().map(|event| notification_of(&event.subject)).collect();
        let facts = self.store.redaction_facts(keys.iter().flatten().copied()).await?;
        events
            .iter()
            .zip(keys)
            .map(|(event, key)| {
                let facts = key.and_then(|key| facts.get(&key));
                self.redact_one(reader, event, facts).map_err(ApiError::internal)
            })
            .collect()
    }
}

/// The key in `notifications/{key}` and in the names below it.
fn notification_of(subject: &str) -> Option<Uuid> {
    subject.split('/').nth(1)?.parse().ok()
}

fn redact_follow_up(reader: &AuthorityId, data: &[u8]) -> Result<Vec<u8>, prost::DecodeError> {
    let mut event = wire::FollowUpChanged::decode(data)?;
    if let Some(follow_up) = &mut event.follow_up {
        let clearance = author_clearance(reader, &follow_up.authority);
        follow_up.redact_for(&View::declared(clearance));
    }
    Ok(event.encode_to_vec())
}

/// Redacts an event that is about an attachment; none for others.
fn redact_attachment(
    reader: &AuthorityId,
    event_type: &str,
    data: &[u8],
) -> Result<Option<Vec<u8>>, prost::DecodeError> {
    macro_rules! redacted {
        ($($event:ty),+) => {
            $(if event_type == <$event>::full_name() {
                let mut event = <$event>::decode(data)?;
                if let Some(attachment) = &mut event.attachment {
                    let clearance = author_clearance(reader, &attachment.authority);
                    attachment.redact_for(&View::declared(clearance));
                }
                return Ok(Some(event.encode_to_vec()));
            })+
        };
    }
    redacted!(wire::AttachmentStored, wire::AttachmentDeleted);
    Ok(None)
}

/// Redacts an event that is about a notification or its transmission. An event of a kind that this version does not
/// know is withheld.
fn redact_record(
    event_type: &str,
    data: &[u8],
    redact: impl Fn(&mut wire::Notification),
) -> Result<Option<Vec<u8>>, prost::DecodeError> {
    macro_rules! redacted {
        ($($event:ty),+) => {
            $(if event_type == <$event>::full_name() {
                let mut event = <$event>::decode(data)?;
                if let Some(notification) = &mut event.notification {
                    redact(notification);
                }
                return Ok(Some(event.encode_to_vec()));
            })+
        };
    }
    redacted!(wire::NotificationTransmitted, wire::NotificationUpdated, wire::NotificationWithdrawn);
    // Both sides see all of a transmission and of its clocks.
    let shown_whole = [
        wire::TransmissionAcknowledged::full_name(),
        wire::ClockPaused::full_name(),
        wire::ClockResumed::full_name(),
        wire::ClockWarned::full_name(),
        wire::ClockBreached::full_name(),
    ];
    Ok(shown_whole.iter().any(|name| name == event_type).then(|| data.to_vec()))
}

/// The originator's audiences that a notification was written with.
fn overrides_of(notification: &wire::Notification) -> Vec<Override> {
    let known = notification.disclosures.iter().filter_map(|disclosure| {
        let audience = Audience::try_from(disclosure.audience).ok()?;
        Some(Override { path: disclosure.path.clone(), audience, reason: String::new() })
    });
    known.collect()
}
