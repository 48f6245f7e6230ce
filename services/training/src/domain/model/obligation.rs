//! What the parties of an arrangement promised each other to do regularly, period by period.
//!
//! Invariant: it follows from the arrangement, the activities and the reports alone. What is stored is the state that was told last.

use jiff::{Timestamp, civil::Date};
use seamless_identity::{ArrangementId, AuthorityId};
use serde::{Deserialize, Serialize};

use super::{
    ActivityId,
    vocabulary::{ObligationKind, ObligationState},
};
use crate::domain::records::{Place, Record};

/// What is to be done in one period.
#[derive(Clone, Debug, PartialEq)]
pub struct Obligation {
    pub arrangement: ArrangementId,
    pub kind: ObligationKind,
    /// Both days included.
    pub period: (Date, Date),
    pub due_date: Date,
    /// The first instant that is too late.
    pub due: Timestamp,
    pub required: u32,
    /// Of reports those that came late as well.
    pub fulfilled_by: Vec<Fulfilment>,
    /// How many of them came in time.
    pub in_time: u32,
    pub planned: Vec<Fulfilment>,
    pub state: ObligationState,
    pub legal_basis: String,
}

/// Something that was or will be done towards it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fulfilment {
    pub evidence: Evidence,
    pub date: Date,
}

/// What was or will be done.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    Activity(ActivityId),
    /// By its name at the reporting service.
    Report(String),
}

/// The state of an obligation that was told last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToldObligation {
    pub name: String,
    /// A party of the arrangement.
    pub party: AuthorityId,
    pub state: ObligationState,
    pub revision: i64,
}

impl Obligation {
    /// Its resource name.
    #[must_use]
    pub fn name(&self) -> String {
        obligation_name(&self.arrangement, self.kind, self.period.0)
    }

    /// Where it stands in lists: the first due first.
    #[must_use]
    pub fn in_order(&self) -> (i64, String) {
        (self.due.as_microsecond(), self.name())
    }

    /// Its state by what was done, what is announced, and the time that is left.
    #[must_use]
    pub fn state_at(&self, now: Timestamp, at_risk_from: Timestamp) -> ObligationState {
        let (done, in_time) = (self.fulfilled_by.len(), self.in_time as usize);
        let required = self.required as usize;
        match () {
            () if in_time >= required => ObligationState::Fulfilled,
            () if done >= required => ObligationState::FulfilledLate,
            () if now >= self.due => ObligationState::Missed,
            () if done + self.planned.len() >= required => ObligationState::OnTrack,
            () if now >= at_risk_from => ObligationState::AtRisk,
            () => ObligationState::Open,
        }
    }
}

/// The name of an obligation.
#[must_use]
pub fn obligation_name(arrangement: &ArrangementId, kind: ObligationKind, first: Date) -> String {
    use seamless_vocabulary::Vocabulary;
    format!("arrangements/{arrangement}/obligations/{}.{first}", kind.word().replace('_', "-"))
}

impl Record for ToldObligation {
    const KIND: &'static str = "obligation";
    type Place = Place;

    fn name(&self) -> String {
        self.name.clone()
    }

    fn place(&self) -> Place {
        Place { state: self.state as i32, ..Place::of_owner(self.party.clone()) }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}
