//! What a caller is told when a call fails.
//!
//! Invariant: every status made here carries `google.rpc.ErrorInfo` with a reason of the contract and the domain
//! `seamless` [AIP-193], and none carries the text of an internal fault: that goes to the log, under a reference that the
//! caller is given.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use seamless_proto::seamless::error::v1::ErrorReason;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, PreconditionViolation, QuotaViolation, StatusExt};
use uuid::Uuid;

/// The `domain` of every `google.rpc.ErrorInfo` that we send.
pub const ERROR_DOMAIN: &str = "seamless";
/// What the names of reasons begin with in the contract and not in `ErrorInfo.reason`.
const REASON_PREFIX: &str = "ERROR_REASON_";
/// The metadata key under which a caller finds the reference of an internal fault.
pub const REFERENCE: &str = "reference";

/// How many bytes of text the violations of one error may have. Details travel in a header, base64 makes them a third
/// larger, and many clients take no more than 8 KiB of headers.
const VIOLATIONS_BUDGET: usize = 3 * 1024;
/// The most bytes of the message, which travels twice, once percent-encoded, and of each description.
const MAX_TEXT: usize = 400;
/// The metadata key that says how many violations had no room.
pub const OMITTED: &str = "omitted_violations";
/// When a change is worth another try while the database takes no writes.
const WRITES_RETRY: Duration = Duration::from_secs(5);

/// A field that is wrong, and what it wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldViolation {
    /// Path of the field from the request on, such as `notification.product.gtin` or `items[3].weight`.
    pub field: String,
    /// What the field wants, for people: `wants 14 digits; got 12`.
    pub description: String,
}

impl FieldViolation {
    /// A violation of one field.
    pub fn new(field: impl Into<String>, description: impl Into<String>) -> Self {
        Self { field: field.into(), description: description.into() }
    }
}

/// A failed call, as its caller sees it.
#[derive(Clone, Debug)]
pub struct ApiError(Box<Contents>);

#[derive(Clone, Debug)]
struct Contents {
    code: Code,
    reason: ErrorReason,
    message: String,
    metadata: HashMap<String, String>,
    fields: Vec<FieldViolation>,
    preconditions: Vec<PreconditionViolation>,
    quotas: Vec<QuotaViolation>,
    retry_after: Option<Duration>,
}

impl ApiError {
    /// An error of any code and reason. `message` is for people and is no contract.
    pub fn reason(code: Code, reason: ErrorReason, message: impl Into<String>) -> Self {
        Self(Box::new(Contents {
            code,
            reason,
            message: message.into(),
            metadata: HashMap::new(),
            fields: Vec::new(),
            preconditions: Vec::new(),
            quotas: Vec::new(),
            retry_after: None,
        }))
    }

    /// INVALID_ARGUMENT, naming every field that is wrong.
    pub fn invalid_fields(violations: Vec<FieldViolation>) -> Self {
        let message = match violations.as_slice() {
            [only] => format!("{}: {}", only.field, only.description),
            [first, rest @ ..] => format!("{}: {} (and {} more)", first.field, first.description, rest.len()),
            [] => "the request is not valid".to_owned(),
        };
        let mut error = Self::reason(Code::InvalidArgument, ErrorReason::InvalidFields, message);
        error.0.fields = violations;
        error
    }

    /// INVALID_ARGUMENT because of one field.
    pub fn invalid_field(field: impl Into<String>, description: impl Into<String>) -> Self {
        Self::invalid_fields(vec![FieldViolation::new(field, description)])
    }

    /// PERMISSION_DENIED in the words that do not tell whether the resource exists [AIP-211].
    pub fn resource_denied() -> Self {
        Self::reason(
            Code::PermissionDenied,
            ErrorReason::ResourceDenied,
            "you may not do this to this resource, or it does not exist",
        )
    }

    /// NOT_FOUND. Only for a caller who may know what exists: else [`ApiError::resource_denied`].
    pub fn not_found(name: impl Into<String>) -> Self {
        let name = name.into();
        Self::reason(Code::NotFound, ErrorReason::ResourceNotFound, format!("{name} does not exist"))
            .metadata("resource", name)
    }

    /// FAILED_PRECONDITION: `verb` is not allowed in the `state` that `resource` is in [AIP-216].
    pub fn illegal_transition(
        resource: impl Into<String>,
        state: impl Into<String>,
        verb: impl Into<String>,
    ) -> Self {
        let (resource, state, verb) = (resource.into(), state.into(), verb.into());
        let message = format!("{verb} is not allowed while {resource} is {state}");
        Self::reason(Code::FailedPrecondition, ErrorReason::IllegalTransition, message.clone())
            .precondition("STATE", resource.clone(), message)
            .metadata("resource", resource)
            .metadata("state", state)
            .metadata("verb", verb)
    }

