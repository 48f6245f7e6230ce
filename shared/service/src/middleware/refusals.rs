//! Who was refused, and why: a measure, and a line in the log.
//!
//! Invariant: the lines and the labels are bounded, whatever callers do; nothing of a credential stands in either.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use http::HeaderMap;
use opentelemetry::KeyValue;
use opentelemetry::metrics::Counter;
use opentelemetry_semantic_conventions::attribute::RPC_RESPONSE_STATUS_CODE;
use seamless_proto::seamless::error::v1::ErrorReason;
use tonic::{Code, Status};

use super::methods::Method;
use super::metrics::code_name;
use super::request_span::RequestId;
use crate::error::{reason_name, reason_of};
use crate::gate::Caller;
use crate::log_budget::LogBudget;

/// Whom a call without a credential that counts is from.
const UNKNOWN: &str = "unknown";
/// What every principal is called once there are [`MOST_PRINCIPALS`].
const OTHER: &str = "_OTHER";
/// So many principals have a label of their own.
const MOST_PRINCIPALS: usize = 1_000;

/// Tells of refused calls.
pub(super) struct Refusals {
    refused: Counter<u64>,
    lines: LogBudget,
    labelled: Mutex<HashSet<Caller>>,
}

impl Refusals {
    pub(super) fn new(lines_per_second: usize) -> Self {
        let meter = opentelemetry::global::meter("seamless-service");
        Self {
            refused: meter.u64_counter("seamless.server.refusals").with_unit("{call}").build(),
            lines: LogBudget::new(lines_per_second, "more calls were refused"),
            labelled: Mutex::default(),
        }
    }

    /// Tells of a call that ended with a code and headers or trailers, if it was refused.
    pub(super) fn tell(
        &self,
        code: Code,
        headers: &HeaderMap,
        method: &Method,
        caller: Option<&Caller>,
        request_id: &RequestId,
    ) {
        if !matches!(
            code,
            Code::Unauthenticated | Code::PermissionDenied | Code::ResourceExhausted | Code::Unavailable
        ) {
            return;
        }
        let reason = Status::from_header_map(headers).as_ref().and_then(reason_of);
        // A service that stops, or whose database is away, refuses nobody.
        if code == Code::Unavailable && reason != Some(ErrorReason::Overloaded) {
            return;
        }
        let (authority, principal) =
            caller.map_or((UNKNOWN, UNKNOWN), |caller| (caller.authority(), caller.subject()));
        let label = if caller.is_none_or(|caller| self.has_label(caller)) { principal } else { OTHER };
        self.refused.add(
            1,
            &[
                KeyValue::new(RPC_RESPONSE_STATUS_CODE, code_name(code)),
                KeyValue::new("seamless.authority", authority.to_owned()),
                KeyValue::new("seamless.principal", label.to_owned()),
            ],
        );
        if self.lines.allows() {
            tracing::info!(
                code = code_name(code),
                reason = reason.map_or(UNKNOWN, reason_name),
                method = method.full_name(),
                authority,
                principal,
                request_id = request_id.as_str(),
                "call refused"
            );
        }
    }

    fn has_label(&self, caller: &Caller) -> bool {
        let mut labelled = self.labelled.lock().unwrap_or_else(PoisonError::into_inner);
        labelled.contains(caller) || (labelled.len() < MOST_PRINCIPALS && labelled.insert(caller.clone()))
    }
}
