//! What a reader gets to see: each record is redacted by the code generated from the contract, with the eyes that the
//! domain gives the reader.

use async_trait::async_trait;
use prost::Message;
use seamless_disclosure::{
    Audience, Disclose, Override, View,
    wire::{Shaped, redacted_within},
};
use seamless_feed::{Redactor, StoredEvent};
use seamless_identity::AuthorityId;
use seamless_proto::{
    events::notifications::EventType,
    seamless::{disclosure::v1::FieldDisclosure, notifications::v1 as wire},
};
use seamless_service::error::ApiError;
use uuid::Uuid;

use super::{
    Known, attachment_out, evidence_out, follow_up_out, message_out, notification_out, proposal_out,
    removal_out, transmission_out,
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

/// The notification as a reader in this relation may see it, who knows these notifications that others follow.
pub fn notification_for(
    rules: &Rules,
    notification: &Notification,
    relation: &Relation,
    known: &Known,
) -> wire::Notification {
    let mut message = notification_out(notification);
    message.redact_for(&relation.view(rules, &notification.content.disclosures));
    if matches!(relation, Relation::Recipient(_)) {
        known.hide(&mut message);
    }
    message
}

/// The transmission: both sides see all of it.
pub fn transmission_for(transmission: &Transmission) -> wire::Transmission {
    transmission_out(transmission).shown_to(Audience::Recipients)
}

/// The follow-up as the reader may see it; its originator is the investigating authority.
pub fn follow_up_for(reader: &AuthorityId, follow_up: &FollowUp) -> wire::FollowUp {
    follow_up_out(follow_up).shown_to(own_clearance(reader, follow_up.authority.as_str()))
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
    evidence_out(entry).shown_to(own_clearance(reader, entry.evidence.authority.as_str()))
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
    reader: Option<(&Notification, &Relation, &Known)>,
) -> wire::Proposal {
    let mut message = proposal_out(proposal);
    match reader {
        Some((notification, relation, known)) => {
            message.redact_for(&relation.view(rules, &notification.content.disclosures));
            if matches!(relation, Relation::Recipient(_)) {
                message.change.as_mut().and_then(|change| known.hide(change));
            }
        }
        None => message.redact_for(&View::declared(Audience::Originator)),
    }
    message
}

/// The attachment as the reader may see it; its originator is the authority that attached it.
pub fn attachment_for(reader: &AuthorityId, attachment: &Attachment) -> wire::Attachment {
    attachment_out(attachment).shown_to(own_clearance(reader, attachment.authority.as_str()))
}

/// What a reader of the feed is to the case that an event is about.
enum Seer<'f> {
    /// Of the originator's side.
    Side,
    /// A recipient that is told of it under an arrangement, with the audiences that the originator has set by now.
    Recipient { relation: Relation, disclosures: &'f [Override] },
    /// A recipient, told of it under none.
    Outside,
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

    /// What the reader may read of the case that the event is about; `None` for nothing.
    fn seer<'f>(
        &self,
        reader: &AuthorityId,
        event: &StoredEvent,
        facts: Option<&'f RedactionFacts>,
    ) -> Option<Seer<'f>> {
        let facts = facts?;
        if Relation::of_side(&self.rules.cooperation, &facts.originator, reader).is_some() {
            return Some(Seer::Side);
        }
        // Whoever was taken off, or whose arrangement ended, reads nothing from the first position on.
        facts.is_received.then_some(())?;
        let arrangement = event.arrangement.as_deref().and_then(|text| text.parse().ok());
        Some(arrangement.map_or(Seer::Outside, |arrangement| {
            let relation = Relation::Recipient(arrangement);
            Seer::Recipient { relation, disclosures: &facts.disclosures }
        }))
    }

    /// The event as the reader may see it, and `None` where it may not. Every type of the contract has its row: without
    /// one a new type does not compile. What a follow-up follows is hidden unless it is `known`, and added to `hidden`.
    fn redact_one(
        &self,
        reader: &AuthorityId,
        event: &StoredEvent,
        facts: Option<&RedactionFacts>,
        known: &Known,
        hidden: &mut Vec<Uuid>,
    ) -> Result<Option<Vec<u8>>, ApiError> {
        use EventType as Type;
        let (seer, data) = (self.seer(reader, event, facts), event.data.as_slice());
        let own = |authority: &str| View::declared(own_clearance(reader, authority));
        let Some(event_type) = Type::from_name(&event.event_type) else {
            // Of a later version of this service.
            return Ok(matches!(seer, Some(Seer::Side)).then(|| data.to_vec()));
        };
        match (event_type, &seer) {
            // A removal is told to whoever has to make it, whatever it may read besides; it says nothing of the content.
            (Type::RemovalOrdered, _) => {
                redacted(data, |told: &mut wire::RemovalOrdered| self.redact_told(reader, &mut told.removal))
            }
            (Type::RemovalConfirmed, _) => redacted(data, |told: &mut wire::RemovalConfirmed| {
                self.redact_told(reader, &mut told.removal)
            }),
            // What time it is in a sandbox is of no case, and no secret.
            (Type::SandboxClockAdvanced, _) => Ok(Some(data.to_vec())),
            (_, None) => Ok(None),
            // Of these, what is its author's own is shown to nobody else, on neither side.
            (Type::FollowUpChanged, _) => shown(data, |told: &mut wire::FollowUpChanged| {
                told.follow_up.iter_mut().for_each(|one| one.redact_for(&own(&one.authority)));
            }),
            (Type::TraceOpened, _) => shown(data, |told: &mut wire::TraceOpened| {
                told.trace.iter_mut().for_each(|one| one.redact_for(&of_trace(reader, &one.name)));
            }),
            (Type::TraceCandidateChanged, _) => shown(data, |told: &mut wire::TraceCandidateChanged| {
                told.candidate.iter_mut().for_each(|one| one.redact_for(&of_trace(reader, &one.name)));
            }),
            (Type::TraceQuestionChanged, _) => shown(data, |told: &mut wire::TraceQuestionChanged| {
                told.question.iter_mut().for_each(|one| one.redact_for(&of_trace(reader, &one.name)));
            }),
            (Type::TraceConcluded, _) => shown(data, |told: &mut wire::TraceConcluded| {
                told.trace.iter_mut().for_each(|one| one.redact_for(&of_trace(reader, &one.name)));
                told.candidates.iter_mut().for_each(|one| one.redact_for(&of_trace(reader, &one.name)));
            }),
            (Type::TraceReopened, _) => shown(data, |told: &mut wire::TraceReopened| {
                told.trace.iter_mut().for_each(|one| one.redact_for(&of_trace(reader, &one.name)));
            }),
            (Type::EvidenceRecorded, _) => shown(data, |told: &mut wire::EvidenceRecorded| {
                told.evidence.iter_mut().for_each(|one| one.redact_for(&own(&one.authority)));
            }),
            (Type::ConversationOpened, _) => shown(data, |told: &mut wire::ConversationOpened| {
                told.message.iter_mut().for_each(|message| redact_message(reader, message));
            }),
            (Type::MessagePosted, _) => shown(data, |told: &mut wire::MessagePosted| {
                told.message.iter_mut().for_each(|message| redact_message(reader, message));
            }),
            (Type::ConversationChanged, _) => shown(data, |told: &mut wire::ConversationChanged| {
                told.message.iter_mut().for_each(|message| redact_message(reader, message));
            }),
            (Type::AttachmentStored, _) => shown(data, |told: &mut wire::AttachmentStored| {
                told.attachment.iter_mut().for_each(|one| one.redact_for(&own(&one.authority)));
            }),
            (Type::AttachmentDeleted, _) => shown(data, |told: &mut wire::AttachmentDeleted| {
                told.attachment.iter_mut().for_each(|one| one.redact_for(&own(&one.authority)));
            }),
            // The originator's side may see the stored event whole; that it is told it at all, its entitlement says.
            (_, Some(Seer::Side)) => Ok(Some(data.to_vec())),
            (_, Some(Seer::Outside)) => Ok(None),
            (Type::ListingReported, Some(Seer::Recipient { relation, disclosures })) => {
                let sight = ListingSight::of(&self.rules, &relation.view(&self.rules, disclosures));
                redacted(data, |told: &mut wire::ListingReported| shows_listing(&mut told.listing, sight))
            }
            (Type::ListingChecked, Some(Seer::Recipient { relation, disclosures })) => {
                let sight = ListingSight::of(&self.rules, &relation.view(&self.rules, disclosures));
                redacted(data, |told: &mut wire::ListingChecked| shows_listing(&mut told.listing, sight))
            }
            (Type::ProposalChanged, Some(Seer::Recipient { relation, disclosures })) => {
                let view = relation.view(&self.rules, disclosures);
                shown(data, |told: &mut wire::ProposalChanged| {
                    if let Some(proposal) = &mut told.proposal {
                        proposal.redact_for(&view);
                        hidden.extend(proposal.change.as_mut().and_then(|change| known.hide(change)));
                    }
                })
            }
            (Type::NotificationTransmitted, Some(Seer::Recipient { relation, disclosures })) => {
                let told = Told { data, relation, disclosures, known };
                told.shown(&self.rules, hidden, |told: &mut wire::NotificationTransmitted| {
                    &mut told.notification
                })
            }
            (Type::NotificationUpdated, Some(Seer::Recipient { relation, disclosures })) => {
                let told = Told { data, relation, disclosures, known };
                told.shown(&self.rules, hidden, |told: &mut wire::NotificationUpdated| &mut told.notification)
            }
            (Type::NotificationWithdrawn, Some(Seer::Recipient { relation, disclosures })) => {
                let told = Told { data, relation, disclosures, known };
                told.shown(&self.rules, hidden, |told: &mut wire::NotificationWithdrawn| {
                    &mut told.notification
                })
            }
            // Both sides see all of a transmission and of its clocks, of how far the other has read, and of an assessment of
            // the recipient's.
            (
                Type::TransmissionAcknowledged
                | Type::MessagesRead
                | Type::ClockChanged
                | Type::ClockPaused
                | Type::ClockResumed
                | Type::ClockWarned
                | Type::ClockBreached
                | Type::AssessmentChanged
                | Type::AssessmentWithdrawn,
                Some(Seer::Recipient { .. }),
            ) => Ok(Some(data.to_vec())),
            // What happens before a transmission, and whether two products are one, is the originator's side's alone.
            (
                Type::NotificationCreated
                | Type::NotificationSubmitted
                | Type::NotificationReturned
                | Type::NotificationValidated
                | Type::SimilarityDecided,
                Some(Seer::Recipient { .. }),
            ) => Ok(None),
        }
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

/// An event that holds a notification, for a recipient.
struct Told<'e> {
    data: &'e [u8],
    relation: &'e Relation,
    /// The audiences that the originator has set by now.
    disclosures: &'e [Override],
    known: &'e Known,
}

