//! The id of a request, and the span of its call.

use http::{HeaderMap, HeaderName, HeaderValue};
use tracing::Span;
use uuid::Uuid;

use super::methods::Method;
use crate::gate::Caller;
use crate::telemetry;

/// The header that names a request, in both directions.
pub(super) const HEADER: HeaderName = HeaderName::from_static("x-request-id");
/// The most characters of an id that a caller chose.
const MAX_LENGTH: usize = 128;

/// What a request is called in the logs of caller and service; in the extensions of every request.
///
/// It has nothing to do with the `request_id` of the contract, which makes a request repeatable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// The caller's id if it is 1 to 128 letters, digits, `-`, `_`, `.` or `:`; else a new one.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        match headers.get(HEADER) {
            Some(value) if is_acceptable(value.as_bytes()) => Self(value.clone()),
            _ => Self::fresh(),
        }
    }

    fn fresh() -> Self {
        let mut buffer = Uuid::encode_buffer();
        let text = Uuid::new_v4().hyphenated().encode_lower(&mut buffer);
        Self(HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static("none")))
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }

    pub(super) fn header(&self) -> HeaderValue {
        self.0.clone()
    }
}

/// Says whose call it is.
pub(super) fn name_caller(span: &Span, caller: &Caller) {
    span.record("authority", &**caller.authority());
    span.record("principal", caller.subject());
}

fn is_acceptable(id: &[u8]) -> bool {
    (1..=MAX_LENGTH).contains(&id.len())
        && id.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte))
}

/// Opens the span of a call, under the caller's trace if it sent one.
pub(super) fn open(method: &Method, request_id: &RequestId, headers: &HeaderMap) -> Span {
    let span = tracing::info_span!(
        "call",
        otel.name = format_args!("{}/{}", method.service(), method.name()),
        otel.kind = "server",
        otel.status_code = tracing::field::Empty,
        rpc.system.name = "grpc",
        rpc.service = method.service(),
        rpc.method = method.name(),
        rpc.response.status_code = tracing::field::Empty,
        request_id = request_id.as_str(),
        authority = tracing::field::Empty,
        principal = tracing::field::Empty,
    );
    telemetry::link_parent(&span, headers);
    span
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_could_forge_a_log_line_is_replaced() {
        let with = |id: &[u8]| {
            let mut headers = HeaderMap::new();
            headers.insert(HEADER, HeaderValue::from_bytes(id).unwrap());
            RequestId::of(&headers).as_str().to_owned()
        };
        assert_eq!(with(b"eu-just:2026.11_21"), "eu-just:2026.11_21");
        for wrong in [&b""[..], b"a b", b"a\tb", b"\xffid", &[b'x'; MAX_LENGTH + 1]] {
            let id = with(wrong);
            assert!(Uuid::parse_str(&id).is_ok(), "{id}");
        }
        assert_ne!(RequestId::of(&HeaderMap::new()), RequestId::of(&HeaderMap::new()));
    }
}
