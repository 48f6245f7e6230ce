//! An approval of pre-export control: what a side grants on the ground of a body's reliability, and may take back.

use jiff::{Timestamp, civil::Date};
use seamless_identifiers::Unlocode;
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    InspectionBodyId, ProductAreaId,
    vocabulary::{ApprovalAction, ApprovalState, Verdict},
};
use crate::domain::{
    DomainError,
    records::{Place, Record},
};

/// The key of an approval.
pub type ApprovalId = Uuid;

/// An approval, with every decision on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Approval {
    pub id: ApprovalId,
    /// The side that granted it.
    pub authority: AuthorityId,
    /// The body's own authority.
    pub body_authority: AuthorityId,
    pub content: ApprovalContent,
    pub state: ApprovalState,
    pub decisions: Vec<ApprovalDecision>,
    pub create_time: Timestamp,
    pub update_time: Timestamp,
    /// Counts every decision from 1 on.
    pub revision: i64,
}

/// What is approved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApprovalContent {
    pub body: InspectionBodyId,
    pub area: ProductAreaId,
    /// Empty for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entry_points: Vec<Unlocode>,
    pub evidence: String,
    /// The share of covered consignments that is still examined at random: above 0, up to 1.
    pub check_frequency: f64,
    pub valid_from: Date,
    /// The last day.
    pub valid_until: Date,
}

/// One decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApprovalDecision {
    pub state: ApprovalState,
    pub reason: String,
    /// On the body, when it was made.
    pub verdict: Verdict,
    pub time: Timestamp,
}

impl Approval {
    /// Its resource name.
    #[must_use]
    pub fn name(&self) -> String {
        format!("approvals/{}", self.id)
    }

    /// Takes a decision: SUSPEND from GRANTED, REINSTATE from SUSPENDED, WITHDRAW from either.
    ///
    /// # Errors
    /// `IllegalTransition` from any other state; what was granted is not granted again.
    pub fn decide(
        &mut self,
        action: ApprovalAction,
        reason: String,
        verdict: Verdict,
        now: Timestamp,
    ) -> Result<(), DomainError> {
        use ApprovalState::{Granted, Suspended, Withdrawn};
        let (state, verb) = match (action, self.state) {
            (ApprovalAction::Suspend, Granted) => (Some(Suspended), "suspending"),
            (ApprovalAction::Reinstate, Suspended) => (Some(Granted), "reinstating"),
            (ApprovalAction::Withdraw, Granted | Suspended) => (Some(Withdrawn), "withdrawing"),
            (ApprovalAction::Suspend, _) => (None, "suspending"),
            (ApprovalAction::Reinstate, _) => (None, "reinstating"),
            (ApprovalAction::Withdraw, _) => (None, "withdrawing"),
            (ApprovalAction::Grant, _) => (None, "granting"),
        };
        let state = state.ok_or_else(|| DomainError::illegal(self.name(), self.state, verb))?;
        self.state = state;
        self.decisions.push(ApprovalDecision { state, reason, verdict, time: now });
        self.update_time = now;
        self.revision += 1;
        Ok(())
    }
}

impl Record for Approval {
    const KIND: &'static str = "approval";
    type Place = Place;

    fn name(&self) -> String {
        Approval::name(self)
    }

    /// Listed by name, which is the order in which they were granted; its party sees it by itself.
    fn place(&self) -> Place {
        Place {
            owner: self.authority.clone(),
            party: Some(self.body_authority.clone()),
            arrangement: None,
            group: self.content.body.to_string(),
            state: self.state as i32,
            order: 0,
        }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}
