//! The smallest service that the kit can carry: one record, one event, one changing call, one list, one worker, on both
//! databases. What must hold for every service is told on it in `tests/`, without any service's own rules in the way; and
//! a new service can be begun from it. It speaks a piece of the notifications contract, so that it needs none of its own.
#![allow(missing_docs, reason = "this crate is a program; what others use is documented in the contract")]

pub mod api;
pub mod domain;
pub mod store;

use std::{collections::HashMap, sync::Arc, time::Duration};

use seamless_api::{Commits, Contention};
use seamless_calendar::Clock;
use seamless_decision::Record;
use seamless_feed::FeedServer;
use seamless_identity::IdentitySettings;
use seamless_program::{Opened, StartError, Workers, each_due, every, part};
use seamless_proto::seamless::{
    feed::v1::feed_service_server::FeedServiceServer,
    notifications::v1::assessment_service_server::AssessmentServiceServer,
};
use seamless_service::{
    config::{InvalidSetting, Layers, ServerSettings, Validate},
    server::BoundServer,
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
    pub opened: Opened,
    contention: Contention,
}

impl Bound {
    pub async fn bind(config: Config, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        let settings = (&config.server, &config.identity, &config.database);
        let opened = Opened::open::<Migrator>(settings, "", &PACKAGES, clock).await?;
        Ok(Self { opened, contention: config.contention })
    }

    pub async fn run(self, token: CancellationToken) -> Result<(), StartError> {
        let Opened { database, signal, clock, cooperation, .. } = &self.opened;
        let readers = cooperation.authorities().map(|authority| authority.id.clone()).collect();
        let store = Store { database: database.clone(), signal: signal.clone() };
        let api = Api { store, clock: clock.clone(), turns: self.contention.turns(), readers };
        let feed = FeedServer::new(database.clone(), signal.clone(), api.clone(), clock.clone());
        let mount = async |server: BoundServer, workers: &Workers| {
            let reviewer = api.clone();
            workers.spawn(|token| async move { review(&reviewer, &token).await });
            server.mount(FeedServiceServer::new(feed)).mount(AssessmentServiceServer::new(api))
        };
        self.opened.serve::<Migrator>("kit", &[], Duration::from_secs(3600), token, mount).await
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