impl Told<'_> {
    /// The event redacted as it stands, since most that is read is this; one of a follow-up is decoded, for the name that it
    /// may hold. What is shown must have been open when it was written, and be open now: a field that is opened later does
    /// not open what stood in it before.
    fn shown<M: Shaped + Message + Default>(
        &self,
        rules: &Rules,
        hidden: &mut Vec<Uuid>,
        notification_of: impl Fn(&mut M) -> &mut Option<wire::Notification>,
    ) -> Result<Option<Vec<u8>>, ApiError> {
        let stated = Stated::decode(self.data).map_err(ApiError::internal)?.notification.unwrap_or_default();
        let (now, then) = (self.disclosures, overrides_of(&stated));
        let views = [self.relation.view(rules, &then), self.relation.view(rules, now)];
        let is_as_then = now.iter().map(governing).eq(then.iter().map(governing));
        let views = if is_as_then { views.get(1..).unwrap_or_default() } else { &views };
        if stated.general.is_none_or(|general| general.follow_up_to.is_none()) {
            return redacted_within::<M>(self.data, NOTIFICATION, views)
                .map(Some)
                .map_err(ApiError::internal);
        }
        shown(self.data, |told: &mut M| {
            if let Some(notification) = notification_of(told) {
                views.iter().for_each(|view| notification.redact_for(view));
                hidden.extend(self.known.hide(notification));
            }
        })
    }
}

