//! The body of a streamed request, whose next message is waited for, but not for ever.
//!
//! Invariant: only the time counts in which the service waits for the caller, never that in which it works.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::{Bytes, Incoming};
use seamless_proto::seamless::error::v1::ErrorReason;
use tokio::time::Sleep;
use tonic::codegen::StdError;
use tonic::{Code, Status};

use crate::error::ApiError;

/// See the module.
pub(super) struct PatientBody {
    inner: Incoming,
    patience: Duration,
    waiting_since: Option<Instant>,
    /// Made when it is first waited, and moved on only when it rings.
    sleep: Option<Pin<Box<Sleep>>>,
    has_ended: bool,
}

impl PatientBody {
    pub(super) fn new(inner: Incoming, patience: Duration) -> Self {
        Self { inner, patience, waiting_since: None, sleep: None, has_ended: false }
    }

    fn is_out_of_patience(&mut self, context: &mut Context<'_>) -> bool {
        let since = *self.waiting_since.get_or_insert_with(Instant::now);
        let Some(end) = since.checked_add(self.patience) else { return false };
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(end.into())));
        while sleep.as_mut().poll(context).is_ready() {
            if Instant::now() >= end {
                return true;
            }
            sleep.as_mut().reset(end.into());
        }
        false
    }

    fn refusal(&self) -> Status {
        let waited = format!("{:?}", self.patience);
        let text = format!("nothing came on the stream of the request for {waited}");
        ApiError::reason(Code::DeadlineExceeded, ErrorReason::DeadlineExceeded, text)
            .metadata("request_idle", waited)
            .into()
    }
}

impl HttpBody for PatientBody {
    type Data = Bytes;
    type Error = StdError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, StdError>>> {
        let this = &mut *self;
        if this.has_ended {
            return Poll::Ready(None);
        }
        match Pin::new(&mut this.inner).poll_frame(context) {
            Poll::Ready(frame) => {
                this.waiting_since = None;
                Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
            }
            Poll::Pending if this.is_out_of_patience(context) => {
                this.has_ended = true;
                Poll::Ready(Some(Err(this.refusal().into())))
            }
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.has_ended || self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
