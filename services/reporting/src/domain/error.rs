//! What can go wrong in the domain: what every service refuses, and what this one refuses besides.

use seamless_decision::Refused;
pub use seamless_decision::{Refusal, Violation};

use super::source::Feed;

/// A refusal or a fault.
#[derive(Debug, thiserror::Error)]
pub enum DomainError {
    /// As every service has it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// This feed, which is asked of, is not followed.
    #[error("the feed of {} is not followed for {}", .0.source.name(), .0.reader)]
    NotFollowed(Feed),
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
