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

use super::{
    attachment_out, evidence_out, follow_up_out, message_out, notification_out, proposal_out, removal_out,
    transmission_out,
};
use crate::{
    domain::{
        Rules,
        listings::ListingSight,
        model::{self, Attachment, EvidenceEntry, FollowUp, Notification, Proposal, Removal, Transmission},
        relation::Relation,
    },
    store::{RedactionFacts, Store},
};

/// The notification as a reader in this relation may see it.
pub fn notification_for(
    rules: &Rules,
    notification: &Notification,
    relation: &Relation,
) -> wire::Notification {
    let mut message = notification_out(notification);
    message.redact_for(&relation.view(rules, &notification.content.disclosures));
    message
}

/// The transmission: both sides see all of it.
pub fn transmission_for(transmission: &Transmission) -> wire::Transmission {
    let mut message = transmission_out(transmission);
    message.redact_for(&View::declared(Audience::Recipients));
    message
}

/// The follow-up as the reader may see it; its originator is the investigating authority.
pub fn follow_up_for(reader: &AuthorityId, follow_up: &FollowUp) -> wire::FollowUp {
    let mut message = follow_up_out(follow_up);
    message.redact_for(&View::declared(own_clearance(reader, follow_up.authority.as_str())));
    message
}

/// A trace, or a record below it, as the reader may see it; its originator is the tracing authority.
pub fn of_trace_for<M: Disclose>(reader: &AuthorityId, mut record: M, name_of: impl Fn(&M) -> &str) -> M {
    let clearance = trace_clearance(reader, name_of(&record));
    record.redact_for(&View::declared(clearance));
    record
}

/// What the reader is to a trace, or to a record below it, of this name.
fn trace_clearance(reader: &AuthorityId, name: &str) -> Audience {
    own_clearance(reader, name.split('/').nth(3).unwrap_or_default())
}

/// The entry of a ledger as the reader may see it; its originator is the authority that acted.
pub fn evidence_for(reader: &AuthorityId, entry: &EvidenceEntry) -> wire::EvidenceEntry {
    let mut message = evidence_out(entry);
    message.redact_for(&View::declared(own_clearance(reader, entry.evidence.authority.as_str())));
    message
}

fn own_clearance(reader: &AuthorityId, authority: &str) -> Audience {
    if reader.as_str() == authority { Audience::Originator } else { Audience::Recipients }
}

/// The message as the reader may see it; its originator is the authority that sent it.
pub fn message_for(reader: &AuthorityId, message: &model::Message) -> wire::Message {
    let mut message = message_out(message);
    redact_message(reader, &mut message);
    message
}

fn redact_message(reader: &AuthorityId, message: &mut wire::Message) {
    message.redact_for(&View::declared(own_clearance(reader, &message.sender)));
}

/// The removal as the reader may see it: the side that ordered it sees its own words, the holder its own.
pub fn removal_for(rules: &Rules, reader: &AuthorityId, removal: &Removal) -> wire::Removal {
    let mut message = removal_out(removal);
    let is_of_side = Relation::of_side(&rules.cooperation, &removal.originator, reader).is_some();
    redact_removal(&mut message, is_of_side);
    message
}

fn redact_removal(removal: &mut wire::Removal, is_of_side: bool) {
    let (orderer, holder) = match is_of_side {
        true => (Audience::Originator, Audience::Recipients),
        false => (Audience::Recipients, Audience::Originator),
    };
    // What the holder said is its own record within that of the other side.
    let mut confirmation = removal.confirmation.take();
    if let Some(confirmation) = &mut confirmation {
        confirmation.redact_for(&View::declared(holder));
    }
    removal.redact_for(&View::declared(orderer));
    removal.confirmation = confirmation;
}

