//! The body of a response, watched until it ends.
//!
//! Invariant: however the body ends (trailers, panic, deadline, the caller hangs up), the call is counted out, and what
//! it held of the server is free again.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use futures::FutureExt;
use futures::future::BoxFuture;
use http::HeaderMap;
use http_body::{Body as HttpBody, Frame};
use tokio::time::Sleep;
use tonic::body::Body;
use tonic::{Code, Status};

use super::call_record::CallRecord;
use super::guarded_body::{Guard, GuardedBody, Next, trailers_of};
use super::{deadline, foreign_status, panic, status_of};
use crate::error::ApiError;
use crate::fairness::{Turn, WorkTurns};

/// The body of a response; see the module.
pub(crate) type CallBody = GuardedBody<Body, WatchesCall>;

/// Watches the body of a response.
pub(crate) struct WatchesCall {
    record: CallRecord,
    /// By turns of the authority, if there may be much of it.
    sending: Option<WorkTurns>,
    waiting: Option<BoxFuture<'static, Turn>>,
    deadline: Option<Instant>,
    /// Made when the body first has to wait: most have all they will send at once.
    sleep: Option<Pin<Box<Sleep>>>,
}

impl WatchesCall {
    pub(super) fn new(record: CallRecord, sending: Option<WorkTurns>) -> Self {
        Self { record, sending, waiting: None, deadline: None, sleep: None }
    }

    /// Ends the body at an instant at the latest, with DEADLINE_EXCEEDED.
    pub(super) fn bound(&mut self, deadline: Option<Instant>) {
        self.deadline = deadline;
    }

    /// The call has ended before its body begins.
    pub(super) fn finish(&mut self, code: Code, headers: &HeaderMap) {
        self.record.finish(code, headers);
    }

    /// Ends the body with trailers that say what went wrong.
    fn fail(&mut self, error: ApiError) -> Next<Status> {
        let (code, trailers) = trailers_of(error);
        self.record.finish(code, &trailers);
        Next::Last(Ok(Frame::trailers(trailers)))
    }

    /// The turn to encode the next part, which is over when that is done: then no number of answers of one authority
    /// keeps the processors busy while another waits for one.
    fn turn(&mut self, context: &mut Context<'_>) -> Poll<Option<Turn>> {
        let Some(turns) = &self.sending else { return Poll::Ready(None) };
        if self.waiting.is_none()
            && let Some(turn) = turns.try_send()
        {
            return Poll::Ready(Some(turn));
        }
        let waiting = self.waiting.get_or_insert_with(|| turns.clone().send().boxed());
        let turn = ready!(waiting.as_mut().poll(context));
        self.waiting = None;
        Poll::Ready(Some(turn))
    }

    fn is_past_deadline(&mut self, context: &mut Context<'_>) -> bool {
        let Some(deadline) = self.deadline else { return false };
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline.into())));
        sleep.as_mut().poll(context).is_ready()
    }
}

impl Guard<Body> for WatchesCall {
    type Error = Status;

    fn poll_next(&mut self, body: Pin<&mut Body>, context: &mut Context<'_>) -> Poll<Next<Status>> {
        let span = self.record.span.clone();
        let _entered = span.enter();
        let Poll::Ready(turn) = self.turn(context) else {
            return match self.is_past_deadline(context) {
                true => Poll::Ready(self.fail(deadline::exceeded())),
                false => Poll::Pending,
            };
        };
        // A body that panicked is never polled again, which is why it may be treated as safe to unwind.
        let polled = catch_unwind(AssertUnwindSafe(|| body.poll_frame(context)));
        drop(turn);
        match polled {
            Err(payload) => Poll::Ready(self.fail(panic::fault(payload.as_ref()))),
            Ok(Poll::Pending) if self.is_past_deadline(context) => {
                Poll::Ready(self.fail(deadline::exceeded()))
            }
            Ok(Poll::Ready(Some(Ok(mut frame)))) => {
                if let Some(trailers) = frame.trailers_mut() {
                    foreign_status::translate(trailers, &self.record.method);
                    let code = status_of(trailers).unwrap_or(Code::Unknown);
                    self.record.finish(code, trailers);
                } else if let Some(data) = frame.data_ref() {
                    self.record.sent(data.len());
                }
                Poll::Ready(Next::Own(Some(Ok(frame))))
            }
            Ok(other) => other.map(Next::Own),
        }
    }
}
