//! What the feed of the notifications service tells, as facts.
//!
//! Invariant: an event that cannot be read is passed over with a line in the log, and counts in the digest all the same.

use jiff::{Timestamp, civil::Date};
use prost::{Message, Name};
use seamless_identifiers::CountryCode;
use seamless_identity::AuthorityId;
use seamless_proto::seamless::{feed::v1::Event, notifications::v1 as wire};
use seamless_vocabulary::Vocabulary;
use sha2::{Digest, Sha256};

use super::{
    recall_told::{as_parties_see, recall},
    told_exchange, told_traces,
    told_values::{paths, status_of, time},
};
use crate::domain::{
    facts::{
        AlertFact, ClockFact, FollowUpFact, LossFact, MeasureFact, Pause, Said, SendingFact, Spell, Step,
        VersionFact, alert_of,
    },
    model::{
        ClockState, EventStatus, FollowUpState, MeasureAction, MeasureObligation, NoMeasureReason,
        NotTracedReason, NotificationState, NotificationType, ProductCategory, RemovalReason, RiskLevel,
        RiskType,
    },
};

/// The digest of all that was taken in, from the one before, as the contract says (`ReportInput.content_sha256`).
#[must_use]
pub fn digest_of(before: &str, events: &[Event]) -> String {
    let mut digest = [0; 32];
    // None before the first event: 32 octets of zero.
    let _ = hex::decode_to_slice(before, &mut digest);
    for event in events {
        let data = event.data.as_ref().map_or(&[][..], |data| data.value.as_slice());
        let mut hash = Sha256::new();
        hash.update(digest);
        hash.update(event.position.to_be_bytes());
        hash.update(event.event_id.as_bytes());
        hash.update(Sha256::digest(data));
        digest = hash.finalize().into();
    }
    hex::encode(digest)
}

/// What an event says to this reader, in the order in which it is to be taken in; nothing for one of no interest.
#[must_use]
pub fn said(event: &Event, reader: &AuthorityId) -> Vec<Said> {
    match read(event, reader) {
        Ok(said) => said,
        Err(error) => {
            tracing::error!(position = event.position, %error, "an event cannot be read");
            Vec::new()
        }
    }
}