/// The proposal as a reader in this relation to the notification may see it: of what was proposed the fields that it is
/// shown now. None shows it whole, to whoever has just written it or decided on it.
pub fn proposal_for(
    rules: &Rules,
    proposal: &Proposal,
    reader: Option<(&Notification, &Relation)>,
) -> wire::Proposal {
    let mut message = proposal_out(proposal);
    match reader {
        Some((notification, relation)) => {
            message.redact_for(&relation.view(rules, &notification.content.disclosures));
        }
        None => message.redact_for(&View::declared(Audience::Originator)),
    }
    message
}

/// The attachment as the reader may see it; its originator is the authority that attached it.
pub fn attachment_for(reader: &AuthorityId, attachment: &Attachment) -> wire::Attachment {
    let mut message = attachment_out(attachment);
    message.redact_for(&View::declared(own_clearance(reader, attachment.authority.as_str())));
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
        // A removal is told to whoever has to make it, whatever it may read besides; it says nothing of the content.
        if event.event_type == wire::RemovalOrdered::full_name() {
            let mut told = wire::RemovalOrdered::decode(event.data.as_slice())?;
            return Ok(self.redact_told(reader, &mut told.removal).then(|| told.encode_to_vec()));
        }
        if event.event_type == wire::RemovalConfirmed::full_name() {
            let mut told = wire::RemovalConfirmed::decode(event.data.as_slice())?;
            return Ok(self.redact_told(reader, &mut told.removal).then(|| told.encode_to_vec()));
        }
        let Some(facts) = facts else { return Ok(None) };
        let side = Relation::of_side(&self.rules.cooperation, &facts.originator, reader);
        // Whoever was taken off, or whose arrangement ended, reads nothing from the first position on.
        if side.is_none() && !facts.is_received {
            return Ok(None);
        }
        if event.event_type == wire::FollowUpChanged::full_name() {
            return redact_follow_up(reader, &event.data).map(Some);
        }
        if let Some(redacted) = redact_trace(reader, &event.event_type, &event.data)? {
            return Ok(Some(redacted));
        }
        if event.event_type == wire::EvidenceRecorded::full_name() {
            return redact_evidence(reader, &event.data).map(Some);
        }
        if let Some(data) = redact_conversation(reader, &event.event_type, &event.data)? {
            return Ok(Some(data));
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
        if let Some(shown) = redact_listing(&event.event_type, &event.data, || {
            ListingSight::of(&self.rules, &relation.view(&self.rules, &facts.disclosures))
        })? {
            return Ok(shown);
        }
        if event.event_type == wire::ProposalChanged::full_name() {
            let mut told = wire::ProposalChanged::decode(event.data.as_slice())?;
            if let Some(proposal) = &mut told.proposal {
                proposal.redact_for(&relation.view(&self.rules, &facts.disclosures));
            }
            return Ok(Some(told.encode_to_vec()));
        }
        redact_record(&event.event_type, &event.data, |notification| {
            // What is shown must have been open when it was written, and be open now: a field that is opened later
            // does not open what stood in it before.
            let then = overrides_of(notification);
            notification.redact_for(&relation.view(&self.rules, &then));
            notification.redact_for(&relation.view(&self.rules, &facts.disclosures));
        })
    }
}