/// The field of an event that holds the notification.
const NOTIFICATION: u32 = 1;

/// Of an event that holds a notification, what its redaction depends on. Nothing else of it is read.
#[derive(Clone, PartialEq, Message)]
struct Stated {
    #[prost(message, optional, tag = "1")]
    notification: Option<StatedNotification>,
}

#[derive(Clone, PartialEq, Message)]
struct StatedNotification {
    #[prost(message, optional, tag = "10")]
    general: Option<StatedGeneral>,
    /// The audiences that its originator had set.
    #[prost(message, repeated, tag = "16")]
    disclosures: Vec<FieldDisclosure>,
}

#[derive(Clone, PartialEq, Message)]
struct StatedGeneral {
    #[prost(message, optional, tag = "11")]
    follow_up_to: Option<()>,
}

/// What an override decides, but for its reason.
fn governing(decision: &Override) -> (&str, Audience) {
    (&decision.path, decision.audience)
}

#[async_trait]
impl Redactor for FeedRedactor {
    fn types(&self) -> &'static [&'static str] {
        EventType::FULL_NAMES
    }

    async fn redact(
        &self,
        reader: &AuthorityId,
        events: &[StoredEvent],
    ) -> Result<Vec<Option<Vec<u8>>>, ApiError> {
        let keys: Vec<Option<Uuid>> = events.iter().map(|event| notification_of(&event.subject)).collect();
        let wanted: Vec<Uuid> = keys.iter().flatten().copied().collect();
        let facts = self.store.redaction_facts(reader, &wanted).await?;
        let redact = |known: &Known, hidden: &mut Vec<Uuid>| -> Result<Vec<_>, ApiError> {
            let each = events.iter().zip(&keys).map(|(event, key)| {
                let facts = key.and_then(|key| facts.get(&key));
                self.redact_one(reader, event, facts, known, hidden)
            });
            each.collect()
        };
        let mut hidden = Vec::new();
        let redacted = redact(&Known::default(), &mut hidden)?;
        // Few events are of follow-ups: only for those it is asked what the reader knows.
        let known = Known::of(&self.store, &self.rules, reader, &hidden).await?;
        if known.is_empty() { Ok(redacted) } else { redact(&known, &mut hidden) }
    }
}

