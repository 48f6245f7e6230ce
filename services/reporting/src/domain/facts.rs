//! What is kept of the feeds of one authority, and what an event makes of it.
//!
//! Invariants: a fact is what the newest event says, with the times of the steps that led there; it never holds a value of an
//! earlier version. Whatever order events of different records come in, the facts are the same.

use jiff::{Timestamp, civil::Date};
use seamless_identifiers::CountryCode;
use seamless_identity::{ArrangementId, AuthorityId};
use serde::{Deserialize, Serialize};

use super::model::{
    ClockState, EventStatus, FollowUpState, MeasureAction, MeasureObligation, NoMeasureReason,
    NotTracedReason, NotificationState, NotificationType, ProductCategory, RemovalReason, RiskLevel,
    RiskType,
};
use super::recall::RecallFact;

/// The kind of facts that bulletins alone read.
pub const RECALL: &str = "recall";

/// One fact. Stored as a document under its kind and name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    Alert(AlertFact),
    Sending(SendingFact),
    FollowUp(FollowUpFact),
    Clock(ClockFact),
    Loss(LossFact),
    /// Of a confirmed alert, under its name too: read by bulletins alone.
    Recall(Box<RecallFact>),
}

/// An alert as it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertFact {
    pub name: String,
    pub status: EventStatus,
    pub originator: AuthorityId,
    pub state: NotificationState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<NotificationType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<RiskLevel>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<ProductCategory>,
    /// Each once, by number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub risks: Vec<RiskType>,
    /// Each once, by code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<CountryCode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sold_online: Option<bool>,
    /// The country of the authority that notifies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notifier: Option<CountryCode>,
    /// Each once, by number: of the measures that the alert itself tells of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<MeasureAction>,
    /// When it was confirmed; none before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<Timestamp>,
    /// The day on which another system notified it, if it was imported from there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dated: Option<Date>,
    /// When it was withdrawn; none while it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Timestamp>,
}

/// An alert as it was sent to a recipient.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SendingFact {
    pub name: String,
    pub alert: String,
    pub status: EventStatus,
    pub originator: AuthorityId,
    pub sender: AuthorityId,
    pub recipient: AuthorityId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrangement: Option<ArrangementId>,
    /// Each time that it was sent, in their order: it is sent again after it was revoked.
    pub spells: Vec<Spell>,
}

/// From a sending on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spell {
    pub sent: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reacted: Option<Timestamp>,
    /// When the right to it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Timestamp>,
}

/// What a recipient does about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FollowUpFact {
    pub name: String,
    /// Of which sending.
    pub sending: String,
    pub status: EventStatus,
    pub state: FollowUpState,
    pub steps: Vec<Step>,
    /// Why the manufacturer was not traced; none where it was, or it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_traced: Option<NotTracedReason>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<MeasureFact>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_measure: Option<NoMeasureReason>,
}

/// A step of a follow-up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub state: FollowUpState,
    pub time: Timestamp,
}

/// A measure of a follow-up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasureFact {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<MeasureAction>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub obligation: Option<MeasureObligation>,
    /// When it was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adopted: Option<Timestamp>,
}

/// A deadline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClockFact {
    pub name: String,
    pub sending: String,
    pub status: EventStatus,
    pub rule: String,
    /// Calendar or working days, as the rule counts.
    pub length_days: u32,
    pub state: ClockState,
    pub start: Timestamp,
    /// While it is paused: as if it went on at that moment.
    pub due: Timestamp,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled: Option<Timestamp>,
}

/// A time in which a clock stood still.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    pub start: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Timestamp>,
}

/// That the right to an alert was lost: nothing of it is known any more but this.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LossFact {
    /// Of the alert.
    pub alert: String,
    pub status: EventStatus,
    pub reason: RemovalReason,
    pub time: Timestamp,
}