fn read(event: &Event, reader: &AuthorityId) -> Result<Vec<Said>, prost::DecodeError> {
    let data = event.data.as_ref().map_or(&[][..], |data| data.value.as_slice());
    let at = event.occur_time.and_then(time).unwrap_or(Timestamp::UNIX_EPOCH);
    let status = status_of(event);
    if let Some(said) = told_traces::read(event, data, status)? {
        return Ok(said);
    }
    if let Some(said) = told_exchange::read(event, data, status)? {
        return Ok(said);
    }
    macro_rules! told {
        ($kind:ident) => {
            (event.r#type == wire::$kind::full_name()).then(|| wire::$kind::decode(data)).transpose()?
        };
    }
    macro_rules! alert_told {
        ($($kind:ident),+) => {
            $(if let Some(told) = told!($kind) {
                return Ok(told.notification.map(|told| alert(told, status, at)).unwrap_or_default());
            })+
        };
    }
    alert_told!(
        NotificationCreated,
        NotificationUpdated,
        NotificationSubmitted,
        NotificationReturned,
        NotificationValidated,
        NotificationWithdrawn
    );
    if let Some(told) = told!(NotificationTransmitted) {
        let alert = told.notification.map(|told| alert(told, status, at)).unwrap_or_default();
        let sending = told.transmission.and_then(|told| sending(told, status));
        return Ok(alert.into_iter().chain(sending).collect());
    }
    if let Some(told) = told!(TransmissionAcknowledged) {
        return Ok(told.transmission.and_then(|told| sending(told, status)).into_iter().collect());
    }
    if let Some(told) = told!(FollowUpChanged) {
        let follow_up = told.follow_up.and_then(|told| follow_up(told, status));
        let sending = told.transmission.and_then(|told| sending(told, status));
        return Ok(sending.into_iter().chain(follow_up).collect());
    }
    macro_rules! clock_told {
        ($($kind:ident),+) => {
            $(if let Some(told) = told!($kind) {
                return Ok(told.clock.and_then(|told| clock(told, status)).into_iter().collect());
            })+
        };
    }
    clock_told!(ClockChanged, ClockPaused, ClockResumed, ClockWarned, ClockBreached);
    if let Some(told) = told!(RemovalOrdered) {
        let order = told.removal.as_ref().and_then(|told| told_exchange::removal(told, status));
        let removed = told.removal.and_then(|told| removed(told, status, at, reader));
        return Ok(removed.into_iter().chain(order).collect());
    }
    Ok(Vec::new())
}

/// What is counted of an alert, and what it says to people.
fn alert(told: wire::Notification, status: EventStatus, at: Timestamp) -> Vec<Said> {
    let recall = recall(&told, status, at).map(|recall| Said::Recall(Box::new(recall)));
    let to_parties = as_parties_see(&told).and_then(|told| counted(told, status, at));
    let to_parties = to_parties.map(|alert| Box::new(alert.into()));
    let number = u32::try_from(told.version).unwrap_or_default();
    let Some(alert) = counted(told, status, at) else { return recall.into_iter().collect() };
    let versions = (number > 0).then_some(VersionFact { number, time: at }).into_iter().collect();
    let named = Said::Named {
        alert: alert.name.clone(),
        listings: alert.listings.iter().map(|listing| listing.id.clone()).collect(),
    };
    let alert = Said::Alert(Box::new(AlertFact { to_parties, versions, ..alert }), at);
    [alert, named].into_iter().chain(recall).collect()
}

fn counted(told: wire::Notification, status: EventStatus, at: Timestamp) -> Option<AlertFact> {
    let state = NotificationState::from_number(told.state)?;
    let identified_by = told_traces::identified_by(&told);
    let listings = told_exchange::named(&told);
    let originator = told.originator.parse().ok()?;
    let general = told.general.as_ref();
    let kind = general.and_then(|general| NotificationType::from_number(general.r#type));
    let counterfeit = told.product.as_ref().and_then(|product| product.counterfeit);
    let category = told.product.as_ref().and_then(|product| ProductCategory::from_number(product.category));
    let risk = told.risk.unwrap_or_default();
    let mut risks: Vec<RiskType> =
        risk.types.iter().filter_map(|number| RiskType::from_number(*number)).collect();
    risks.sort_unstable_by_key(|one| *one as i32);
    risks.dedup();
    let actions = told.measures.iter().filter_map(|measure| MeasureAction::from_number(measure.action));
    let mut measures: Vec<MeasureAction> = actions.collect();
    measures.sort_unstable_by_key(|one| *one as i32);
    measures.dedup();
    let obligations =
        told.measures.iter().filter_map(|measure| MeasureObligation::from_number(measure.obligation));
    let mut obligations: Vec<MeasureObligation> = obligations.collect();
    obligations.sort_unstable_by_key(|one| *one as i32);
    obligations.dedup();
    let traceability = told.traceability.clone().unwrap_or_default();
    let origins = std::iter::once(&traceability.country_of_origin);
    let origins = origins.chain(&traceability.additional_countries_of_origin);
    let mut origins: Vec<CountryCode> =
        origins.filter_map(|country| CountryCode::parse(country).ok()).collect();
    origins.sort_unstable();
    origins.dedup();
    Some(AlertFact {
        name: told.name,
        status,
        originator,
        state,
        kind,
        level: RiskLevel::from_number(risk.level),
        category,
        risks,
        origins,
        sold_online: told.online.and_then(|online| online.sold_online),
        notifier: general.and_then(|general| CountryCode::parse(&general.notifying_country).ok()),
        measures,
        obligations,
        counterfeit,
        listings,
        identified_by,
        confirmed: matches!(state, NotificationState::Validated | NotificationState::Transmitted)
            .then_some(at),
        dated: general.and_then(dated),
        withdrawn: (state == NotificationState::Withdrawn).then_some(at),
        to_parties: None,
        versions: Vec::new(),
        rounds: Vec::new(),
    })
}

/// The day on which another system notified an alert that was imported from it, or else published it.
fn dated(general: &wire::General) -> Option<Date> {
    let day =
        general.notification_date.or(general.publication_date).filter(|_| !general.source.is_empty())?;
    let year = i16::try_from(day.year).ok()?;
    // A day of which only year or month is known begins with these.
    Date::new(year, i8::try_from(day.month.max(1)).ok()?, i8::try_from(day.day.max(1)).ok()?).ok()
}

fn sending(told: wire::Transmission, status: EventStatus) -> Option<Said> {
    let sent = told.send_time.and_then(time)?;
    Some(Said::Sending(SendingFact {
        alert: alert_of(&told.name).to_owned(),
        status,
        originator: told.originator.parse().ok()?,
        sender: told.sender.parse().ok()?,
        recipient: told.recipient.parse().ok()?,
        arrangement: told.arrangement.parse().ok(),
        spells: vec![Spell {
            acknowledged: told.acknowledge_time.and_then(time),
            reacted: told.first_reaction_time.and_then(time),
            ..Spell::sent_at(sent)
        }],
        name: told.name,
    }))
}

fn follow_up(told: wire::FollowUp, status: EventStatus) -> Option<Said> {
    let step = |step: &wire::FollowUpStep| {
        Some(Step { state: FollowUpState::from_number(step.state)?, time: step.step_time.and_then(time)? })
    };
    let measure = |measure: &wire::Measure| MeasureFact {
        action: MeasureAction::from_number(measure.action),
        obligation: MeasureObligation::from_number(measure.obligation),
        adopted: measure.adopt_time.and_then(time),
    };
    let missing = told.tracing.as_ref().map(|tracing| paths(&tracing.missing_fields)).unwrap_or_default();
    let not_traced = told.tracing.filter(|tracing| !tracing.traced);
    Some(Said::FollowUp(FollowUpFact {
        sending: told.transmission,
        status,
        state: FollowUpState::from_number(told.state)?,
        steps: told.steps.iter().filter_map(step).collect(),
        not_traced: not_traced.and_then(|tracing| NotTracedReason::from_number(tracing.not_traced_reason)),
        measures: told.measures.iter().map(measure).collect(),
        no_measure: told.no_measure.and_then(|one| NoMeasureReason::from_number(one.reason)),
        missing,
        name: told.name,
    }))
}

fn clock(told: wire::Clock, status: EventStatus) -> Option<Said> {
    let rule = told.rule.unwrap_or_default();
    let pause = |pause: &wire::ClockPause| {
        Some(Pause { start: pause.start_time.and_then(time)?, end: pause.end_time.and_then(time) })
    };
    Some(Said::Clock(ClockFact {
        sending: told.transmission,
        status,
        rule: rule.rule_id,
        length_days: rule.length_days.unsigned_abs(),
        state: ClockState::from_number(told.state)?,
        start: told.start_time.and_then(time)?,
        due: told.due_time.and_then(time)?,
        pauses: told.pauses.iter().filter_map(pause).collect(),
        stopped: told.stop_time.and_then(time),
        cancelled: told.cancel_time.and_then(time),
        name: told.name,
    }))
}

/// An alert that is taken from the reader, or from another recipient. Of fields that were made less public the new version says what
/// is left; a withdrawn alert is still known to have been sent.
fn removed(told: wire::Removal, status: EventStatus, at: Timestamp, reader: &AuthorityId) -> Option<Said> {
    let reason = RemovalReason::from_number(told.reason)?;
    if !matches!(reason, RemovalReason::Revoked | RemovalReason::ArrangementLeft) {
        return None;
    }
    let time = told.order_time.and_then(time).unwrap_or(at);
    Some(match told.authority == reader.as_str() {
        true => {
            let originator = told.originator.parse().ok();
            Said::Lost(LossFact { alert: told.notification, originator, status, reason, time })
        }
        false => {
            Said::Revoked { sending: format!("{}/transmissions/{}", told.notification, told.authority), time }
        }
    })
}
