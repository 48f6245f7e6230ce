//! Between records of the domain and rows.

use jiff::Timestamp;
use sea_orm::ActiveValue::{NotSet, Set};

use seamless_identity::{ArrangementId, AuthorityId};
use seamless_vocabulary::Vocabulary;

use super::{
    dialect::TextEntry,
    entities::{case_record, clock, follow_up, notification, operator_key, sandbox, sight, transmission},
};
use crate::domain::{
    DomainError, Refusal,
    access::{Facets, Sight},
    change::CompanyKeys,
    model::{
        Clock, Deadline, EventStatus, FollowUp, FollowUpState, Notification, RiskLevel, SandboxState,
        Transmission, TransmissionState,
    },
    ports::SourceKey,
    records::StoredRecord,
    relation::Relation,
    search::INDEX_VERSION,
};

/// A row that does not hold what this service wrote.
pub fn damaged(what: &str, why: impl std::fmt::Display) -> DomainError {
    Refusal::Fault(format!("damaged {what}: {why}")).into()
}

fn time(micros: i64) -> Result<Timestamp, DomainError> {
    Timestamp::from_microsecond(micros).map_err(|error| damaged("time", error))
}

/// The key of an imported record among those of all originators.
pub fn source_key(originator: &AuthorityId, key: &SourceKey) -> String {
    // Neither an authority's id nor a source's name can hold a slash.
    format!("{originator}/{}/{}", key.source, key.reference)
}

/// A notification's row.
pub fn notification_row(notification: &Notification) -> Result<notification::ActiveModel, DomainError> {
    let key = SourceKey::of(&notification.content);
    let disclosures = &notification.content.disclosures;
    let to_json = |error| damaged("notification", error);
    Ok(notification::ActiveModel {
        id: Set(notification.id),
        originator: Set(notification.originator.to_string()),
        source_key: Set(key.is_whole().then(|| source_key(&notification.originator, &key))),
        revision: Set(notification.revision),
        document: Set(serde_json::to_string(notification).map_err(to_json)?),
        disclosures: Set(match disclosures.is_empty() {
            true => None,
            false => Some(serde_json::to_string(disclosures).map_err(to_json)?),
        }),
    })
}

/// The notification in a row.
pub fn notification_of(row: &notification::Model) -> Result<Notification, DomainError> {
    serde_json::from_str(&row.document).map_err(|error| damaged("notification", error))
}

/// The notification that belongs to an entry of a list.
pub fn notification_in(row: Option<notification::Model>) -> Result<Notification, DomainError> {
    notification_of(&row.ok_or_else(|| damaged("list", "an entry without its notification"))?)
}

/// Whose entry of a list it is, and under which arrangement it has it; none on the originator's side.
pub fn viewer_of(row: &sight::Model) -> Result<(AuthorityId, Option<ArrangementId>), DomainError> {
    let viewer = row.viewer.parse().map_err(|error| damaged("list", error))?;
    let arrangement = row.arrangement.as_deref().map(str::parse).transpose();
    Ok((viewer, arrangement.map_err(|error| damaged("list", error))?))
}

/// The row of an authority's entry in its lists.
pub fn sight_row(notification: &Notification, sight: &Sight) -> sight::ActiveModel {
    let Facets { category, risk_types, country_of_origin, sold_online, .. } = &sight.facets;
    let additional = &sight.facets.additional_countries_of_origin;
    sight::ActiveModel {
        viewer: Set(sight.viewer.to_string()),
        notification: Set(notification.id),
        originator: Set(notification.originator.to_string()),
        arrangement: Set(match &sight.relation {
            Relation::Recipient(arrangement) => Some(arrangement.to_string()),
            Relation::Originator | Relation::ContactPoint => None,
        }),
        state: Set(notification.state as i32),
        status: Set(notification.status as i32),
        update_time: Set(notification.update_time.as_microsecond()),
        category: Set(category.map(|category| category as i32)),
        risk_types: Set(*risk_types),
        country_of_origin: Set(country_of_origin.clone()),
        sold_online: Set(*sold_online),
        additional_origins: Set((!additional.is_empty()).then(|| format!(",{},", additional.join(",")))),
        words: Set(sight.text.words.clone()),
        index_version: Set(INDEX_VERSION),
    }
}

