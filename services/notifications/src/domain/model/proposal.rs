//! A proposal: a change that somebody else wants in a notification, for its originator to decide. States and steps are
//! here and nowhere else.

use jiff::Timestamp;
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Content, EventStatus, NotificationId, ProposalState};
use crate::domain::{
    error::DomainError,
    records::{Place, Record, by_time},
};

/// The most proposals of one authority that are open on one notification.
pub const MAX_OPEN_PROPOSALS: usize = 50;

/// A proposed change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    pub id: Uuid,
    pub notification: NotificationId,
    pub originator: AuthorityId,
    pub proposer: AuthorityId,
    /// True if the proposer is a recipient, not the contact point of the originator.
    pub by_recipient: bool,
    pub state: ProposalState,
    /// The fields as they should be; only those that `paths` name count.
    pub change: Content,
    /// The same fields as they were when it was made: if they differ since, the proposal is about something else.
    pub before: Content,
    pub paths: Vec<String>,
    pub comment: String,
    pub reject_reason: String,
    /// The version of the notification that it was made on.
    pub version: u32,
    pub create_time: Timestamp,
    pub decide_time: Option<Timestamp>,
    pub status: EventStatus,
    /// Counts every change; the etag is made of it.
    pub revision: i64,
}

/// A step of a proposal.
#[derive(Clone, Debug, PartialEq)]
pub enum ProposalStep {
    /// The originator takes it over.
    Accept,
    /// The originator declines it, with a reason.
    Reject(String),
    /// The proposer takes it back.
    Withdraw,
}

impl ProposalStep {
    fn verb(&self) -> &'static str {
        match self {
            Self::Accept => "accepting",
            Self::Reject(_) => "rejecting",
            Self::Withdraw => "withdrawing",
        }
    }
}

impl Proposal {
    /// Takes a step.
    ///
    /// # Errors
    /// `IllegalTransition` unless it is OPEN; nothing changes then.
    pub fn take(&mut self, step: ProposalStep, now: Timestamp) -> Result<(), DomainError> {
        if self.state != ProposalState::Open {
            return Err(DomainError::illegal(self.name(), self.state, step.verb()));
        }
        self.state = match step {
            ProposalStep::Accept => ProposalState::Accepted,
            ProposalStep::Reject(reason) => {
                self.reject_reason = reason;
                ProposalState::Rejected
            }
            ProposalStep::Withdraw => ProposalState::Withdrawn,
        };
        self.decide_time = Some(now);
        self.revision += 1;
        Ok(())
    }
}

impl Record for Proposal {
    const KIND: &'static str = "proposal";
    type Place = Place;

    /// `notifications/{id}/proposals/{proposal}`.
    fn name(&self) -> String {
        format!("notifications/{}/proposals/{}", self.notification, self.id)
    }

    fn place(&self) -> Place {
        Place {
            notification: self.notification,
            originator: self.originator.clone(),
            party: self.by_recipient.then(|| self.proposer.clone()),
            state: self.state as i32,
            order: by_time(self.create_time),
        }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}

/// Written with each proposal of a contact point, at its next revision: so of two that are made at the same time one sees
/// the other. A recipient's proposals are kept apart by its transmission.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProposalTurn {
    pub notification: NotificationId,
    pub originator: AuthorityId,
    pub proposer: AuthorityId,
    /// Counts the proposals that were made.
    pub revision: i64,
}

impl ProposalTurn {
    /// The name of that of a proposer.
    #[must_use]
    pub fn name_of(notification: NotificationId, proposer: &AuthorityId) -> String {
        format!("notifications/{notification}/proposers/{proposer}")
    }
}

impl Record for ProposalTurn {
    const KIND: &'static str = "proposal-turn";
    type Place = Place;

    /// `notifications/{id}/proposers/{authority}`.
    fn name(&self) -> String {
        Self::name_of(self.notification, &self.proposer)
    }

    fn place(&self) -> Place {
        Place {
            notification: self.notification,
            originator: self.originator.clone(),
            party: None,
            state: 0,
            order: 0,
        }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}
