//! What probes are told [gRPC health checking].
//!
//! An answer to a check may carry more in its metadata ([`Health::tells`]): probes pass it over.
//!
//! With it goes whether calls are let in: a service whose database lacks migrations refuses them.
//!
//! Invariant: until [`Health::ready`] and from [`Health::draining`] on, `""` and every service are NOT_SERVING;
//! [`LIVENESS`] says no more than that the process runs, and is always SERVING.

use std::sync::{Arc, PoisonError, RwLock};

use futures::stream::{self, BoxStream, StreamExt};
use tokio::sync::{Mutex, watch};
use tonic::metadata::{AsciiMetadataValue, KeyAndValueRef, MetadataMap};
use tonic::service::Routes;
use tonic::{Code, Request, Response, Status};
use tonic_health::ServingStatus;
use tonic_health::pb::health_check_response::ServingStatus as Told;
use tonic_health::pb::health_server::{Health as Protocol, HealthServer};
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};
use tonic_health::server::{HealthReporter, HealthService};

/// The name that a liveness probe asks for. Readiness probes ask for `""` or for a service.
pub const LIVENESS: &str = "liveness";

/// The health of one server. Clones are the same health.
#[derive(Clone, Debug)]
pub struct Health {
    reporter: HealthReporter,
    state: Arc<Mutex<State>>,
    facts: Arc<RwLock<MetadataMap>>,
    admission: watch::Sender<Admission>,
}

/// Whether calls are let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Admission {
    /// Not known yet: they wait.
    Awaited,
    Open,
    Closed,
}

#[derive(Debug)]
struct State {
    names: Vec<&'static str>,
    status: ServingStatus,
    is_draining: bool,
}

impl Health {
    pub(crate) async fn new() -> Self {
        let state = State { names: vec![""], status: ServingStatus::NotServing, is_draining: false };
        let health = Self {
            reporter: HealthReporter::new(),
            state: Arc::new(Mutex::new(state)),
            facts: Arc::default(),
            admission: watch::Sender::new(Admission::Open),
        };
        health.reporter.set_service_status("", ServingStatus::NotServing).await;
        health.reporter.set_service_status(LIVENESS, ServingStatus::Serving).await;
        health
    }

    /// Adds services by full name (`seamless.notifications.v1.NotificationService`); they share the state of `""`.
    pub(crate) async fn register(&self, services: &[&'static str]) {
        let mut state = self.state.lock().await;
        for name in services {
            self.reporter.set_service_status(name, state.status).await;
            state.names.push(name);
        }
    }

    /// From now on each answer to a check carries this in its metadata: what the program is made of, which anybody may know.
    /// Printable ASCII alone can stand there; anything else is left out.
    pub fn tells(&self, key: &'static str, value: &str) {
        if let Ok(value) = AsciiMetadataValue::try_from(value) {
            self.facts.write().unwrap_or_else(PoisonError::into_inner).insert(key, value);
        }
    }

    /// Whether calls may be let in is found out just now: they wait until one of the following says it.
    pub fn awaited(&self) {
        self.admission.send_replace(Admission::Awaited);
    }

    /// From now on the service answers. Without effect on probes once it drains.
    pub async fn ready(&self) {
        self.set(ServingStatus::Serving, false).await;
        self.admission.send_replace(Admission::Open);
    }

    /// For now the service does not answer, as while its database is out of reach; [`Health::ready`] ends it. Calls that
    /// come all the same are let in, and fail by themselves as far as they need what is missing.
    pub async fn not_ready(&self) {
        self.set(ServingStatus::NotServing, false).await;
        self.admission.send_replace(Admission::Open);
    }

    /// For now every call is refused, as while the database lacks migrations: what a call did there would be wrong.
    /// [`Health::ready`] ends it.
    pub async fn closed(&self) {
        self.set(ServingStatus::NotServing, false).await;
        self.admission.send_replace(Admission::Closed);
    }

    /// Whether calls are let in; where that is not known yet, once it is.
    pub(crate) async fn lets_calls_in(&self) -> bool {
        let admission = *self.admission.borrow();
        if admission != Admission::Awaited {
            return admission == Admission::Open;
        }
        let mut admission = self.admission.subscribe();
        let known = admission.wait_for(|admission| *admission != Admission::Awaited).await;
        known.is_ok_and(|admission| *admission == Admission::Open)
    }

    /// From now on, and for good, the service is to be left alone.
    pub async fn draining(&self) {
        self.set(ServingStatus::NotServing, true).await;
    }

    async fn set(&self, status: ServingStatus, is_draining: bool) {
        let mut state = self.state.lock().await;
        if state.is_draining {
            return;
        }
        state.status = status;
        state.is_draining = is_draining;
        for name in &state.names {
            self.reporter.set_service_status(name, status).await;
        }
    }

    pub(crate) fn add_to(&self, routes: Routes) -> Routes {
        let known = HealthService::from_health_reporter(self.reporter.clone());
        routes.add_service(HealthServer::new(Probed { known, facts: self.facts.clone() }))
    }
}

/// The protocol as it is written: who watches an unknown service is told that it is unknown, and goes on watching. It will
/// not come, since all services are known before the first call is taken.
struct Probed {
    known: HealthService,
    facts: Arc<RwLock<MetadataMap>>,
}

#[tonic::async_trait]
impl Protocol for Probed {
    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        let mut answer = self.known.check(request).await?;
        for fact in self.facts.read().unwrap_or_else(PoisonError::into_inner).iter() {
            if let KeyAndValueRef::Ascii(key, value) = fact {
                answer.metadata_mut().insert(key, value.clone());
            }
        }
        Ok(answer)
    }

    type WatchStream = BoxStream<'static, Result<HealthCheckResponse, Status>>;

    async fn watch(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        match self.known.watch(request).await {
            Ok(watching) => Ok(watching.map(StreamExt::boxed)),
            Err(status) if status.code() == Code::NotFound => {
                let unknown = HealthCheckResponse { status: Told::ServiceUnknown.into() };
                let told = stream::iter([Ok(unknown)]);
                Ok(Response::new(told.chain(stream::pending()).boxed()))
            }
            Err(status) => Err(status),
        }
    }
}