/// The entry of a sight in the index of words.
pub fn text_entry(notification: &Notification, sight: &Sight) -> TextEntry {
    (sight.viewer.to_string(), notification.id, sight.text.clone())
}

/// The place in the inbox that the shown facts give: products sold online first, then by risk: serious ones, presumed or found,
/// then by level, and last where none is said. Whether the case is closed goes before both.
pub fn ranks(facets: &Facets) -> (i16, i16) {
    let risk = match facets.risk_level {
        _ if facets.serious => 0,
        Some(RiskLevel::Serious) => 0,
        Some(RiskLevel::High) => 1,
        Some(RiskLevel::Medium) => 2,
        Some(RiskLevel::Low) => 3,
        None => 4,
    };
    (i16::from(facets.sold_online != Some(true)), risk)
}

/// A transmission's row; the ranks are those of a new one, and follow the notification from then on.
pub fn transmission_row(transmission: &Transmission, ranks: Option<(i16, i16)>) -> transmission::ActiveModel {
    let row = transmission::ActiveModel {
        notification: Set(transmission.notification),
        recipient: Set(transmission.recipient.to_string()),
        sender: Set(transmission.sender.to_string()),
        originator: Set(transmission.originator.to_string()),
        arrangement: Set(transmission.arrangement.to_string()),
        state: Set(transmission.state as i32),
        automatic: Set(transmission.automatic),
        version: Set(i32::try_from(transmission.version).unwrap_or(i32::MAX)),
        send_time: Set(transmission.send_time.as_microsecond()),
        acknowledge_time: Set(transmission.acknowledge_time.map(Timestamp::as_microsecond)),
        first_reaction_time: Set(transmission.first_reaction_time.map(Timestamp::as_microsecond)),
        deadline_rule: Set(transmission.deadline.as_ref().map(|deadline| deadline.rule.clone())),
        due_time: Set(transmission
            .deadline
            .as_ref()
            .map_or(i64::MAX, |deadline| deadline.due.as_microsecond())),
        status: Set(transmission.status as i32),
        revision: Set(transmission.revision),
        closed_rank: match transmission.state {
            TransmissionState::Withdrawn => Set(1),
            // Whether the follow-up is closed is written with the follow-up.
            _ => NotSet,
        },
        ..Default::default()
    };
    match ranks {
        Some((online_rank, serious_rank)) => transmission::ActiveModel {
            online_rank: Set(online_rank),
            serious_rank: Set(serious_rank),
            ..row
        },
        None => row,
    }
}

/// The transmission in a row.
pub fn transmission_of(row: transmission::Model) -> Result<Transmission, DomainError> {
    let id = |error| damaged("transmission", error);
    let deadline = match row.deadline_rule {
        Some(rule) => Some(Deadline { rule, due: time(row.due_time)? }),
        None => None,
    };
    Ok(Transmission {
        notification: row.notification,
        recipient: row.recipient.parse().map_err(id)?,
        sender: row.sender.parse().map_err(id)?,
        originator: row.originator.parse().map_err(id)?,
        arrangement: row.arrangement.parse().map_err(id)?,
        state: TransmissionState::from_number(row.state).ok_or_else(|| damaged("transmission", "state"))?,
        automatic: row.automatic,
        version: row.version.unsigned_abs(),
        send_time: time(row.send_time)?,
        acknowledge_time: row.acknowledge_time.map(time).transpose()?,
        first_reaction_time: row.first_reaction_time.map(time).transpose()?,
        deadline,
        status: EventStatus::from_number(row.status).ok_or_else(|| damaged("transmission", "status"))?,
        revision: row.revision,
    })
}

