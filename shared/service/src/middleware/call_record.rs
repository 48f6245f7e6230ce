//! A call as it is counted, charged and told of.
//!
//! Invariant: whatever the call holds of the server is free when its end is recorded, or when the record is dropped.

use std::sync::Arc;

use http::HeaderMap;
use tonic::Code;
use tracing::Span;

use super::Shared;
use super::methods::Method;
use super::metrics::{MeteredCall, code_name};
use super::request_span::RequestId;
use crate::connections::{CallUnderWay, Watching};
use crate::fairness::Place;
use crate::gate::Caller;

/// What a call holds of the server until it ends.
#[derive(Default)]
pub(super) struct Held {
    pub(super) place: Option<Place>,
    pub(super) watching: Option<Watching>,
    pub(super) under_way: Option<CallUnderWay>,
}

/// See the module.
pub(super) struct CallRecord {
    pub(super) shared: Arc<Shared>,
    pub(super) method: Method,
    pub(super) request_id: RequestId,
    pub(super) span: Span,
    /// Who calls, once it is known.
    pub(super) caller: Option<Caller>,
    pub(super) held: Held,
    pub(super) metered: MeteredCall,
}

impl CallRecord {
    /// The call has ended, with a code and headers or trailers.
    pub(super) fn finish(&mut self, code: Code, headers: &HeaderMap) {
        let _entered = self.span.enter();
        self.span.record("rpc.response.status_code", code_name(code));
        if matches!(code, Code::Internal | Code::Unknown | Code::DataLoss) {
            self.span.record("otel.status_code", "ERROR");
        }
        self.shared.refusals.tell(code, headers, &self.method, self.caller.as_ref(), &self.request_id);
        self.metered.finish(code);
        self.held = Held::default();
    }

    /// A part of the answer is on its way.
    pub(super) fn sent(&self, bytes: usize) {
        // A stream goes at the pace of its reader, and its work by turns.
        if let Some(caller) = &self.caller
            && !self.method.is_stream()
        {
            self.shared.fairness.charge(caller, bytes);
        }
    }
}

impl Drop for CallRecord {
    fn drop(&mut self) {
        // If nobody saw its end, the line that says so belongs to the span.
        let _entered = self.span.enter();
        self.metered.finish(Code::Cancelled);
    }
}
