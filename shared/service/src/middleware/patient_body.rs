//! The body of a streamed request, whose next message is waited for, but not for ever.
//!
//! Invariant: only the time counts in which the service waits for the caller, never that in which it works.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use http_body::Body as HttpBody;
use hyper::body::Incoming;
use seamless_proto::seamless::error::v1::ErrorReason;
use tokio::time::Sleep;
use tonic::codegen::StdError;
use tonic::{Code, Status};

use super::guarded_body::{Guard, Next};
use crate::error::ApiError;

/// See the module.
pub(super) struct Patience {
    limit: Duration,
    waiting_since: Option<Instant>,
    /// Made when it is first waited, and moved on only when it rings.
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Patience {
    pub(super) fn new(limit: Duration) -> Self {
        Self { limit, waiting_since: None, sleep: None }
    }

    fn is_out_of_patience(&mut self, context: &mut Context<'_>) -> bool {
        let since = *self.waiting_since.get_or_insert_with(Instant::now);
        let Some(end) = since.checked_add(self.limit) else { return false };
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
        let waited = format!("{:?}", self.limit);
        let text = format!("nothing came on the stream of the request for {waited}");
        ApiError::reason(Code::DeadlineExceeded, ErrorReason::DeadlineExceeded, text)
            .metadata("request_idle", waited)
            .into()
    }
}

impl Guard<Incoming> for Patience {
    type Error = StdError;

    fn poll_next(&mut self, body: Pin<&mut Incoming>, context: &mut Context<'_>) -> Poll<Next<StdError>> {
        match body.poll_frame(context) {
            Poll::Ready(frame) => {
                self.waiting_since = None;
                Poll::Ready(Next::Own(frame.map(|frame| frame.map_err(Into::into))))
            }
            Poll::Pending if self.is_out_of_patience(context) => {
                Poll::Ready(Next::Last(Err(self.refusal().into())))
            }
            Poll::Pending => Poll::Pending,
        }
    }
}