/// The key in `notifications/{key}` and in the names below it.
fn notification_of(subject: &str) -> Option<Uuid> {
    subject.strip_prefix("notifications/")?.split('/').next()?.parse().ok()
}

/// The event after `redact`, which says whether it is shown at all.
fn redacted<M: Message + Default>(
    data: &[u8],
    redact: impl FnOnce(&mut M) -> bool,
) -> Result<Option<Vec<u8>>, ApiError> {
    let mut told = M::decode(data).map_err(ApiError::internal)?;
    Ok(redact(&mut told).then(|| told.encode_to_vec()))
}

/// The event after `redact`, of which something is shown whatever it was.
fn shown<M: Message + Default>(
    data: &[u8],
    redact: impl FnOnce(&mut M),
) -> Result<Option<Vec<u8>>, ApiError> {
    redacted(data, |told| {
        redact(told);
        true
    })
}

fn of_trace(reader: &AuthorityId, name: &str) -> View<'static> {
    View::declared(trace_clearance(reader, name))
}

/// Redacts an event of a listing for a recipient. It was written with what the recipient saw then: what the content shows
/// it no more is taken out, and without URL nothing is left but what it reported itself.
fn shows_listing(listing: &mut Option<wire::TrackedListing>, sight: ListingSight) -> bool {
    let Some(listing) = listing else { return false };
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

/// The originator's audiences that a notification was written with.
fn overrides_of(notification: &StatedNotification) -> Vec<Override> {
    let known = notification.disclosures.iter().filter_map(|disclosure| {
        let audience = Audience::try_from(disclosure.audience).ok()?;
        Some(Override { path: disclosure.path.clone(), audience, reason: String::new() })
    });
    known.collect()
}
