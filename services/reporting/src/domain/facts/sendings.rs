//! What is kept of a sending, of its follow-up and of its deadlines: of the feed of the notifications service.

use jiff::Timestamp;
use seamless_identity::{ArrangementId, AuthorityId};
use serde::{Deserialize, Serialize};

use crate::domain::model::{
    ClockState, EventStatus, FollowUpState, MeasureAction, MeasureObligation, NoMeasureReason,
    NotTracedReason, UnreadableReason,
};

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
    /// When the recipient first said that a version is stored with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered: Option<Timestamp>,
    /// When the recipient first read a version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened: Option<Timestamp>,
    /// What the recipient could not use, each version and reason once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unreadable: Vec<UnreadableFact>,
}

impl Spell {
    /// A sending of which nothing came so far.
    #[must_use]
    pub fn sent_at(sent: Timestamp) -> Self {
        Self {
            sent,
            acknowledged: None,
            reacted: None,
            revoked: None,
            delivered: None,
            opened: None,
            unreadable: Vec::new(),
        }
    }
}

/// A version that the recipient could not use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadableFact {
    pub version: u32,
    /// None where it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<UnreadableReason>,
    pub time: Timestamp,
}

/// What the ledger of a sending proves of a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proved {
    Delivered(Timestamp),
    Opened(Timestamp),
    Unreadable(UnreadableFact),
}

impl SendingFact {
    /// This, with what was proved of the spell in which that was, or else of the first.
    pub(super) fn proving(mut self, proved: Proved) -> Self {
        let time = match &proved {
            Proved::Delivered(time) | Proved::Opened(time) => *time,
            Proved::Unreadable(fact) => fact.time,
        };
        let index = self.spells.iter().rposition(|spell| spell.sent <= time).unwrap_or(0);
        let Some(spell) = self.spells.get_mut(index) else { return self };
        let earlier = |known: Option<Timestamp>| Some(known.map_or(time, |known| known.min(time)));
        match proved {
            Proved::Delivered(_) => spell.delivered = earlier(spell.delivered),
            Proved::Opened(_) => spell.opened = earlier(spell.opened),
            Proved::Unreadable(fact) => spell.cannot_read(fact),
        }
        self
    }
}

impl Spell {
    fn cannot_read(&mut self, fact: UnreadableFact) {
        let is_same = |one: &UnreadableFact| (one.version, one.reason) == (fact.version, fact.reason);
        if !self.unreadable.iter().any(is_same) {
            self.unreadable.push(fact);
        }
    }
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
    /// Paths of fields whose absence stood in the way of tracing, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
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

impl ClockFact {
    /// Whether it stands still at this instant, before what it is for was done or its time had ended.
    #[must_use]
    pub fn stands_still_at(&self, at: Timestamp) -> bool {
        let is_done = self.stopped.is_some_and(|time| time < at);
        let covers = |pause: &Pause| {
            pause.start < at && pause.start <= self.due && pause.end.is_none_or(|end| end >= at)
        };
        !is_done && self.pauses.iter().any(covers)
    }
}

/// A time in which a clock stood still.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    pub start: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Timestamp>,
}

/// A sending that is told again: the same spell as it stands now, or another one.
pub(super) fn resent(known: SendingFact, told: SendingFact) -> SendingFact {
    let mut spells = known.spells;
    for spell in told.spells {
        match spells.iter_mut().find(|one| one.sent == spell.sent) {
            // What else is known of it, other events told.
            Some(one) => (one.acknowledged, one.reacted) = (spell.acknowledged, spell.reacted),
            None => spells.push(spell),
        }
    }
    spells.sort_by_key(|spell| spell.sent);
    SendingFact { spells, ..told }
}
