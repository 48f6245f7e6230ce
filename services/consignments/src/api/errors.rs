//! A domain error's status: the one place.

use std::time::Duration;

use seamless_proto::seamless::error::v1::ErrorReason;
use seamless_service::error::{ApiError, FieldViolation};
use tonic::{Code, Status};

use crate::domain::DomainError;

/// How long a caller is asked to wait when the database is out of reach.
const RETRY_AFTER: Duration = Duration::from_secs(2);

impl From<DomainError> for ApiError {
    fn from(error: DomainError) -> Self {
        match error {
            DomainError::Denied => ApiError::resource_denied(),
            DomainError::Invalid(violations) => {
                let violations = violations.into_iter();
                ApiError::invalid_fields(
                    violations.map(|wrong| FieldViolation::new(wrong.field, wrong.description)).collect(),
                )
            }
            DomainError::IllegalTransition { resource, state, verb } => {
                ApiError::illegal_transition(&resource, state, verb)
            }
            DomainError::WantsFirst { resource, verb, remedy } => ApiError::reason(
                Code::FailedPrecondition,
                ErrorReason::IllegalTransition,
                format!("{verb} is not allowed on {resource}: {remedy}"),
            )
            .precondition("STATE", &resource, &remedy)
            .metadata("resource", resource)
            .metadata("verb", verb),
            DomainError::EtagMismatch { resource } => ApiError::etag_mismatch(&resource),
            DomainError::Twin { resource, what } => ApiError::reason(
                Code::AlreadyExists,
                ErrorReason::ResourceExists,
                format!("{resource} is {what}"),
            )
            .metadata("resource", resource),
            DomainError::LimitReached { subject, limit, maximum } => ApiError::reason(
                Code::ResourceExhausted,
                ErrorReason::LimitReached,
                format!("at most {maximum} {limit} are allowed"),
            )
            .quota(&subject, format!("at most {maximum} {limit}")),
            DomainError::Conflict => ApiError::contention(),
            DomainError::WritesSuspended => ApiError::writes_suspended(),
            DomainError::Unavailable(why) => {
                tracing::warn!(why, "database unavailable");
                ApiError::dependency_unavailable(RETRY_AFTER)
            }
            DomainError::Fault(fault) => ApiError::internal(fault),
        }
    }
}

/// The status of a refusal: of a domain error, or of violations alone.
pub(super) fn refusal(error: impl Into<DomainError>) -> Status {
    ApiError::from(error.into()).into()
}
