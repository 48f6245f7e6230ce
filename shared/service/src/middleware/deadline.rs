//! How long a call may take.
//!
//! Invariant: until its response begins, every call is bounded, by the caller's `grpc-timeout` or by the settings; the
//! body of a stream is bounded by the caller's `grpc-timeout` only.

use std::future::Future;
use std::time::{Duration, Instant};

use http::{HeaderMap, HeaderValue};
use seamless_proto::seamless::error::v1::ErrorReason;
use tonic::Code;

use super::methods::Method;
use crate::config::LimitSettings;
use crate::error::ApiError;

/// The header by which a caller says how long it waits [gRPC over HTTP/2].
const GRPC_TIMEOUT: &str = "grpc-timeout";
/// The most digits that its number may have.
const MAX_DIGITS: usize = 8;

/// When the answer must have begun; in the extensions of every request, and, put into those of a request to another
/// service, the deadline that `client::ClientChannel` hands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallDeadline(pub Instant);

impl CallDeadline {
    /// What is left of it; zero if it has passed.
    pub fn remaining(&self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }
}

/// When the response of a call must have begun.
pub(super) fn of_head(headers: &HeaderMap, method: &Method, limits: &LimitSettings) -> Instant {
    let allowed = match grpc_timeout(headers) {
        Some(asked) => asked.min(limits.max_deadline),
        // Who streams its request decides how long that takes.
        None if method.has_request_stream() => limits.max_deadline,
        None => limits.default_deadline,
    };
    Instant::now() + allowed
}

/// When the body of a response must have ended, if the caller says so.
pub(super) fn of_stream(headers: &HeaderMap) -> Option<Instant> {
    Instant::now().checked_add(grpc_timeout(headers)?)
}

/// Runs a call until its deadline.
pub(super) async fn within<T>(
    deadline: Instant,
    call: impl Future<Output = Result<T, ApiError>>,
) -> Result<T, ApiError> {
    tokio::time::timeout_at(deadline.into(), call).await.unwrap_or_else(|_| Err(exceeded()))
}

/// What a caller is told whose call took too long.
pub(super) fn exceeded() -> ApiError {
    ApiError::reason(
        Code::DeadlineExceeded,
        ErrorReason::DeadlineExceeded,
        "the call took longer than the caller or the server allows",
    )
}

/// The caller's timeout; nothing if there is none or it is malformed.
pub(crate) fn grpc_timeout(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(GRPC_TIMEOUT)?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > MAX_DIGITS || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: u64 = digits.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_secs(number * 3600),
        "M" => Duration::from_secs(number * 60),
        "S" => Duration::from_secs(number),
        "m" => Duration::from_millis(number),
        "u" => Duration::from_micros(number),
        "n" => Duration::from_nanos(number),
        _ => return None,
    })
}

/// The header for a timeout, in the finest unit that holds it.
pub(crate) fn format_grpc_timeout(timeout: Duration) -> (&'static str, HeaderValue) {
    let limit = 10u128.pow(MAX_DIGITS as u32);
    let (number, unit) = [
        (timeout.as_nanos(), 'n'),
        (timeout.as_micros(), 'u'),
        (timeout.as_millis(), 'm'),
        (u128::from(timeout.as_secs()), 'S'),
    ]
    .into_iter()
    .find(|(number, _)| *number < limit)
    .unwrap_or((limit - 1, 'S'));
    let value = HeaderValue::try_from(format!("{number}{unit}"));
    (GRPC_TIMEOUT, value.unwrap_or_else(|_| HeaderValue::from_static("0n")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(GRPC_TIMEOUT, HeaderValue::from_str(text).unwrap());
        grpc_timeout(&headers)
    }

    #[test]
    fn every_unit_is_read_and_what_the_protocol_forbids_is_passed_over() {
        assert_eq!(read("2H"), Some(Duration::from_secs(7200)));
        assert_eq!(read("3M"), Some(Duration::from_secs(180)));
        assert_eq!(read("00000042S"), Some(Duration::from_secs(42)));
        assert_eq!(read("500m"), Some(Duration::from_millis(500)));
        assert_eq!(read("7u"), Some(Duration::from_micros(7)));
        assert_eq!(read("7n"), Some(Duration::from_nanos(7)));
        for wrong in ["", "S", "5", "5s", "-5S", "+5S", "123456789S", "1.5S", " 5S", "5µ"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn a_timeout_that_is_written_is_read_as_no_more_and_hardly_less(nanos in 0u64..10_000_000_000_000_000) {
            let timeout = Duration::from_nanos(nanos);
            let (_, header) = format_grpc_timeout(timeout);
            let back = read(header.to_str().unwrap()).unwrap();
            prop_assert!(back <= timeout);
            prop_assert!(timeout - back <= timeout / 1_000);
        }
    }
}