    /// ABORTED: the etag is not that of the present version [AIP-154].
    pub fn etag_mismatch(name: impl Into<String>) -> Self {
        let name = name.into();
        Self::reason(
            Code::Aborted,
            ErrorReason::EtagMismatch,
            format!("{name} has changed since; read it again and decide anew"),
        )
        .metadata("resource", name)
    }

    /// ABORTED: others changed the same record at the same time, repeatedly.
    pub fn contention() -> Self {
        Self::reason(Code::Aborted, ErrorReason::Contention, "others changed the same record; try again")
    }

    /// UNAVAILABLE: there are as many calls as the service can serve. `retry` is when to try again.
    pub fn overloaded(retry: Duration) -> Self {
        Self::reason(
            Code::Unavailable,
            ErrorReason::Overloaded,
            "the service has as many calls as it can serve",
        )
        .retry_after(retry)
    }

    /// UNAVAILABLE: a part that the service needs is out of reach. `retry` is when to try again.
    pub fn dependency_unavailable(retry: Duration) -> Self {
        Self::reason(
            Code::Unavailable,
            ErrorReason::DependencyUnavailable,
            "a part that the service needs is out of reach at present",
        )
        .retry_after(retry)
    }

    /// UNAVAILABLE: the database takes no writes at present; nothing was done.
    pub fn writes_suspended() -> Self {
        Self::reason(
            Code::Unavailable,
            ErrorReason::WritesSuspended,
            "the service takes no changes at present, since its database cannot be written; reads go on",
        )
        .retry_after(WRITES_RETRY)
    }

    /// INTERNAL: a fault of ours. The text of `source` goes to the log only, under a fresh reference.
    pub fn internal(source: impl fmt::Display) -> Self {
        let reference = Uuid::new_v4().to_string();
        tracing::error!(reference, fault = %source, "internal fault");
        Self::reason(Code::Internal, ErrorReason::Internal, format!("internal fault, reference {reference}"))
            .metadata(REFERENCE, reference)
    }

    /// Adds an entry to the metadata of `ErrorInfo`: what the message says in words, for programs.
    #[must_use]
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.metadata.insert(key.into(), value.into());
        self
    }

    /// Adds a violated precondition: its kind (`STATE`), what it is about, and what would have to be so.
    #[must_use]
    pub fn precondition(
        mut self,
        kind: impl Into<String>,
        subject: impl Into<String>,
        description: impl Into<String>,
    ) -> Self {
        self.0.preconditions.push(PreconditionViolation::new(kind, subject, description));
        self
    }

    /// Adds a quota that was met: of whom, and what it is.
    #[must_use]
    pub fn quota(mut self, subject: impl Into<String>, description: impl Into<String>) -> Self {
        self.0.quotas.push(QuotaViolation::new(subject, description));
        self
    }

    /// Adds a field that is wrong.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>, description: impl Into<String>) -> Self {
        self.0.fields.push(FieldViolation::new(field, description));
        self
    }

    /// Says when to try again.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    /// The canonical code.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The reason of the contract.
    pub fn error_reason(&self) -> ErrorReason {
        self.0.reason
    }

    /// The fields that are wrong, where that is why the call failed.
    pub fn fields(&self) -> &[FieldViolation] {
        &self.0.fields
    }

    /// The text for people.
    pub fn message(&self) -> &str {
        &self.0.message
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", reason_name(self.0.reason), self.0.message)
    }
}

impl std::error::Error for ApiError {}

