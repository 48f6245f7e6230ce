//! Statuses that none of us made: tonic's own, and those of handlers that use `tonic::Status` bare.
//!
//! Invariant: a status that leaves the service says `ErrorInfo`, and what it says is in the contract's terms: bytes that
//! are no message are the caller's fault, and the text of a fault of ours stays here.

use http::HeaderMap;
use seamless_proto::seamless::error::v1::ErrorReason;
use tonic::{Code, Status};

use super::methods::Method;
use crate::error::ApiError;

/// How the texts begin by which prost and tonic 0.14 say, as INTERNAL, that the request is no message.
const MALFORMED_TEXTS: [&str; 5] = [
    "failed to decode Protobuf message",
    "protocol error: received message with",
    "Unexpected EOF decoding stream",
    "Missing request message",
    "Error decompressing",
];
/// How the texts begin by which tonic 0.14 says that a message is too large: as it came, unpacked, as it should leave.
const TOO_LARGE_TEXTS: [(Code, &str, &str); 3] = [
    (Code::OutOfRange, "Error, decoded message length too large", "request"),
    (Code::ResourceExhausted, "Error decompressing: size limit", "request"),
    (Code::OutOfRange, "Error, encoded message length too large", "response"),
];

/// Replaces a status in headers or trailers if it carries no details, and so is none of ours.
pub(super) fn translate(headers: &mut HeaderMap, method: &Method) {
    let is_foreign = headers.get(Status::GRPC_STATUS).is_some_and(|code| code != "0")
        && !headers.contains_key(Status::GRPC_STATUS_DETAILS);
    if !is_foreign {
        return;
    }
    if let Some(status) = Status::from_header_map(headers)
        && let Some(error) = in_our_terms(&status, method)
        && Status::from(error).add_header(headers).is_err()
    {
        tracing::error!("a status does not fit into headers");
    }
}

fn in_our_terms(status: &Status, method: &Method) -> Option<ApiError> {
    let (code, text) = (status.code(), status.message());
    if let Some((_, _, direction)) =
        TOO_LARGE_TEXTS.iter().find(|(foreign, start, _)| *foreign == code && text.starts_with(start))
    {
        return Some(too_large(direction, limit_in(text)));
    }
    match code {
        Code::Internal if MALFORMED_TEXTS.iter().any(|start| text.starts_with(start)) => {
            Some(malformed(text))
        }
        Code::Internal | Code::Unknown | Code::DataLoss => {
            Some(ApiError::internal(format_args!("{}/{}: {text}", method.service(), method.name())))
        }
        Code::Unimplemented if text.is_empty() => {
            Some(ApiError::reason(code, ErrorReason::MethodUnknown, "the method does not exist here"))
        }
        _ => usual_reason(code).map(|reason| ApiError::reason(code, reason, text)),
    }
}

fn malformed(text: &str) -> ApiError {
    tracing::debug!(text, "malformed message");
    ApiError::reason(
        Code::InvalidArgument,
        ErrorReason::MalformedMessage,
        "the bytes of the request are no message of the contract",
    )
}

fn too_large(direction: &str, limit: Option<&str>) -> ApiError {
    let shown = limit.map(|limit| format!(" of {limit} bytes")).unwrap_or_default();
    let message = format!("the {direction} has a message larger than the limit{shown}");
    let error = ApiError::reason(Code::OutOfRange, ErrorReason::MessageTooLarge, message)
        .metadata("message", direction);
    match limit {
        Some(limit) => error.metadata("limit_bytes", limit),
        None => error,
    }
}

/// The number before the last `bytes`, which is the limit in each of tonic's texts.
fn limit_in(text: &str) -> Option<&str> {
    let (before, _) = text.rsplit_once(" bytes")?;
    let number = before.rsplit(' ').next()?;
    (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(number)
}

/// The reason that a bare status of a code most likely has.
fn usual_reason(code: Code) -> Option<ErrorReason> {
    match code {
        Code::InvalidArgument => Some(ErrorReason::InvalidFields),
        Code::NotFound => Some(ErrorReason::ResourceNotFound),
        Code::AlreadyExists => Some(ErrorReason::ResourceExists),
        Code::PermissionDenied => Some(ErrorReason::ResourceDenied),
        Code::Unauthenticated => Some(ErrorReason::CredentialInvalid),
        Code::Unavailable => Some(ErrorReason::DependencyUnavailable),
        Code::DeadlineExceeded => Some(ErrorReason::DeadlineExceeded),
        Code::Unimplemented => Some(ErrorReason::MethodUnknown),
        Code::ResourceExhausted => Some(ErrorReason::LimitReached),
        Code::Aborted => Some(ErrorReason::Contention),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_read_from_each_text_of_tonic() {
        for text in [
            "Error, decoded message length too large: found 5242880 bytes, the limit is: 4194304 bytes",
            "Error, encoded message length too large: found 5242880 bytes, the limit is: 4194304 bytes",
            "Error decompressing: size limit, of 4194304 bytes, exceeded while decompressing message",
        ] {
            assert_eq!(limit_in(text), Some("4194304"), "{text}");
        }
        assert_eq!(limit_in("no number of bytes"), None);
    }
}
