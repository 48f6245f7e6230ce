//! What a person said of two notifications: whether they are on the same product. It belongs to the side that decided, and
//! is kept by the pair, whichever of the two it was decided for.

use jiff::Timestamp;
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};

use super::{EventStatus, NotificationId, SimilarityVerdict};
use crate::domain::records::{Place, Record, by_time};

/// The answer to one possible duplicate.
#[derive(Clone, Debug, PartialEq)]
pub struct SimilarityAnswer {
    pub candidate: NotificationId,
    pub verdict: SimilarityVerdict,
    pub note: String,
}

impl SimilarityAnswer {
    /// True if both are on one product.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.verdict != SimilarityVerdict::DifferentProduct
    }
}

/// A decision that is remembered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SimilarityDecision {
    /// Whose notification it was decided for.
    pub originator: AuthorityId,
    pub notification: NotificationId,
    pub candidate: NotificationId,
    pub verdict: SimilarityVerdict,
    pub note: String,
    /// Who decided.
    pub principal: String,
    pub time: Timestamp,
    pub status: EventStatus,
    /// Counts every change.
    pub revision: i64,
}

/// The name of a side's decision on a pair, the same whichever of the two is named first.
#[must_use]
pub fn decision_name(originator: &AuthorityId, one: NotificationId, other: NotificationId) -> String {
    let (lower, higher) = (one.min(other), one.max(other));
    format!("notifications/{lower}/similarityDecisions/{higher}~{originator}")
}

impl Record for SimilarityDecision {
    const KIND: &'static str = "similarity_decision";
    type Place = Place;

    fn name(&self) -> String {
        decision_name(&self.originator, self.notification, self.candidate)
    }

    /// Below the notification that it was decided for, so that nobody sees it but that one's side.
    fn place(&self) -> Place {
        Place {
            notification: self.notification,
            originator: self.originator.clone(),
            party: None,
            state: self.verdict as i32,
            order: by_time(self.time),
        }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}
