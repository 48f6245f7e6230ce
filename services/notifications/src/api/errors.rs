//! The status of what this service refuses besides what every service does: the one place.

use seamless_files::FileError;
use seamless_proto::seamless::error::v1::ErrorReason;
use seamless_service::error::ApiError;
use tonic::Code;

use crate::{
    contract::ANNOUNCED,
    domain::{
        DomainError,
        model::{Attachment, notification_name},
    },
};

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
    seamless_api::file_refusal(&error, ANNOUNCED, |error| match error {
        FileError::OffsetMismatch { committed } => {
            let name = attachment.name();
            let description = error.to_string();
            ApiError::reason(Code::FailedPrecondition, ErrorReason::OffsetMismatch, description.clone())
                .precondition("OFFSET", &name, description)
                .metadata("resource", name)
                .metadata("committed_offset", committed.to_string())
        }
        // Whoever ended the upload meanwhile has said so in its record.
        _ => ApiError::contention(),
    })
}
