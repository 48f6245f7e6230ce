//! A body with a guard, which sees every frame and may end the body before its time.
//!
//! Invariant: a body that its guard has ended gives no frame any more.

use std::pin::Pin;
use std::task::{Context, Poll};

use http::HeaderMap;
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Bytes;
use tonic::{Code, Status};

use crate::error::ApiError;

/// What comes next of a body.
pub(crate) enum Next<E> {
    /// A frame of its own, or its own end.
    Own(Option<Result<Frame<Bytes>, E>>),
    /// The last, of the guard's making.
    Last(Result<Frame<Bytes>, E>),
}

/// Stands between a body and whoever polls it.
pub(crate) trait Guard<B> {
    /// Why the body fails.
    type Error;

    /// What comes next: polls the body, or ends it.
    fn poll_next(&mut self, body: Pin<&mut B>, context: &mut Context<'_>) -> Poll<Next<Self::Error>>;
}

/// See the module.
pub(crate) struct GuardedBody<B, G> {
    body: B,
    guard: G,
    has_ended: bool,
}

impl<B, G> GuardedBody<B, G> {
    pub(super) fn new(body: B, guard: G) -> Self {
        Self { body, guard, has_ended: false }
    }
}

impl<B, G> HttpBody for GuardedBody<B, G>
where
    B: HttpBody + Unpin,
    G: Guard<B> + Unpin,
{
    type Data = Bytes;
    type Error = G::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, G::Error>>> {
        let Self { body, guard, has_ended } = &mut *self;
        if *has_ended {
            return Poll::Ready(None);
        }
        guard.poll_next(Pin::new(body), context).map(|next| match next {
            Next::Own(frame) => frame,
            Next::Last(frame) => {
                *has_ended = true;
                Some(frame)
            }
        })
    }

    fn is_end_stream(&self) -> bool {
        self.has_ended || self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Trailers that say what went wrong, and their code.
pub(super) fn trailers_of(error: ApiError) -> (Code, HeaderMap) {
    let status = Status::from(error);
    let mut trailers = HeaderMap::new();
    if status.add_header(&mut trailers).is_err() {
        trailers.insert(Status::GRPC_STATUS, (status.code() as i32).into());
    }
    (status.code(), trailers)
}