impl FeedRedactor {
    /// Redacts a removal; false where it does not concern the reader.
    fn redact_told(&self, reader: &AuthorityId, removal: &mut Option<wire::Removal>) -> bool {
        let Some(removal) = removal else { return false };
        let originator = removal.originator.parse::<AuthorityId>();
        let side = originator.is_ok_and(|originator| {
            Relation::of_side(&self.rules.cooperation, &originator, reader).is_some()
        });
        redact_removal(removal, side);
        side || removal.authority == reader.as_str()
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
        let wanted: Vec<Uuid> = keys.iter().flatten().copied().collect();
        let facts = self.store.redaction_facts(reader, &wanted).await?;
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
    subject.strip_prefix("notifications/")?.split('/').next()?.parse().ok()
}

fn redact_follow_up(reader: &AuthorityId, data: &[u8]) -> Result<Vec<u8>, prost::DecodeError> {
    let mut event = wire::FollowUpChanged::decode(data)?;
    if let Some(follow_up) = &mut event.follow_up {
        let clearance = own_clearance(reader, &follow_up.authority);
        follow_up.redact_for(&View::declared(clearance));
    }
    Ok(event.encode_to_vec())
}

/// Redacts an event that is about a trace; `None` for any other.
fn redact_trace(
    reader: &AuthorityId,
    event_type: &str,
    data: &[u8],
) -> Result<Option<Vec<u8>>, prost::DecodeError> {
    macro_rules! redacted {
        ($($event:ident: $($record:ident)+;)+) => {
            $(if event_type == wire::$event::full_name() {
                let mut event = wire::$event::decode(data)?;
                $(for record in event.$record.iter_mut() {
                    record.redact_for(&View::declared(trace_clearance(reader, &record.name)));
                })+
                return Ok(Some(event.encode_to_vec()));
            })+
        };
    }
    redacted! {
        TraceOpened: trace;
        TraceCandidateChanged: candidate;
        TraceQuestionChanged: question;
        TraceConcluded: trace candidates;
        TraceReopened: trace;
    }
    Ok(None)
}

fn redact_evidence(reader: &AuthorityId, data: &[u8]) -> Result<Vec<u8>, prost::DecodeError> {
    let mut event = wire::EvidenceRecorded::decode(data)?;
    if let Some(evidence) = &mut event.evidence {
        let clearance = own_clearance(reader, &evidence.authority);
        evidence.redact_for(&View::declared(clearance));
    }
    Ok(event.encode_to_vec())
}

/// Redacts an event of a conversation, of which both sides see all but who wrote for the other; none for other events.
fn redact_conversation(
    reader: &AuthorityId,
    event_type: &str,
    data: &[u8],
) -> Result<Option<Vec<u8>>, prost::DecodeError> {
    macro_rules! redacted {
        ($($event:ty),+) => {
            $(if event_type == <$event>::full_name() {
                let mut event = <$event>::decode(data)?;
                if let Some(message) = &mut event.message {
                    redact_message(reader, message);
                }
                return Ok(Some(event.encode_to_vec()));
            })+
        };
    }
    redacted!(wire::ConversationOpened, wire::MessagePosted, wire::ConversationChanged);
    Ok(None)
}

/// Redacts an event of a listing for a recipient; none for other events. It was written with what the recipient saw then:
/// what the content shows it no more is taken out, and without URL nothing is left but what it reported itself.
fn redact_listing(
    event_type: &str,
    data: &[u8],
    sight: impl Fn() -> ListingSight,
) -> Result<Option<Option<Vec<u8>>>, prost::DecodeError> {
    macro_rules! redacted {
        ($($event:ty),+) => {
            $(if event_type == <$event>::full_name() {
                let mut event = <$event>::decode(data)?;
                let is_shown = event.listing.as_mut().is_some_and(|listing| shows_listing(listing, sight()));
                return Ok(Some(is_shown.then(|| event.encode_to_vec())));
            })+
        };
    }
    redacted!(wire::ListingReported, wire::ListingChecked);
    Ok(None)
}

fn shows_listing(listing: &mut wire::TrackedListing, sight: ListingSight) -> bool {
    if !listing.in_content {
        return true;
    }
    let is_shown = |part: bool| sight.url && part;
    if !is_shown(sight.marketplace) {
        listing.marketplace.clear();
    }
    if !is_shown(sight.seller) {
        listing.seller.clear();
    }
    if !is_shown(sight.first_seen) {
        listing.first_seen = None;
    }
    listing.in_content = sight.url;
    sight.url || !listing.reports.is_empty()
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
                    let clearance = own_clearance(reader, &attachment.authority);
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
    // Both sides see all of a transmission and of its clocks, and of an assessment of the recipient's.
    let shown_whole = [
        wire::TransmissionAcknowledged::full_name(),
        wire::ClockPaused::full_name(),
        wire::ClockResumed::full_name(),
        wire::ClockWarned::full_name(),
        wire::ClockBreached::full_name(),
        wire::AssessmentChanged::full_name(),
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
