//! What a caller is told of a refusal that every service has: the one place.

use std::time::Duration;

use seamless_decision::{Refusal, Violation};
use seamless_proto::seamless::error::v1::ErrorReason;
use tonic::Code;

use crate::error::{ApiError, FieldViolation};

/// How long a caller is asked to wait when the database is out of reach.
const RETRY_AFTER: Duration = Duration::from_secs(2);

impl From<Vec<Violation>> for ApiError {
    fn from(violations: Vec<Violation>) -> Self {
        let fields = violations.into_iter().map(|wrong| FieldViolation::new(wrong.field, wrong.description));
        Self::invalid_fields(fields.collect())
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Denied => Self::resource_denied(),
            Refusal::Invalid(violations) => violations.into(),
            Refusal::IllegalTransition { resource, state, verb } => {
                Self::illegal_transition(&resource, state, verb)
            }
            Refusal::WantsFirst { ref resource, state, verb, ref remedy } => {
                let told = Self::reason(
                    Code::FailedPrecondition,
                    ErrorReason::IllegalTransition,
                    refusal.to_string(),
                )
                .precondition("STATE", resource, remedy)
                .metadata("resource", resource)
                .metadata("verb", verb);
                match state {
                    Some(state) => told.metadata("state", state),
                    None => told,
                }
            }
            Refusal::EtagMismatch { resource } => Self::etag_mismatch(resource),
            Refusal::Exists { ref resource } | Refusal::Twin { ref resource, .. } => {
                let exists = ErrorReason::ResourceExists;
                Self::reason(Code::AlreadyExists, exists, refusal.to_string()).metadata("resource", resource)
            }
            Refusal::LimitReached { subject, limit, maximum } => Self::reason(
                Code::ResourceExhausted,
                ErrorReason::LimitReached,
                format!("at most {maximum} {limit} are allowed"),
            )
            .quota(&subject, format!("at most {maximum} {limit}")),
            Refusal::Conflict => Self::contention(),
            Refusal::WritesSuspended => Self::writes_suspended(),
            Refusal::Unavailable(why) => {
                tracing::warn!(why, "database unavailable");
                Self::dependency_unavailable(RETRY_AFTER)
            }
            Refusal::Fault(fault) => Self::internal(fault),
        }
    }
}
