//! What happens around every call, outside in: request id and span → metrics → catch panic → deadline → gate → quota →
//! place → turn → handler.
//!
//! Invariant: whatever happens inside, the caller gets one well-formed response with a code of the contract, the call is
//! counted once, its turn is over when the handler has answered, and its place is given back when its body ends.

mod call_body;
mod call_record;
mod credential_body;
mod deadline;
mod denial;
mod foreign_status;
mod guarded_body;
mod methods;
mod metrics;
mod panic;
mod patient_body;
mod refusals;
mod request_span;

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use http::{HeaderMap, HeaderValue, Request, Response};
use hyper::body::Incoming;
use tonic::body::Body;
use tonic::{Code, Status};
use tower::{Layer, Service, ServiceExt};
use tracing::{Instrument, Span};

pub use deadline::CallDeadline;
pub(crate) use deadline::{format_grpc_timeout, grpc_timeout};
pub(crate) use denial::at_full_steps;
pub(crate) use methods::MethodTable;
pub use request_span::RequestId;

use crate::call::{ConnectionInfo, StreamShutdown};
use crate::config::{LimitSettings, ServerSettings};
use crate::connections::Seat;
use crate::error::ApiError;
use crate::fairness::{Fairness, Turn, WorkTurns};
use crate::gate::{self, Caller, CredentialWatch, Gatekeeper, MethodPath, Refused, Weight, WhileOpen};
use crate::noted::Noted;
use call_body::{CallBody, WatchesCall};
use call_record::{CallRecord, Held};
use guarded_body::GuardedBody;
use methods::Method;
use metrics::CallMetrics;
use patient_body::Patience;
use refusals::Refusals;

/// Under which name strangers share places and turns; no authority has it.
const STRANGER: &str = "unknown";

/// What the calls of a server have in common.
struct Shared {
    gate: Arc<WhileOpen>,
    methods: MethodTable,
    limits: LimitSettings,
    fairness: Fairness,
    refusals: Refusals,
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

/// What becomes known of a call on its way in, and what it holds, also if it is refused on that way.
#[derive(Default)]
struct Known {
    caller: Option<Caller>,
    held: Held,
    /// For an answer that is a stream or a page.
    sending: Option<WorkTurns>,
}

impl ChassisLayer {
    pub(crate) fn new(gate: Arc<WhileOpen>, methods: MethodTable, settings: &ServerSettings) -> Self {
        let limits = settings.limits.clone();
        let fairness = Fairness::new(&limits, &settings.fairness);
        let refusals = Refusals::new(settings.fairness.logged_refusals_per_second);
        let metrics = CallMetrics::new();
        Self { shared: Arc::new(Shared { gate, methods, limits, fairness, refusals, metrics }) }
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
        let metered = self.shared.metrics.begin(&method);
        let stream_deadline = deadline::of_stream(request.headers());
        let mut known = Known::default();
        let passed = panic::caught(self.pass(request, &method, &mut known)).instrument(span.clone()).await;

        let response = match passed {
            Ok(response) => response,
            Err(error) => span.in_scope(|| Status::from(error)).into_http(),
        };
        let (mut parts, body) = response.into_parts();
        foreign_status::translate(&mut parts.headers, &method);
        parts.headers.insert(request_span::HEADER, request_id.header());
        let Known { caller, held, sending } = known;
        let shared = Arc::clone(&self.shared);
        let record = CallRecord { shared, method, request_id, span, caller, held, metered };
        let mut guard = WatchesCall::new(record, sending);
        match status_of(&parts.headers) {
            Some(code) => guard.finish(code, &parts.headers),
            None => guard.bound(stream_deadline),
        }
        Response::from_parts(parts, GuardedBody::new(body, guard))
    }

    /// The way of a call behind the panic guard.
    async fn pass(
        &mut self,
        mut request: Request<Incoming>,
        method: &Method,
        known: &mut Known,
    ) -> Result<Response<Body>, ApiError> {
        let Self { shared, inner } = self;
        let deadline = deadline::of_head(request.headers(), method, &shared.limits);
        request.extensions_mut().insert(CallDeadline(deadline));
        let noted = Noted::default();
        request.extensions_mut().insert(noted.clone());
        let seat = request.extensions_mut().remove::<Arc<Seat>>();
        known.held.under_way = seat.as_ref().map(Seat::begin_call);
        deadline::within(deadline, async {
            let turn = if gate::is_exempt(request.uri().path()) {
                shared.pass_exempt(request.uri().path(), seat.as_ref(), known)?;
                None
            } else if shared.gate.is_open(request.uri().path()) {
                Some(shared.pass_open(&mut request, method, seat.as_deref(), known).await?)
            } else {
                let weight = shared.pass_gate(&mut request, method, seat.as_deref(), known).await?;
                match request.extensions().get::<WorkTurns>() {
                    // Who streams its request keeps its handler waiting.
                    Some(turns) if !method.has_request_stream() => Some(turns.take(weight).await),
                    _ => None,
                }
            };
            let watch = request.extensions().get::<CredentialWatch>().cloned();
            let patience = method.has_request_stream().then_some(shared.limits.request_idle);
            let request = request.map(|body| match patience {
                Some(limit) => Body::new(GuardedBody::new(body, Patience::new(limit))),
                None => Body::new(body),
            });
            let began = Instant::now();
            let Ok(ready) = inner.ready().await;
            let Ok(response) = ready.call(request).await;
            let response = noted.join(response);
            drop(turn);
            denial::even_out(response.headers(), began, shared.limits.denial_step).await;
            Ok(credential_body::guard(response, watch))
        })
        .await
    }
}

impl Shared {
    /// The way of a call that needs no admission.
    fn pass_exempt(&self, path: &str, seat: Option<&Arc<Seat>>, known: &mut Known) -> Result<(), ApiError> {
        let Some(seat) = seat else { return Ok(()) };
        self.count_unproven(seat)?;
        if gate::is_watch(path) {
            known.held.watching = Some(seat.begin_watch()?);
        }
        Ok(())
    }

