//! What the feed of the notifications service tells of flags and questions, of offers on the web, of removals, of other authorities'
//! assessments and of ledgers, as facts. Of what was said in words, and of addresses, nothing is kept.

use jiff::Timestamp;
use prost::{DecodeError, Message, Name};
use seamless_proto::seamless::{feed::v1::Event, notifications::v1 as wire};
use seamless_vocabulary::Vocabulary;
use sha2::{Digest, Sha256};

use super::told_values::{count, paths, time};
use crate::domain::{
    facts::{
        AssessmentFact, ConversationFact, ConversationStep, Fact, ListingFact, ListingReportFact,
        ListingsFact, LookFact, NamedListing, Proved, RemovalFact, Said, UnreadableFact, alert_of,
    },
    model::{
        ConversationKind, ConversationState, EventStatus, EvidenceKind, ListingStatus, RemovalReason,
        RiskLevel, UnreadableReason,
    },
};

/// Hexadecimal digits of a listing's id.
const ID_DIGITS: usize = 32;

/// What the event says of any of these; none for any other event.
///
/// # Errors
/// That it cannot be read.
pub(super) fn read(
    event: &Event,
    data: &[u8],
    status: EventStatus,
) -> Result<Option<Vec<Said>>, DecodeError> {
    macro_rules! told {
        ($kind:ident) => {
            (event.r#type == wire::$kind::full_name()).then(|| wire::$kind::decode(data)).transpose()?
        };
    }
    let one = |said: Option<Said>| Ok(Some(said.into_iter().collect()));
    if let Some(told) = told!(ConversationOpened) {
        return one(told.conversation.and_then(|told| conversation(told, status, false)));
    }
    if let Some(told) = told!(ConversationChanged) {
        return one(told.conversation.and_then(|told| conversation(told, status, true)));
    }
    if let Some(told) = told!(ListingReported) {
        return one(told.listing.and_then(|mut told| {
            let look = told.last_check.take();
            listing(told, look, status)
        }));
    }
    if let Some(told) = told!(ListingChecked) {
        return one(told.listing.and_then(|listed| listing(listed, told.check, status)));
    }
    if let Some(told) = told!(RemovalConfirmed) {
        return one(told.removal.as_ref().and_then(|told| removal(told, status)));
    }
    if let Some(told) = told!(AssessmentChanged) {
        return one(told.assessment.and_then(|told| assessment(told, status)));
    }
    if let Some(told) = told!(AssessmentWithdrawn) {
        return one(told.assessment.and_then(|told| assessment(told, status)));
    }
    if let Some(told) = told!(EvidenceRecorded) {
        return one(told.evidence.and_then(proved));
    }
    Ok(None)
}

/// The offers on the web that an alert names; those of which the reader is not shown the address are none.
pub(super) fn named(told: &wire::Notification) -> Vec<NamedListing> {
    let listings = told.online.as_ref().map(|online| online.listings.as_slice()).unwrap_or_default();
    let shown = listings.iter().filter(|listing| !listing.url.is_empty());
    let mut named: Vec<NamedListing> =
        shown.map(|listing| NamedListing { id: listing_id(&listing.url), live: listing.live }).collect();
    named.sort_by(|one, other| one.id.cmp(&other.id));
    named.dedup_by(|one, other| one.id == other.id);
    named
}

/// The last part of a listing's name, as the contract makes it of the address (`TrackedListing.name`).
fn listing_id(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let url = format!("{}://{}{path}", scheme.to_lowercase(), host.to_lowercase());
    let mut id = hex::encode(Sha256::digest(url));
    id.truncate(ID_DIGITS);
    id
}

/// With the step that it came to last, where it `has_step`.
fn conversation(told: wire::Conversation, status: EventStatus, has_step: bool) -> Option<Said> {
    let state = ConversationState::from_number(told.state)?;
    let step = told.update_time.and_then(time).filter(|_| has_step);
    Some(Said::Conversation(ConversationFact {
        sending: told.transmission,
        status,
        kind: ConversationKind::from_number(told.kind)?,
        raised_by: told.raised_by.parse().ok()?,
        opened: told.create_time.and_then(time)?,
        steps: step.map(|time| ConversationStep { state, time }).into_iter().collect(),
        fields: paths(&told.requested_fields),
        name: told.name,
    }))
}

/// An offer with what was found there; none where nobody but the originator's side follows it.
fn listing(
    told: wire::TrackedListing,
    look: Option<wire::ListingCheck>,
    status: EventStatus,
) -> Option<Said> {
    if !told.in_content && told.reports.is_empty() {
        return None;
    }
    let report = |one: &wire::ListingReport| {
        Some(ListingReportFact { by: one.reporter.parse().ok()?, time: one.report_time.and_then(time)? })
    };
    let look = look.and_then(|look| {
        Some(LookFact {
            by: look.checker.parse().ok()?,
            time: look.check_time.and_then(time)?,
            found: ListingStatus::from_number(look.found)?,
        })
    });
    let listing = ListingFact {
        id: told.name.rsplit('/').next().unwrap_or_default().to_owned(),
        reports: told.reports.iter().filter_map(report).collect(),
        looks: look.into_iter().collect(),
    };
    Some(Said::Listings(ListingsFact {
        name: alert_of(&told.name).to_owned(),
        status,
        listings: vec![listing],
    }))
}

/// The order to remove something, as it stands.
pub(super) fn removal(told: &wire::Removal, status: EventStatus) -> Option<Said> {
    Some(Said::Newest(Fact::Removal(RemovalFact {
        name: told.name.clone(),
        alert: told.notification.clone(),
        status,
        originator: told.originator.parse().ok()?,
        holder: told.authority.parse().ok()?,
        reason: RemovalReason::from_number(told.reason)?,
        ordered: told.order_time.and_then(time)?,
        confirmed: told.confirmation.as_ref().and_then(|one| one.confirm_time).and_then(time),
    })))
}

fn assessment(told: wire::Assessment, status: EventStatus) -> Option<Said> {
    Some(Said::Newest(Fact::Assessment(AssessmentFact {
        status,
        authority: told.authority.parse().ok()?,
        level: RiskLevel::from_number(told.level),
        assessed: told.create_time.and_then(time)?,
        withdrawn: told.withdraw_time.and_then(time),
        name: told.name,
    })))
}

/// What an entry of a ledger says that no other event does.
fn proved(told: wire::EvidenceEntry) -> Option<Said> {
    let at: Timestamp = told.event_time.and_then(time)?;
    let proved = match EvidenceKind::from_number(told.kind)? {
        EvidenceKind::Delivered => Proved::Delivered(at),
        EvidenceKind::Opened => Proved::Opened(at),
        EvidenceKind::Unreadable => Proved::Unreadable(UnreadableFact {
            version: count(told.version).try_into().unwrap_or(u32::MAX),
            reason: UnreadableReason::from_number(told.unreadable_reason),
            time: at,
        }),
        EvidenceKind::Sent | EvidenceKind::Acknowledged | EvidenceKind::Acted => return None,
    };
    Some(Said::Proved { sending: told.transmission, proved })
}
