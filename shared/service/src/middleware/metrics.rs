//! Rate, errors and duration of calls, and how many are under way.
//!
//! Invariant: what [`CallMetrics::begin`] counts in is counted out exactly once; a call whose end nobody sees (the caller
//! hung up) counts as CANCELLED.

use std::time::Instant;

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Histogram, UpDownCounter};
use opentelemetry_semantic_conventions::attribute::RPC_RESPONSE_STATUS_CODE;
use opentelemetry_semantic_conventions::metric::RPC_SERVER_CALL_DURATION;
use tonic::Code;

use super::methods::Method;

/// The bounds of the duration histogram, in seconds [OpenTelemetry semantic conventions for RPC].
const DURATION_BOUNDS: [f64; 14] =
    [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// The instruments of a server.
#[derive(Clone)]
pub(crate) struct CallMetrics {
    calls: Counter<u64>,
    duration: Histogram<f64>,
    in_flight: UpDownCounter<i64>,
}

impl CallMetrics {
    pub(crate) fn new() -> Self {
        let meter = opentelemetry::global::meter("seamless-service");
        Self {
            calls: meter.u64_counter("rpc.server.calls").with_unit("{call}").build(),
            duration: meter
                .f64_histogram(RPC_SERVER_CALL_DURATION)
                .with_unit("s")
                .with_boundaries(DURATION_BOUNDS.to_vec())
                .build(),
            in_flight: meter.i64_up_down_counter("rpc.server.calls_in_flight").with_unit("{call}").build(),
        }
    }

    pub(crate) fn begin(&self, method: &Method) -> MeteredCall {
        self.in_flight.add(1, &[method.label()]);
        MeteredCall {
            metrics: self.clone(),
            method: method.label(),
            begun: Instant::now(),
            is_finished: false,
        }
    }
}

/// A call that is counted in.
pub(crate) struct MeteredCall {
    metrics: CallMetrics,
    method: KeyValue,
    begun: Instant,
    is_finished: bool,
}

impl MeteredCall {
    /// Counts the call out, the first time.
    pub(crate) fn finish(&mut self, code: Code) {
        if std::mem::replace(&mut self.is_finished, true) {
            return;
        }
        let elapsed = self.begun.elapsed();
        let attributes = [self.method.clone(), KeyValue::new(RPC_RESPONSE_STATUS_CODE, code_name(code))];
        self.metrics.in_flight.add(-1, &attributes[..1]);
        self.metrics.calls.add(1, &attributes);
        self.metrics.duration.record(elapsed.as_secs_f64(), &attributes);
        let (code, milliseconds) = (code_name(code), elapsed.as_secs_f64() * 1000.0);
        tracing::debug!(code, milliseconds, "call finished");
    }
}

impl Drop for MeteredCall {
    fn drop(&mut self) {
        self.finish(Code::Cancelled);
    }
}

/// The code as gRPC spells it.
pub(crate) fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}