/// What an event says of one record.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    Alert(AlertFact),
    /// One sending; `spells` has the present one.
    Sending(SendingFact),
    FollowUp(FollowUpFact),
    Clock(ClockFact),
    /// What a confirmed alert says to people.
    Recall(Box<RecallFact>),
    /// An alert was taken from the authority whose feed it is.
    Lost(LossFact),
    /// The sending to another authority was revoked.
    Revoked {
        sending: String,
        time: Timestamp,
    },
}

impl Fact {
    /// What it is, in one word, for ever.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Alert(_) => "alert",
            Self::Sending(_) => "sending",
            Self::FollowUp(_) => "follow_up",
            Self::Clock(_) => "clock",
            Self::Loss(_) => "loss",
            Self::Recall(_) => RECALL,
        }
    }

    /// Its name, unique in its kind.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Alert(fact) => &fact.name,
            Self::Sending(fact) => &fact.name,
            Self::FollowUp(fact) => &fact.name,
            Self::Clock(fact) => &fact.name,
            Self::Loss(fact) => &fact.alert,
            Self::Recall(fact) => &fact.name,
        }
    }
}

impl Said {
    /// The kind and name of the fact that it changes.
    #[must_use]
    pub fn key(&self) -> (&'static str, &str) {
        match self {
            Self::Alert(fact) => ("alert", &fact.name),
            Self::Sending(fact) => ("sending", &fact.name),
            Self::FollowUp(fact) => ("follow_up", &fact.name),
            Self::Clock(fact) => ("clock", &fact.name),
            Self::Recall(fact) => (RECALL, &fact.name),
            Self::Lost(fact) => ("loss", &fact.alert),
            Self::Revoked { sending, .. } => ("sending", sending),
        }
    }

    /// The fact as it stands afterwards; none where there is none to change.
    #[must_use]
    pub fn after(self, before: Option<Fact>) -> Option<Fact> {
        match (self, before) {
            (Self::Alert(mut told), Some(Fact::Alert(known))) => {
                told.confirmed = known.confirmed.or(told.confirmed);
                told.withdrawn = told.withdrawn.map(|time| known.withdrawn.unwrap_or(time));
                Some(Fact::Alert(told))
            }
            (Self::Alert(told), _) => Some(Fact::Alert(told)),
            (Self::Sending(told), Some(Fact::Sending(known))) => Some(Fact::Sending(resent(known, told))),
            (Self::Sending(told), _) => Some(Fact::Sending(told)),
            (Self::Revoked { time, .. }, Some(Fact::Sending(mut known))) => {
                if let Some(last) = known.spells.last_mut() {
                    last.revoked = last.revoked.or(Some(time));
                }
                Some(Fact::Sending(known))
            }
            (Self::Revoked { .. }, before) => before,
            (Self::FollowUp(told), _) => Some(Fact::FollowUp(told)),
            (Self::Clock(told), _) => Some(Fact::Clock(told)),
            (Self::Recall(mut told), Some(Fact::Recall(known))) => {
                told.confirmed = known.confirmed.or(told.confirmed);
                Some(Fact::Recall(told))
            }
            (Self::Recall(told), _) => Some(Fact::Recall(told)),
            (Self::Lost(told), _) => Some(Fact::Loss(told)),
        }
    }
}

/// A sending that is told again: the same spell as it stands now, or another one.
fn resent(known: SendingFact, told: SendingFact) -> SendingFact {
    let mut spells = known.spells;
    for spell in told.spells {
        match spells.iter_mut().find(|one| one.sent == spell.sent) {
            Some(one) => *one = Spell { revoked: one.revoked.or(spell.revoked), ..spell },
            None => spells.push(spell),
        }
    }
    spells.sort_by_key(|spell| spell.sent);
    SendingFact { spells, ..told }
}

/// The alert that a name belongs to: `notifications/{notification}`.
#[must_use]
pub fn alert_of(name: &str) -> &str {
    let end = name.match_indices('/').nth(1).map_or(name.len(), |(at, _)| at);
    name.get(..end).unwrap_or(name)
}
