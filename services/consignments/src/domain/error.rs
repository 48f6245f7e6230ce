//! What can go wrong in the domain; the transport gives each its status in one place (`api/errors.rs`).

pub use seamless_identifiers::Violation;

/// A refusal or a fault.
#[derive(Debug, thiserror::Error)]
pub enum DomainError {
    /// The caller may not, or there is no such thing: the two must not be told apart.
    #[error("denied")]
    Denied,
    /// Fields of the request are wrong.
    #[error("invalid fields: {0:?}")]
    Invalid(Vec<Violation>),
    /// The verb is not allowed in this state.
    #[error("{verb} is not allowed while {resource} is {state}")]
    IllegalTransition { resource: String, state: &'static str, verb: &'static str },
    /// The verb wants something done first.
    #[error("{verb} is not allowed on {resource}: {remedy}")]
    WantsFirst { resource: String, verb: &'static str, remedy: String },
    /// The record is not the version that the caller meant.
    #[error("etag of {resource} differs")]
    EtagMismatch { resource: String },
    /// There is one already that means the same.
    #[error("{resource} is {what}")]
    Twin { resource: String, what: &'static str },
    /// A limit of the contract is met.
    #[error("{subject} has the most {limit}: {maximum}")]
    LimitReached { subject: String, limit: &'static str, maximum: usize },
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

impl DomainError {
    /// The verb is not allowed in the state that the resource is in.
    pub fn illegal(resource: String, state: impl Into<&'static str>, verb: &'static str) -> Self {
        Self::IllegalTransition { resource, state: state.into(), verb }
    }

    /// One wrong field.
    pub fn invalid(field: impl Into<String>, description: impl Into<String>) -> Self {
        Self::Invalid(vec![Violation::new(field, description)])
    }
}

impl From<Vec<Violation>> for DomainError {
    fn from(violations: Vec<Violation>) -> Self {
        Self::Invalid(violations)
    }
}