impl From<ApiError> for Status {
    fn from(error: ApiError) -> Self {
        let mut contents = *error.0;
        let mut details = ErrorDetails::new();
        let mut budget = Budget { left: VIOLATIONS_BUDGET, omitted: 0 };
        for violation in contents.fields {
            let description = clipped(violation.description);
            if budget.takes(violation.field.len() + description.len()) {
                details.add_bad_request_violation(violation.field, description);
            }
        }
        for violation in contents.preconditions {
            let description = clipped(violation.description);
            if budget.takes(violation.r#type.len() + violation.subject.len() + description.len()) {
                details.add_precondition_failure_violation(violation.r#type, violation.subject, description);
            }
        }
        if budget.omitted > 0 {
            contents.metadata.insert(OMITTED.to_owned(), budget.omitted.to_string());
        }
        details.set_error_info(reason_name(contents.reason), ERROR_DOMAIN, contents.metadata);
        if !contents.quotas.is_empty() {
            details.set_quota_failure(contents.quotas);
        }
        if contents.retry_after.is_some() {
            details.set_retry_info(contents.retry_after);
        }
        Status::with_error_details(contents.code, clipped(contents.message), details)
    }
}

/// What is left of the room for violations.
struct Budget {
    left: usize,
    omitted: usize,
}

impl Budget {
    /// Takes the room for a violation, or counts it as omitted.
    fn takes(&mut self, bytes: usize) -> bool {
        match self.left.checked_sub(bytes) {
            Some(left) if self.omitted == 0 => self.left = left,
            _ => self.omitted += 1,
        }
        self.omitted == 0
    }
}

fn clipped(mut text: String) -> String {
    if text.len() > MAX_TEXT {
        text.truncate(text.floor_char_boundary(MAX_TEXT));
        text.push('…');
    }
    text
}

/// The reason as `ErrorInfo` says it.
pub(crate) fn reason_name(reason: ErrorReason) -> &'static str {
    let name = reason.as_str_name();
    name.strip_prefix(REASON_PREFIX).unwrap_or(name)
}

/// What a status of ours says under a key of its metadata.
#[must_use]
pub fn metadata_of(status: &Status, key: &str) -> Option<String> {
    let info = status.get_details_error_info()?;
    (info.domain == ERROR_DOMAIN).then(|| info.metadata.get(key).cloned())?
}

/// The reason that a status of ours gives; nothing if it is not one of ours.
pub fn reason_of(status: &Status) -> Option<ErrorReason> {
    let info = status.get_details_error_info()?;
    if info.domain != ERROR_DOMAIN {
        return None;
    }
    ErrorReason::from_str_name(&format!("{REASON_PREFIX}{}", info.reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_tells_everything_that_the_caller_needs_to_mend_it() {
        let status = Status::from(
            ApiError::invalid_fields(vec![
                FieldViolation::new("product.gtin", "wants 14 digits; got 12"),
                FieldViolation::new("product.origin", "wants an ISO 3166-1 alpha-2 code"),
            ])
            .retry_after(Duration::from_millis(1500))
            .precondition("ARRANGEMENT", "ca-hc", "in force")
            .quota("authority:ca-hc", "100 a minute"),
        );
        assert_eq!(status.code(), Code::InvalidArgument);
        assert_eq!(status.message(), "product.gtin: wants 14 digits; got 12 (and 1 more)");
        assert_eq!(reason_of(&status), Some(ErrorReason::InvalidFields));
        let details = status.get_error_details();
        assert_eq!(details.error_info().unwrap().reason, "INVALID_FIELDS");
        assert_eq!(details.bad_request().unwrap().field_violations[1].field, "product.origin");
        assert_eq!(details.retry_info().unwrap().retry_delay, Some(Duration::from_millis(1500)));
        assert_eq!(details.precondition_failure().unwrap().violations[0].r#type, "ARRANGEMENT");
        assert_eq!(details.quota_failure().unwrap().violations[0].subject, "authority:ca-hc");
    }

    #[test]
    fn an_internal_fault_keeps_its_text_and_gives_a_reference() {
        let status = Status::from(ApiError::internal("password of the database is swordfish"));
        let reference = status.get_details_error_info().unwrap().metadata[REFERENCE].clone();
        assert_eq!(status.message(), format!("internal fault, reference {reference}"));
        assert!(!String::from_utf8_lossy(status.details()).contains("swordfish"));
    }

    #[test]
    fn a_thousand_violations_fit_into_the_headers_that_clients_take() {
        let violations = (0..1000)
            .map(|row| FieldViolation::new(format!("items[{row}].gtin"), "国".repeat(MAX_TEXT + 1)))
            .collect();
        let status = Status::from(ApiError::invalid_fields(violations));
        let mut headers = http::HeaderMap::new();
        status.add_header(&mut headers).unwrap();
        let size: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 32).sum();
        assert!(size < 8 * 1024, "{size} bytes");

        let details = status.get_error_details();
        let told = details.bad_request().unwrap().field_violations.len();
        let omitted: usize = details.error_info().unwrap().metadata[OMITTED].parse().unwrap();
        assert!(told > 0);
        assert_eq!(told + omitted, 1000);
    }

    #[test]
    fn a_status_of_another_domain_has_no_reason_of_ours() {
        let mut details = ErrorDetails::new();
        details.set_error_info("INTERNAL", "example.org", HashMap::new());
        assert_eq!(reason_of(&Status::with_error_details(Code::Internal, "", details)), None);
        assert_eq!(reason_of(&Status::internal("")), None);
    }
}
