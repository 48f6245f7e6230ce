//! What happens around every call, outside in: request id and span → metrics → catch panic → load shed → deadline →
//! gate → handler.
//!
//! Invariant: whatever happens inside, the caller gets one well-formed response with a code of the contract, the call is
//! counted once, and its place among the concurrent calls is given back when its body ends.

mod call_body;
mod credential_body;
mod deadline;
mod foreign_status;
mod methods;
mod metrics;
mod overload;
mod panic;
mod request_span;

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{HeaderMap, HeaderValue, Request, Response};
use hyper::body::Incoming;
use rustls::pki_types::CertificateDer;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tonic::body::Body;
use tonic::{Code, Status};
use tower::{Layer, Service, ServiceExt};
use tracing::Instrument;

pub use deadline::CallDeadline;
pub(crate) use deadline::{format_grpc_timeout, grpc_timeout};
pub(crate) use methods::MethodTable;
pub use request_span::RequestId;

use crate::config::LimitSettings;
use crate::error::ApiError;
use crate::gate::{self, CredentialWatch, Gatekeeper};
use crate::server::StreamShutdown;
use call_body::CallBody;
use methods::Method;
use metrics::CallMetrics;

/// The connection that a call came by; in the extensions of every request.
#[derive(Clone, Debug)]
pub struct ConnectionInfo {
    /// Address and port of the peer, which may be a proxy.
    pub remote: SocketAddr,
    /// The verified certificates of the peer, its own first, if it showed any.
    pub peer_certificates: Option<Arc<[CertificateDer<'static>]>>,
}

/// What the calls of a server have in common.
struct Shared {
    gate: Arc<dyn Gatekeeper>,
    methods: MethodTable,
    limits: LimitSettings,
    places: Arc<Semaphore>,
    metrics: CallMetrics,
}

/// Puts the chassis around the routes of a server. All services that it makes share one limit and one set of measures.
#[derive(Clone)]
pub(crate) struct ChassisLayer {
    shared: Arc<Shared>,
}

/// What is around every call of a server.
#[derive(Clone)]
pub(crate) struct Chassis<S> {
    shared: Arc<Shared>,
    inner: S,
}

/// A response on its way from the handler to the caller, and the place that the call holds until its body has ended.
struct Passed {
    response: Response<Body>,
    place: Option<OwnedSemaphorePermit>,
}

impl ChassisLayer {
    pub(crate) fn new(gate: Arc<dyn Gatekeeper>, methods: MethodTable, limits: LimitSettings) -> Self {
        let places = Arc::new(Semaphore::new(limits.max_concurrent_calls));
        Self { shared: Arc::new(Shared { gate, methods, limits, places, metrics: CallMetrics::new() }) }
    }
}

impl<S> Layer<S> for ChassisLayer {
    type Service = Chassis<S>;

    fn layer(&self, inner: S) -> Chassis<S> {
        Chassis { shared: Arc::clone(&self.shared), inner }
    }
}

impl<S> Service<Request<Incoming>> for Chassis<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response<CallBody>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    /// Always ready: a call too many is refused, and none waits.
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Incoming>) -> Self::Future {
        let mut chassis = self.clone();
        Box::pin(async move { Ok(chassis.handle(request).await) })
    }
}

impl<S> Chassis<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    /// The whole way of a call.
    async fn handle(&mut self, mut request: Request<Incoming>) -> Response<CallBody> {
        let method = self.shared.methods.find(request.uri().path());
        let request_id = RequestId::of(request.headers());
        let span = request_span::open(&method, &request_id, request.headers());
        request.extensions_mut().insert(request_id.clone());
        let call = self.shared.metrics.begin(&method);
        let stream_deadline = deadline::of_stream(request.headers());
        let passed = panic::caught(self.pass(request, &method)).instrument(span.clone()).await;

        let (response, place) = match passed {
            Ok(Passed { response, place }) => (response, place),
            Err(error) => (span.in_scope(|| Status::from(error)).into_http(), None),
        };
        let (mut parts, body) = response.into_parts();
        foreign_status::translate(&mut parts.headers, &method);
        parts.headers.insert(request_span::HEADER, request_id.header());
        let mut body = CallBody::new(body, call, place, span, method);
        match status_of(&parts.headers) {
            Some(code) => body.finish(code),
            None => body.bound(stream_deadline),
        }
        Response::from_parts(parts, body)
    }

    /// The way of a call behind the panic guard.
    async fn pass(&mut self, mut request: Request<Incoming>, method: &Method) -> Result<Passed, ApiError> {
        let Self { shared, inner } = self;
        let is_exempt = gate::is_exempt(request.uri().path());
        let place = if is_exempt { None } else { Some(overload::claim(&shared.places)?) };
        let deadline = deadline::of_head(request.headers(), method, &shared.limits);
        request.extensions_mut().insert(CallDeadline(deadline));
        let response = deadline::within(deadline, async {
            if !is_exempt {
                gate::pass(shared.gate.as_ref(), &mut request).await?;
            }
            let watch = request.extensions().get::<CredentialWatch>().cloned();
            let Ok(ready) = inner.ready().await;
            let Ok(response) = ready.call(request.map(Body::new)).await;
            Ok(credential_body::guard(response, watch))
        })
        .await?;
        Ok(Passed { response, place })
    }
}

/// What the connection of a call adds to its request.
#[derive(Clone)]
pub(crate) struct ConnectionExtensions {
    pub(crate) connection: ConnectionInfo,
    pub(crate) shutdown: StreamShutdown,
}

impl ConnectionExtensions {
    pub(crate) fn add_to(&self, mut request: Request<Incoming>) -> Request<Incoming> {
        request.extensions_mut().insert(self.connection.clone());
        request.extensions_mut().insert(self.shutdown.clone());
        request
    }
}

/// The status in headers or trailers; nothing if it is not there (yet).
fn status_of(headers: &HeaderMap<HeaderValue>) -> Option<Code> {
    headers.get(Status::GRPC_STATUS).map(|code| Code::from_bytes(code.as_bytes()))
}
