//! An assessment: how another authority than the originator rates the risk. It stands beside the originator's and changes
//! nothing in it.

use jiff::Timestamp;
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};

use super::{EventStatus, NotificationId, Risk, RiskLevel, level_of};
use crate::domain::{
    error::DomainError,
    records::{Place, Record},
};

/// One authority's rating of one notified risk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    pub notification: NotificationId,
    pub originator: AuthorityId,
    /// Whose assessment it is.
    pub authority: AuthorityId,
    /// True if the authority is a recipient, not the contact point of the originator.
    pub by_recipient: bool,
    pub risk: Risk,
    /// The version of the notification that was assessed.
    pub version: u32,
    pub create_time: Timestamp,
    pub update_time: Timestamp,
    /// When its authority took it back; none while it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdraw_time: Option<Timestamp>,
    pub status: EventStatus,
    /// Counts its revisions; the etag is made of it.
    pub revision: i64,
}

impl Assessment {
    /// The state of those that stand, by which lists find them: the contract has none, and all had it before there was another.
    pub const STANDING: i32 = 0;
    /// The state of those that were withdrawn.
    const WITHDRAWN: i32 = 1;

    /// Its next revision, withdrawn.
    ///
    /// # Errors
    /// `IllegalTransition` if it is withdrawn already.
    pub fn withdrawn(&self, now: Timestamp) -> Result<Self, DomainError> {
        if self.withdraw_time.is_some() {
            return Err(DomainError::illegal(self.name(), "WITHDRAWN", "withdrawing"));
        }
        let revision = self.revision + 1;
        Ok(Self { update_time: now, withdraw_time: Some(now), revision, ..self.clone() })
    }
}

impl Record for Assessment {
    const KIND: &'static str = "assessment";
    type Place = Place;

    /// `notifications/{id}/assessments/{authority}`.
    fn name(&self) -> String {
        assessment_name(self.notification, &self.authority)
    }

    fn place(&self) -> Place {
        Place {
            notification: self.notification,
            originator: self.originator.clone(),
            party: self.by_recipient.then(|| self.authority.clone()),
            state: if self.withdraw_time.is_some() { Self::WITHDRAWN } else { Self::STANDING },
            // All alike, so that they stand in the order of their names.
            order: 0,
        }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}

/// `notifications/{id}/assessments/{authority}`.
#[must_use]
pub fn assessment_name(notification: NotificationId, authority: &AuthorityId) -> String {
    format!("notifications/{notification}/assessments/{authority}")
}

impl Risk {
    /// The level: the one said, or else that of the worst scenario; serious where it is presumed so.
    #[must_use]
    pub fn assessed_level(&self) -> Option<RiskLevel> {
        let worst =
            self.scenarios.iter().map(|scenario| level_of(scenario.severity, scenario.probability)).max();
        match self.presumed_serious {
            true => Some(RiskLevel::Serious),
            false => self.level.or(worst),
        }
    }
}
