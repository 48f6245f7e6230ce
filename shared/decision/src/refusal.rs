//! Why nothing was decided, as far as every service says it in the same way.

use std::fmt::{Debug, Display};

use seamless_identifiers::Violation;

/// A refusal or a fault.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The caller may not, or there is no such thing: the two must not be told apart.
    #[error("denied")]
    Denied,
    /// Fields of the request are wrong.
    #[error("invalid fields: {0:?}")]
    Invalid(Vec<Violation>),
    /// The verb is not allowed in this state.
    #[error("{verb} is not allowed while {resource} is {state}")]
    IllegalTransition {
        /// Name of the resource.
        resource: String,
        /// The state that it is in, in a word of the contract.
        state: &'static str,
        /// What was wanted.
        verb: &'static str,
    },
    /// The verb wants something done first.
    #[error("{verb} is not allowed {}: {remedy}", on(.resource, *.state))]
    WantsFirst {
        /// Name of the resource.
        resource: String,
        /// The state that it is in; none where the state is not what stands in the way.
        state: Option<&'static str>,
        /// What was wanted.
        verb: &'static str,
        /// What is to be done first.
        remedy: String,
    },
    /// The record is not the version that the caller meant.
    #[error("etag of {resource} differs")]
    EtagMismatch {
        /// Name of the resource.
        resource: String,
    },
    /// There is a record under this key.
    #[error("{resource} exists under this key")]
    Exists {
        /// Name of the record that is there.
        resource: String,
    },
    /// There is one already that means the same.
    #[error("{resource} is {what}")]
    Twin {
        /// Name of the record that is there.
        resource: String,
        /// What it is already.
        what: &'static str,
    },
    /// A limit of the contract is met.
    #[error("{subject} has the most {limit}: {maximum}")]
    LimitReached {
        /// What has so many.
        subject: String,
        /// What is limited, in the plural.
        limit: &'static str,
        /// How many there may be.
        maximum: usize,
    },
    /// Another change came first: decide anew.
    #[error("conflict with a concurrent change")]
    Conflict,
    /// Nothing can be changed at present: the disk of the database is full, read-only or failing.
    #[error("the database takes no writes at present")]
    WritesSuspended,
    /// A dependency cannot be reached at present.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// A fault of ours.
    #[error("fault: {0}")]
    Fault(String),
}

/// The resource, and its state where that stands in the way.
fn on(resource: &str, state: Option<&str>) -> String {
    match state {
        Some(state) => format!("while {resource} is {state}"),
        None => format!("on {resource}"),
    }
}

impl Refusal {
    /// The verb is not allowed in the state that the resource is in.
    pub fn illegal(resource: String, state: impl Into<&'static str>, verb: &'static str) -> Self {
        Self::IllegalTransition { resource, state: state.into(), verb }
    }

    /// The verb is not allowed in the state that the resource is in; this is to be done first.
    pub fn wants_first(
        resource: String,
        state: impl Into<&'static str>,
        verb: &'static str,
        remedy: impl Into<String>,
    ) -> Self {
        Self::WantsFirst { resource, state: Some(state.into()), verb, remedy: remedy.into() }
    }

    /// One wrong field.
    pub fn invalid(field: impl Into<String>, description: impl Into<String>) -> Self {
        Self::Invalid(vec![Violation::new(field, description)])
    }
}

impl From<Vec<Violation>> for Refusal {
    fn from(violations: Vec<Violation>) -> Self {
        Self::Invalid(violations)
    }
}

/// The error of a service's domain: a refusal that every service has, or one of its own.
pub trait Refused: From<Refusal> + Display + Debug + Send {
    /// The refusal that every service has; none for one of the service's own.
    fn refusal(&self) -> Option<&Refusal>;

    /// Whether another change came first, and it is to be decided anew.
    fn is_conflict(&self) -> bool {
        matches!(self.refusal(), Some(Refusal::Conflict))
    }

    /// Whether the caller may not.
    fn is_denied(&self) -> bool {
        matches!(self.refusal(), Some(Refusal::Denied))
    }

    /// Whether a dependency is out of reach, so that whatever comes next fails as well.
    fn is_unavailable(&self) -> bool {
        matches!(self.refusal(), Some(Refusal::Unavailable(_)))
    }
}

impl Refused for Refusal {
    fn refusal(&self) -> Option<&Refusal> {
        Some(self)
    }
}

/// Refuses a record that is not the version that the caller meant; no revision named means whichever is there.
///
/// # Errors
/// `EtagMismatch` of `resource`.
pub fn require_revision(
    expected: Option<i64>,
    present: i64,
    resource: impl FnOnce() -> String,
) -> Result<(), Refusal> {
    match expected {
        Some(expected) if expected != present => Err(Refusal::EtagMismatch { resource: resource() }),
        _ => Ok(()),
    }
}
