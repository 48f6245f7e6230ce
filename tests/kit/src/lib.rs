//! The smallest service that the kit can carry: one record, one event, one changing call, one list, one worker, on both
//! databases. What must hold for every service is told on it in `tests/`, without any service's own rules in the way; and
//! a new service can be begun from it. It speaks a piece of the notifications contract, so that it needs none of its own.
#![allow(missing_docs, reason = "this crate is a program; what others use is documented in the contract")]

pub mod api;
pub mod domain;
pub mod store;

use std::{collections::HashMap, sync::Arc, time::Duration};

use seamless_api::{Commits, Contention};
use seamless_calendar::{Calendars, Clock};
use seamless_decision::Record;
use seamless_feed::{FeedServer, FeedSignal};
use seamless_identity::{AuthorizationTable, IdentityGate, IdentitySettings};
use seamless_program::{
    Serving, StartError, Workers, each_due, every, open_database, open_gate, part, read_cooperation,
};
use seamless_proto::seamless::{
    feed::v1::feed_service_server::FeedServiceServer,
    notifications::v1::assessment_service_server::AssessmentServiceServer,
};
use seamless_service::{
    config::{InvalidSetting, Layers, ServerSettings, Validate},
    server::{BoundServer, Server},
};
use seamless_storage::DatabaseSettings;
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use api::Api;
use domain::Opinion;
use store::{Migrator, Store};

/// The contracts of which it serves something.
pub const PACKAGES: [&str; 2] = ["seamless.notifications.v1", "seamless.feed.v1"];

/// Its settings: those that every service has.
#[derive(Deserialize)]
pub struct Config {
    pub server: ServerSettings,
    pub database: DatabaseSettings,
    pub identity: IdentitySettings,
    pub contention: Contention,
}

impl Validate for Config {
    fn validate(&self) -> Result<(), InvalidSetting> {
        self.server.validate().map_err(|wrong| wrong.within("server"))
    }
}

impl Config {
    /// Reads it: the defaults of a service, and what a test sets.
    pub fn of(flags: Vec<(String, String)>) -> Result<Self, StartError> {
        let defaults = include_str!("../../../services/notifications/config/default.toml");
        let layers = Layers { defaults, flags, environment: HashMap::new(), ..Layers::default() };
        Ok(layers.load().map_err(|error| part("configuration")(&error))?.settings)
    }
}

/// The service with its port bound and its database open.
pub struct Bound {
    server: BoundServer,
    gate: Arc<IdentityGate>,
    cooperation: Arc<seamless_identity::Cooperation>,
    api: Api,
    grace: Duration,
}

impl Bound {
    pub async fn bind(config: Config, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        let calendars = Calendars::embedded().map_err(|error| part("calendars")(&error))?;
        let cooperation = Arc::new(read_cooperation(&config.identity.cooperation, &calendars)?);
        let table =
            AuthorizationTable::of_contract(&PACKAGES).map_err(|error| part("authorization")(&error))?;
        let gate = open_gate(&config.identity, table, cooperation.clone(), clock.clone()).await?;
        let server = Server::bind(&config.server).await.map_err(|error| part("server")(&error))?;
        let database = open_database::<Migrator>(&config.database, "", &*clock).await?;
        let readers = cooperation.authorities().map(|authority| authority.id.clone()).collect();
        let (store, signal) = (Store(database), FeedSignal::new());
        let api = Api { store, signal, clock, contention: config.contention, readers };
        Ok(Self { server, gate, cooperation, api, grace: config.server.drain.grace })
    }

    #[must_use]
    pub fn port(&self) -> u16 {
        self.server.local_addr().port()
    }

    pub async fn run(self, token: CancellationToken) -> Result<(), StartError> {
        let Self { server, gate, cooperation, api, grace } = self;
        let (database, clock, signal) = (api.store.0.clone(), api.clock.clone(), api.signal.clone());
        let feed = FeedServer::new(database.clone(), signal.clone(), api.clone(), clock.clone());
        let (name, named, request_retention) = ("kit", &[] as _, Duration::from_secs(3600));
        let serving = Serving {
            name,
            server,
            gate,
            database,
            signal,
            clock,
            cooperation,
            named,
            request_retention,
            grace,
        };
        let mount = async |server: BoundServer, workers: &Workers| {
            let reviewer = api.clone();
            workers.spawn(|token| async move { review(&reviewer, &token).await });
            server.mount(FeedServiceServer::new(feed)).mount(AssessmentServiceServer::new(api))
        };
        serving.run::<Migrator>(token, mount).await
    }
}

/// The worker: reviews each opinion once, whatever number of replicas looks; the revision lets one of them through.
async fn review(api: &Api, token: &CancellationToken) {
    let due = async |limit| api.opinions().unreviewed(limit).await;
    let each = async |opinion: Opinion| {
        let decision = api.opinions().review(opinion, api.clock.now())?;
        api.commit(None, decision.changes, None).await.map(|()| true)
    };
    let look = async || {
        each_due(100, token, "an opinion was not reviewed", Record::name, due, each).await.map(|_| ())
    };
    every(Duration::from_millis(50), token, "opinions not looked at", look).await;
}
