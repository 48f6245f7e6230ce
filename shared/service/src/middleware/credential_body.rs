//! The body of a response, ended when the credential of its call is taken back.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{HeaderMap, Response};
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Bytes;
use tonic::Status;
use tonic::body::Body;

use super::status_of;
use crate::error::ApiError;
use crate::gate::CredentialWatch;

/// See the module.
struct CredentialBody {
    inner: Body,
    watch: CredentialWatch,
    /// Made when the body first has to wait: most have all they will send at once.
    taken_back: Option<Pin<Box<dyn Future<Output = ApiError> + Send>>>,
    has_ended: bool,
}

/// Watches the credential for as long as the response runs. Without a watch, or where the response has its status already,
/// nothing changes.
pub(super) fn guard(response: Response<Body>, watch: Option<CredentialWatch>) -> Response<Body> {
    match watch {
        Some(watch) if status_of(response.headers()).is_none() => response
            .map(|inner| Body::new(CredentialBody { inner, watch, taken_back: None, has_ended: false })),
        _ => response,
    }
}

impl CredentialBody {
    fn poll_taken_back(&mut self, context: &mut Context<'_>) -> Poll<ApiError> {
        let Self { watch, taken_back, .. } = self;
        taken_back.get_or_insert_with(|| watch.until_taken_back()).as_mut().poll(context)
    }
}

impl HttpBody for CredentialBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = &mut *self;
        if this.has_ended {
            return Poll::Ready(None);
        }
        // A stream that never has to wait must end as well, so one that once had to is asked before each frame.
        if this.taken_back.is_none() {
            match Pin::new(&mut this.inner).poll_frame(context) {
                Poll::Pending => {}
                ready => return ready,
            }
        }
        match this.poll_taken_back(context) {
            Poll::Ready(error) => {
                this.has_ended = true;
                let status = Status::from(error);
                let mut trailers = HeaderMap::new();
                if status.add_header(&mut trailers).is_err() {
                    trailers.insert(Status::GRPC_STATUS, (status.code() as i32).into());
                }
                Poll::Ready(Some(Ok(Frame::trailers(trailers))))
            }
            Poll::Pending => Pin::new(&mut this.inner).poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.has_ended || self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
