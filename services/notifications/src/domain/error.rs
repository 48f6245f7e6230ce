//! What can go wrong in the domain: what every service refuses, and what this one refuses besides.

use seamless_decision::Refused;
pub use seamless_decision::{Refusal, Violation};
use seamless_identity::AuthorityId;

use super::{finding::Finding, notification_id::NotificationId};

/// A refusal or a fault.
#[derive(Debug, thiserror::Error)]
pub enum DomainError {
    /// As every service has it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Findings stand in the way.
    #[error("{resource} is incomplete")]
    Incomplete { resource: String, findings: Vec<Finding> },
    /// There are probably notifications on the same product, on which nobody has decided.
    #[error("{resource} may be on the same product as others")]
    PossibleDuplicate { resource: String, candidates: Vec<SimilarNotification> },
    /// No arrangement in force, or more than one to choose from.
    #[error("no arrangement for {recipient}: {why}")]
    NoArrangement { recipient: AuthorityId, why: String },
    /// Only a sandbox can do it.
    #[error("this service is not a sandbox")]
    SandboxOnly,
}

/// A notification that is probably on the same product.
#[derive(Clone, Debug, PartialEq)]
pub struct SimilarNotification {
    pub notification: NotificationId,
    /// 0 to 1.
    pub probability: f64,
}

impl DomainError {
    /// The verb is not allowed in the state that the resource is in.
    pub fn illegal(resource: String, state: impl Into<&'static str>, verb: &'static str) -> Self {
        Refusal::illegal(resource, state, verb).into()
    }

    /// One wrong field.
    pub fn invalid(field: impl Into<String>, description: impl Into<String>) -> Self {
        Refusal::invalid(field, description).into()
    }
}

impl From<Vec<Violation>> for DomainError {
    fn from(violations: Vec<Violation>) -> Self {
        Refusal::Invalid(violations).into()
    }
}

impl Refused for DomainError {
    fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
}
