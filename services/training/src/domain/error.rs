//! What can go wrong in the domain: what every service refuses, and what this one refuses besides.

use seamless_calendar::CalendarError;
use seamless_decision::Refused;
pub use seamless_decision::{Refusal, Violation};

use seamless_identity::AuthorityId;

use super::model::Seats;

/// A refusal or a fault.
#[derive(Debug, thiserror::Error)]
pub enum DomainError {
    /// As every service has it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// No feed of alerts is followed for this authority.
    #[error("no feed of alerts is followed for {0}")]
    NotFollowed(AuthorityId),
    /// The record says too little for what is asked of it.
    #[error("{resource} is not complete: {missing:?}")]
    Incomplete { resource: String, missing: Vec<Violation> },
    /// There are fewer seats than are wanted, and nobody waits here for one.
    #[error("{resource} has too few seats for {wanted}")]
    Full { resource: String, wanted: u32, seats: Seats },
}

impl DomainError {
    /// The caller may not, or there is no such thing.
    pub const DENIED: Self = Self::Refused(Refusal::Denied);

    /// The verb is not allowed in the state that the resource is in.
    pub fn illegal(resource: String, state: impl Into<&'static str>, verb: &'static str) -> Self {
        Refusal::illegal(resource, state, verb).into()
    }

    /// The verb is not allowed in the state that the resource is in; this is to be done first.
    pub fn wants_first(
        resource: String,
        state: impl Into<&'static str>,
        verb: &'static str,
        remedy: impl Into<String>,
    ) -> Self {
        Refusal::wants_first(resource, state, verb, remedy).into()
    }

    /// Of what was checked when it was taken: the calendar can work it out no more.
    pub fn calendar(error: CalendarError) -> Self {
        Refusal::Fault(format!("an activity has no instants: {error}")).into()
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
            Self::Full { .. } | Self::NotFollowed(_) | Self::Incomplete { .. } => None,
        }
    }
}