    /// The way of a call that everybody may make. Who shows a credential with it pays by that; all others are strangers, also on a
    /// connection on which somebody has authenticated: they are bounded by the address that they come from, and all of them together
    /// have no more places and turns than one authority.
    async fn pass_open(
        &self,
        request: &mut Request<Incoming>,
        method: &Method,
        seat: Option<&Seat>,
        known: &mut Known,
    ) -> Result<Turn, ApiError> {
        self.gate.check().await?;
        let caller = gate::proven(self.gate.as_ref(), request).await;
        match &caller {
            Some(caller) => self.fairness.admit(caller)?,
            None => {
                if let Some(seat) = seat {
                    self.count_unproven(seat)?;
                }
                if let Some(connection) = request.extensions().get::<ConnectionInfo>() {
                    self.fairness.admit_stranger(connection.remote.ip())?;
                }
            }
        }
        known.caller.clone_from(&caller);
        let caller = caller.unwrap_or_else(|| Caller::new(STRANGER, STRANGER));
        known.held.place = Some(self.fairness.place(&caller, method.is_stream())?);
        let path = MethodPath(request.uri().path().into());
        request.extensions_mut().insert(path);
        Ok(self.fairness.turns(caller.authority()).take(Weight::Light).await)
    }

    /// Counts a call that has not passed the gate, or need not: whose connection it is pays for it.
    fn count_unproven(&self, seat: &Seat) -> Result<(), ApiError> {
        match seat.caller() {
            Some(caller) => self.fairness.admit(caller),
            None => {
                seat.count_unauthenticated();
                Ok(())
            }
        }
    }

    /// The way of a call through the gate, and to its place.
    async fn pass_gate(
        &self,
        request: &mut Request<Incoming>,
        method: &Method,
        seat: Option<&Seat>,
        known: &mut Known,
    ) -> Result<Weight, ApiError> {
        let passed = gate::pass(self.gate.as_ref(), request).await;
        known.caller = match &passed {
            Ok((caller, _)) => Some(caller.clone()),
            Err(refused) => refused.caller.clone(),
        };
        if let Some(caller) = &known.caller {
            request_span::name_caller(&Span::current(), caller);
        }
        let (caller, weight) = match (passed, seat) {
            (Ok(passed), _) => passed,
            (Err(Refused { error, .. }), None) => return Err(error),
            (Err(Refused { error, .. }), Some(seat)) => {
                self.count_unproven(seat)?;
                return Err(error);
            }
        };
        if let Some(seat) = seat {
            seat.authenticate(&caller)?;
        }
        self.fairness.admit(&caller)?;
        known.held.place = Some(self.fairness.place(&caller, method.is_stream())?);
        let turns = self.fairness.turns(caller.authority());
        known.sending = (method.is_stream() || weight == Weight::Heavy).then(|| turns.clone());
        request.extensions_mut().insert(turns);
        Ok(weight)
    }
}

/// What the connection of a call adds to its request.
#[derive(Clone)]
pub(crate) struct ConnectionExtensions {
    pub(crate) connection: ConnectionInfo,
    pub(crate) shutdown: StreamShutdown,
    pub(crate) seat: Arc<Seat>,
}

impl ConnectionExtensions {
    pub(crate) fn add_to(&self, mut request: Request<Incoming>) -> Request<Incoming> {
        request.extensions_mut().insert(self.connection.clone());
        request.extensions_mut().insert(self.shutdown.clone());
        request.extensions_mut().insert(Arc::clone(&self.seat));
        request
    }
}

/// The status in headers or trailers; nothing if it is not there (yet).
fn status_of(headers: &HeaderMap<HeaderValue>) -> Option<Code> {
    headers.get(Status::GRPC_STATUS).map(|code| Code::from_bytes(code.as_bytes()))
}
