//! How every service serves, from the first look at its database to the last row of its workers.
//!
//! Invariant: workers end before the pools close, and pools close only after the calls under way were answered or their
//! time is over.

use std::{sync::Arc, time::Duration};

use sea_orm_migration::MigratorTrait;
use seamless_calendar::Clock;
use seamless_feed::FeedSignal;
use seamless_identity::{
    AuthorizationTable, Cooperation, IdentityGate, IdentitySettings, JwtVerifier, Revocations,
};
use seamless_service::server::BoundServer;
use seamless_storage::Database;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    StartError, close_database,
    left_behind::{self, Place},
    part, upkeep,
};

/// What goes on beside the calls until the service stops.
#[derive(Clone, Debug)]
pub struct Workers {
    tasks: TaskTracker,
    token: CancellationToken,
}

impl Workers {
    /// Starts a worker, which ends when its token is cancelled; the drain waits for it.
    pub fn spawn<F>(&self, work: impl FnOnce(CancellationToken) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.tasks.spawn(work(self.token.child_token()));
    }
}

/// A service with its port bound and its database open.
pub struct Serving {
    /// What it is called in the log.
    pub name: &'static str,
    /// The port, and what every call passes.
    pub server: BoundServer,
    /// Who may call what.
    pub gate: Arc<IdentityGate>,
    /// Its database.
    pub database: Database,
    /// Wakes the followers of its feed.
    pub signal: FeedSignal,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// The authorities that it knows.
    pub cooperation: Arc<Cooperation>,
    /// Where its records name authorities.
    pub named: &'static [Place],
    /// How long the answer to a request id is kept.
    pub request_retention: Duration,
    /// How long calls and workers may take once it is to stop.
    pub grace: Duration,
}

impl Serving {
    /// Serves until the token is cancelled, then drains. `M` are the migrations that the database must have, and `mount`
    /// mounts the services, with the workers beside them.
    ///
    /// # Errors
    /// If serving cannot go on.
    pub async fn run<M: MigratorTrait + 'static>(
        self,
        token: CancellationToken,
        mount: impl AsyncFnOnce(BoundServer, &Workers) -> BoundServer,
    ) -> Result<(), StartError> {
        let Self { name, server, gate, database, signal, clock, cooperation, named, .. } = self;
        let health = server.health();
        let workers = Workers { tasks: TaskTracker::new(), token: token.clone() };
        workers.spawn(|token| seamless_feed::guard::watch(database.clone(), signal, clock.clone(), token));
        workers.spawn(|token| upkeep::readiness::<M>(database.clone(), health, token));
        let strangers = left_behind::warn(database.clone(), cooperation, named);
        workers.spawn(|token| async move {
            token.run_until_cancelled(strangers).await;
        });
        workers.spawn(|token| upkeep::forget_answers(database.clone(), clock, self.request_retention, token));
        let server = mount(server, &workers).await;
        workers.tasks.close();
        let address = server.local_addr();
        tracing::info!(%address, "{name} listening");
        let served = server.serve(seamless_proto::DESCRIPTORS, gate, token.clone()).await;
        token.cancel();
        if tokio::time::timeout(self.grace, workers.tasks.wait()).await.is_err() {
            tracing::warn!("workers did not finish in time");
        }
        close_database(&database).await;
        tracing::info!("{name} stopped");
        served.map_err(|error| part("server")(&error))
    }
}

/// Opens the gate of a service: the keys of its tokens, the credentials that were taken back, and who may call what.
///
/// # Errors
/// Names the setting that is wrong, or the file that cannot be read.
pub async fn open_gate(
    settings: &IdentitySettings,
    table: AuthorizationTable,
    cooperation: Arc<Cooperation>,
    clock: Arc<dyn Clock>,
) -> Result<Arc<IdentityGate>, StartError> {
    let jwt = match &settings.jwt {
        Some(settings) => {
            let verifier = JwtVerifier::open(settings, clock.clone()).await;
            Some(verifier.map_err(|error| part("identity.jwt")(&error))?)
        }
        None => None,
    };
    let revocations = match &settings.revoked {
        Some(file) => {
            let list = Revocations::open(file, settings.revoked_interval).await;
            Some(list.map_err(|error| part("identity.revoked")(&error))?)
        }
        None => None,
    };
    let gate = IdentityGate::new(cooperation, jwt, table, clock);
    Ok(Arc::new(gate.with_revocations(revocations)))
}
