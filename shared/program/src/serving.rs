//! How every service serves, from the first look at its database to the last row of its workers.
//!
//! Invariant: workers end before the pools close, and pools close only after the calls under way were answered or their
//! time is over.
//!
//! What is awaited here is boxed: a service that starts holds all that it opens and all that it mounts, one future within the
//! other, and the compiler follows layouts only so deep.

use std::{sync::Arc, time::Duration};

use sea_orm_migration::MigratorTrait;
use seamless_calendar::{Calendars, Clock, zone_data_version};
use seamless_feed::FeedSignal;
use seamless_identity::{
    AuthorizationTable, Cooperation, IdentityGate, IdentitySettings, JwtVerifier, Revocations,
};
use seamless_service::{
    config::ServerSettings,
    server::{BoundServer, Server},
};
use seamless_storage::{Database, DatabaseSettings};
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    StartError, close_database,
    database::open_database,
    left_behind::{self, Place},
    part,
    start::read_cooperation,
    upkeep,
};

/// Under which key the answer to a health check tells the version of the time zone data.
pub const ZONE_DATA: &str = "seamless-zone-data";
/// Under which key the answer to a health check of a service in a sandbox tells how far its clock is ahead of real time, in
/// microseconds: so whoever moves the clock learns when the service has it.
pub const SANDBOX_AHEAD: &str = "seamless-sandbox-ahead-us";

/// What goes on beside the calls until the service stops. Nothing of it begins before the database has all migrations, so
/// that one line of [`upkeep::readiness`] says what is missing, and no worker repeats it in words of the database.
#[derive(Clone, Debug)]
pub struct Workers {
    tasks: TaskTracker,
    token: CancellationToken,
    migrated: watch::Receiver<bool>,
}

impl Workers {
    /// Starts a worker as soon as the database is migrated. It ends when its token is cancelled; the drain waits for it.
    pub fn spawn<F>(&self, work: impl FnOnce(CancellationToken) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let token = self.token.child_token();
        let (mut migrated, work) = (self.migrated.clone(), work(token.clone()));
        self.tasks.spawn(async move {
            // Nobody is left to tell it, or the service stops: then there was nothing to do.
            let told = token.run_until_cancelled(migrated.wait_for(|is_migrated| *is_migrated)).await;
            if told.is_some_and(|told| told.is_ok()) {
                work.await;
            }
        });
    }
}

/// What every service has open before it can serve: its port is bound, its database is there.
pub struct Opened {
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
    /// Their working days.
    pub calendars: Arc<Calendars>,
    /// How long calls and workers may take once it is to stop.
    grace: Duration,
}

impl Opened {
    /// Opens it. `files` is where the service keeps files, a path or URL; `packages` are those of the contracts that it
    /// serves, and `M` its migrations.
    ///
    /// # Errors
    /// Whatever is missing or wrong, by name.
    pub async fn open<M: MigratorTrait>(
        (server, identity, database): (&ServerSettings, &IdentitySettings, &DatabaseSettings),
        files: &str,
        packages: &[&str],
        clock: Arc<dyn Clock>,
    ) -> Result<Self, StartError> {
        let grace = server.drain.grace;
        let calendars = Calendars::embedded().map_err(|error| part("calendars")(&error))?;
        let cooperation = Arc::new(read_cooperation(&identity.cooperation, &calendars)?);
        let table = AuthorizationTable::of_contract(packages);
        let table = table.map_err(|error| part("authorization")(&error))?;
        let gate = Box::pin(open_gate(identity, table, cooperation.clone(), clock.clone())).await?;
        let server = Server::bind(server).await.map_err(|error| part("server")(&error))?;
        let database = Box::pin(open_database::<M>(database, files, &*clock)).await?;
        let (signal, calendars) = (FeedSignal::new(), Arc::new(calendars));
        Ok(Self { server, gate, database, signal, clock, cooperation, calendars, grace })
    }

    /// Serves as `name` until the token is cancelled, then drains. `M` are the migrations that the database must have,
    /// `named` says where records name authorities, answers to request ids are kept for `request_retention`, and `mount`
    /// mounts the services, with the workers beside them.
    ///
    /// # Errors
    /// If serving cannot go on.
    pub async fn serve<M: MigratorTrait + 'static>(
        self,
        name: &'static str,
        named: &'static [Place],
        request_retention: Duration,
        token: CancellationToken,
        mount: impl AsyncFnOnce(BoundServer, &Workers) -> BoundServer,
    ) -> Result<(), StartError> {
        let Self { server, gate, database, signal, clock, cooperation, .. } = self;
        let health = server.health();
        let (is_migrated, migrated) = watch::channel(false);
        let workers = Workers { tasks: TaskTracker::new(), token: token.clone(), migrated };
        let readiness =
            upkeep::readiness::<M>(name, database.clone(), health, is_migrated, token.child_token());
        workers.tasks.spawn(readiness);
        workers.spawn(|token| seamless_feed::guard::watch(database.clone(), signal, clock.clone(), token));
        let strangers = left_behind::warn(database.clone(), cooperation, named);
        workers.spawn(|token| async move {
            token.run_until_cancelled(strangers).await;
        });
        workers.spawn(|token| upkeep::forget_answers(database.clone(), clock, request_retention, token));
        let server = Box::pin(mount(server, &workers)).await;
        workers.tasks.close();
        let zone_data = zone_data_version();
        server.health().tells(ZONE_DATA, zone_data);
        tracing::info!(version = zone_data, "local times are read by the time zone data of the program");
        let address = server.local_addr();
        tracing::info!(%address, "{name} listening");
        let served = Box::pin(server.serve(seamless_proto::DESCRIPTORS, gate, token.clone())).await;
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
async fn open_gate(
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