/// A follow-up's row.
pub fn follow_up_row(follow_up: &FollowUp) -> Result<follow_up::ActiveModel, DomainError> {
    Ok(follow_up::ActiveModel {
        notification: Set(follow_up.notification),
        authority: Set(follow_up.authority.to_string()),
        state: Set(follow_up.state as i32),
        revision: Set(follow_up.revision),
        document: Set(serde_json::to_string(follow_up).map_err(|error| damaged("follow-up", error))?),
    })
}

/// The place of a case among the open or the closed ones of the inbox, as its follow-up gives it.
pub fn closed_rank(follow_up: &FollowUp) -> i16 {
    i16::from(follow_up.state == FollowUpState::Closed)
}

/// The follow-up in a row.
pub fn follow_up_of(row: &follow_up::Model) -> Result<FollowUp, DomainError> {
    serde_json::from_str(&row.document).map_err(|error| damaged("follow-up", error))
}

/// A clock's row.
pub fn clock_row(clock: &Clock) -> Result<clock::ActiveModel, DomainError> {
    Ok(clock::ActiveModel {
        notification: Set(clock.notification),
        recipient: Set(clock.recipient.to_string()),
        rule: Set(clock.rule.id.clone()),
        arrangement: Set(clock.arrangement.to_string()),
        status: Set(clock.status as i32),
        state: Set(clock.state() as i32),
        due: Set(clock.due.as_microsecond()),
        next_mark: Set(clock.next_mark().map(Timestamp::as_microsecond)),
        revision: Set(clock.revision),
        document: Set(serde_json::to_string(clock).map_err(|error| damaged("clock", error))?),
    })
}

/// The clock in a row.
pub fn clock_of(row: &clock::Model) -> Result<Clock, DomainError> {
    serde_json::from_str(&row.document).map_err(|error| damaged("clock", error))
}

/// The row of a record of a case.
pub fn record_row(record: &StoredRecord) -> case_record::ActiveModel {
    case_record::ActiveModel {
        kind: Set(record.kind.to_owned()),
        name: Set(record.name.clone()),
        notification: Set(record.place.notification),
        originator: Set(record.place.originator.to_string()),
        party: Set(record.place.party.as_ref().map(ToString::to_string)),
        state: Set(record.place.state),
        sort_order: Set(record.place.order),
        revision: Set(record.revision),
        document: Set(record.document.clone()),
    }
}

/// The sandbox's row; there is one at most.
pub fn sandbox_row(state: &SandboxState) -> Result<sandbox::ActiveModel, DomainError> {
    Ok(sandbox::ActiveModel {
        id: Set(sandbox::ONLY),
        revision: Set(state.revision),
        document: Set(serde_json::to_string(state).map_err(|error| damaged("sandbox", error))?),
    })
}

/// The rows by which a viewer finds the notification's makers.
pub fn operator_key_rows(
    notification: &Notification,
    sight: &Sight,
) -> impl Iterator<Item = operator_key::ActiveModel> {
    let (id, viewer) = (notification.id, sight.viewer.to_string());
    sight.operator_keys.iter().map(move |key| operator_key::ActiveModel {
        viewer: Set(viewer.clone()),
        operator_key: Set(key.clone()),
        notification: Set(id),
        source: Set(String::new()),
    })
}

/// The rows by which a company that a record names is found.
pub fn company_key_rows(keys: &CompanyKeys) -> impl Iterator<Item = operator_key::ActiveModel> {
    keys.viewers.iter().flat_map(move |viewer| {
        keys.keys.iter().map(move |key| operator_key::ActiveModel {
            viewer: Set(viewer.to_string()),
            operator_key: Set(key.clone()),
            notification: Set(keys.notification),
            source: Set(keys.source.clone()),
        })
    })
}
