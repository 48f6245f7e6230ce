//! What can go wrong in the domain: what every service refuses, and what this one refuses besides.

use seamless_decision::Refused;
pub use seamless_decision::{Refusal, Violation};
use seamless_identity::AuthorityId;

/// A refusal or a fault.
#[derive(Debug, thiserror::Error)]
pub enum DomainError {
    /// As every service has it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// No feed is followed for this authority.
    #[error("no feed is followed for {0}")]
    NotFollowed(AuthorityId),
}

impl DomainError {
    /// The caller may not, or there is no such thing.
    pub const DENIED: Self = Self::Refused(Refusal::Denied);

    /// The verb is not allowed in the state that the resource is in.
    pub fn illegal(resource: String, state: impl Into<&'static str>, verb: &'static str) -> Self {
        Refusal::illegal(resource, state, verb).into()
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
            Self::NotFollowed(_) => None,
        }
    }
}
