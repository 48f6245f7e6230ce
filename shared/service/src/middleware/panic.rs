//! A panic ends one call, not the connection: the caller gets INTERNAL with a reference, the text goes to the log.

use std::any::Any;
use std::future::Future;
use std::panic::AssertUnwindSafe;

use futures::FutureExt;

use crate::error::ApiError;

/// Runs a call; a panic in it becomes an internal fault.
///
/// What the call held is dropped and never used again, which is why it may be treated as safe to unwind.
pub(super) async fn caught<T>(call: impl Future<Output = Result<T, ApiError>>) -> Result<T, ApiError> {
    AssertUnwindSafe(call).catch_unwind().await.unwrap_or_else(|payload| Err(fault(payload.as_ref())))
}

/// The internal fault for the payload of a panic.
pub(super) fn fault(payload: &(dyn Any + Send)) -> ApiError {
    let text = payload
        .downcast_ref::<&'static str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without text");
    ApiError::internal(format_args!("a handler panicked: {text}"))
}
