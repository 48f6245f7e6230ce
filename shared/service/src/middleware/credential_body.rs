//! The body of a response, ended when the credential of its call is taken back.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::Response;
use http_body::{Body as HttpBody, Frame};
use tonic::Status;
use tonic::body::Body;

use super::guarded_body::{Guard, GuardedBody, Next, trailers_of};
use super::status_of;
use crate::error::ApiError;
use crate::gate::CredentialWatch;

/// See the module.
struct WatchesCredential {
    watch: CredentialWatch,
    /// Made when the body first has to wait: most have all they will send at once.
    taken_back: Option<Pin<Box<dyn Future<Output = ApiError> + Send>>>,
}

/// Watches the credential for as long as the response runs. Without a watch, or where the response has its status already,
/// nothing changes.
pub(super) fn guard(response: Response<Body>, watch: Option<CredentialWatch>) -> Response<Body> {
    match watch {
        Some(watch) if status_of(response.headers()).is_none() => {
            let guard = WatchesCredential { watch, taken_back: None };
            response.map(|body| Body::new(GuardedBody::new(body, guard)))
        }
        _ => response,
    }
}

impl Guard<Body> for WatchesCredential {
    type Error = Status;

    fn poll_next(&mut self, mut body: Pin<&mut Body>, context: &mut Context<'_>) -> Poll<Next<Status>> {
        let Self { watch, taken_back } = self;
        // A stream that never has to wait must end as well, so one that once had to is asked before each frame.
        if taken_back.is_none()
            && let Poll::Ready(frame) = body.as_mut().poll_frame(context)
        {
            return Poll::Ready(Next::Own(frame));
        }
        match taken_back.get_or_insert_with(|| watch.until_taken_back()).as_mut().poll(context) {
            Poll::Ready(error) => Poll::Ready(Next::Last(Ok(Frame::trailers(trailers_of(error).1)))),
            Poll::Pending => body.poll_frame(context).map(Next::Own),
        }
    }
}
