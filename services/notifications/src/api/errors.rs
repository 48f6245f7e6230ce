//! The status of what this service refuses besides what every service does: the one place.

use std::time::Duration;

use seamless_files::FileError;
use seamless_proto::seamless::error::v1::ErrorReason;
use seamless_service::error::ApiError;
use tonic::Code;

use crate::{
    contract::field_of,
    domain::{
        DomainError,
        model::{Attachment, notification_name},
    },
};

/// How long a caller is asked to wait when the file store is out of reach.
const RETRY_AFTER: Duration = Duration::from_secs(2);

impl From<DomainError> for ApiError {
    fn from(error: DomainError) -> Self {
        match error {
            DomainError::Refused(refusal) => refusal.into(),
            DomainError::Incomplete { resource, findings } => findings.into_iter().fold(
                ApiError::reason(
                    Code::FailedPrecondition,
                    ErrorReason::IncompleteRecord,
                    "the notification is not complete enough for this step",
                )
                .metadata("resource", &resource),
                |error, finding| error.precondition("INCOMPLETE", &finding.field, &finding.description),
            ),
            DomainError::PossibleDuplicate { resource, candidates } => {
                let names: Vec<String> =
                    candidates.iter().map(|candidate| notification_name(candidate.notification)).collect();
                let refusal = ApiError::reason(
                    Code::FailedPrecondition,
                    ErrorReason::PossibleDuplicate,
                    "there are probably notifications on the same product: answer for each what it is",
                )
                .metadata("resource", &resource)
                .metadata("candidates", names.join(","));
                candidates.iter().zip(&names).fold(refusal, |error, (candidate, name)| {
                    let how = format!(
                        "{name} is on the same product with probability {:.2}",
                        candidate.probability
                    );
                    error.precondition("SIMILARITY", name, &how)
                })
            }
            DomainError::NoArrangement { recipient, why } => ApiError::reason(
                Code::FailedPrecondition,
                ErrorReason::NoArrangement,
                format!("cannot be transmitted to {recipient}: {why}"),
            )
            .metadata("recipient", recipient.as_str())
            .precondition("ARRANGEMENT", recipient.as_str(), &why),
            DomainError::SandboxOnly => ApiError::reason(
                Code::FailedPrecondition,
                ErrorReason::SandboxOnly,
                "this service is not a sandbox",
            )
            .precondition("SANDBOX", "sandbox.enabled", "this service is not a sandbox"),
        }
    }
}

/// What the file store's refusal is to the caller.
pub(super) fn file_refusal(attachment: &Attachment, error: FileError) -> ApiError {
    match error {
        FileError::OffsetMismatch { committed } => {
            let name = attachment.name();
            let description = format!("the upload has {committed} octets; go on from there");
            ApiError::reason(Code::FailedPrecondition, ErrorReason::OffsetMismatch, description.clone())
                .precondition("OFFSET", &name, description)
                .metadata("resource", name)
                .metadata("committed_offset", committed.to_string())
        }
        // Whoever ended the upload meanwhile has said so in its record.
        FileError::NotFound(_) => ApiError::contention(),
        FileError::Unavailable(why) => {
            tracing::warn!(why, "file store unavailable");
            ApiError::dependency_unavailable(RETRY_AFTER)
        }
        refusal => {
            let (field, description) = field_of(&refusal);
            ApiError::invalid_field(field, description)
        }
    }
}
