//! The consignments service: what was inspected before export, what arrives, and which of it import control should
//! examine.
//!
//! [`Config`] → [`Bound::bind`] (ports and pools are open) → [`Bound::run`] until the token is cancelled.
#![allow(missing_docs, reason = "this crate is a program; what others use is documented in the contract")]

pub mod api;
mod commit;
pub mod config;
pub mod contract;
pub mod domain;
pub mod screening;
pub mod store;
pub mod workers;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use seamless_calendar::{Ahead, Calendars, Clock};
use seamless_feed::FeedServer;
use seamless_files::FileStore;
use seamless_identity::{AuthorityId, Cooperation};
use seamless_matching::Model;
use seamless_program::{Opened, StartError, Workers, left_behind::Place, part};
use seamless_proto::seamless::{
    consignments::v1::{
        control_service_server::ControlServiceServer, inspection_service_server::InspectionServiceServer,
        screening_service_server::ScreeningServiceServer, targeting_service_server::TargetingServiceServer,
        trust_service_server::TrustServiceServer,
    },
    feed::v1::feed_service_server::FeedServiceServer,
};
use seamless_service::{client::ClientChannel, server::BoundServer};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use api::{Api, authorization::PACKAGES, model_work::ModelWork};
use commit::Decisions;
pub use config::Config;
use contract::FeedRedactor;
use domain::{
    Rules,
    pilot::{Pilot, SAMPLE_PILOT},
    watched_alerts::WatchedAlerts,
};
use screening::{HeldFacts, ScreeningDesk, ScreeningQueue, ScreeningWriter};
use store::{KnownInspections, RiskModels, Store, migrations::Migrator};
use workers::{
    alert_follower,
    alert_watch::{self, AlertWatch},
    ended_criteria::EndedCriteria,
    held_in_memory,
    hourly_aggregates::HourlyAggregates,
    learning::Learning,
    overdue_watch::OverdueWatch,
    plan_close::PlanClose,
};

/// How long the start waits for models and alerts to be read.
const FIRST_READING: Duration = Duration::from_secs(20);

/// Where records name authorities.
const NAMED: [Place; 3] = [
    Place { what: "pre-inspections", table: "inspection", column: "originator" },
    Place { what: "records of its own", table: "record", column: "owner" },
    Place { what: "records that concern it", table: "record", column: "party" },
];

/// The service with its port bound and its database open; it takes calls once it runs.
pub struct Bound {
    opened: Opened,
    store: Store,
    rules: Rules,
    files: FileStore,
    ahead: Option<Ahead>,
    models: RiskModels,
    alerts: WatchedAlerts,
    /// The feed of the notifications service, and who reads it; none to screen without alerts.
    notifications: Option<(ClientChannel, AuthorityId)>,
    config: Config,
}

impl Bound {
    /// Opens everything that the service needs.
    ///
    /// # Errors
    /// Whatever is missing or wrong, by name.
    pub async fn bind(config: Config, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        let files = FileStore::open(&config.files).map_err(|error| part("files")(&error))?;
        let settings = (&config.server, &config.identity, &config.database);
        let mut opened = Opened::open::<Migrator>(settings, &config.files.url, &PACKAGES, clock).await?;
        let (cooperation, calendars) = (opened.cooperation.clone(), opened.calendars.clone());
        let pilot = Arc::new(read_pilot(&config, &cooperation, &calendars)?);
        let rules = Rules { cooperation, calendars, pilot, arrivals: config.arrivals };
        let store = Store::new(opened.database.clone(), opened.signal.clone());
        // Credentials keep to real time; everything else goes by the clock of the sandbox.
        let ahead = config.sandbox.enabled.then(Ahead::default);
        if let Some(ahead) = &ahead {
            ahead.reach(
                seamless_sandbox::ahead(store.database()).await.map_err(|error| part("sandbox")(&error))?,
            );
            opened.clock = ahead.clock(opened.clock);
        }
        let models = RiskModels::new(Arc::new(store.clone())).map_err(|error| part("models")(&error))?;
        let (notifications, followed) = match &config.alerts {
            None => (None, None),
            Some(settings) => {
                let channel = settings.channel.connect_lazy().map_err(|error| part("alerts")(&error))?;
                let reader: AuthorityId =
                    settings.known_authority(&rules.cooperation).map_err(|error| part("alerts")(&error))?;
                let side = rules.cooperation.contact_point_of(&reader).clone();
                (Some((channel, reader)), Some(side))
            }
        };
        let matching = Model::embedded().map_err(|error| part("matching")(&error))?;
        let alerts = WatchedAlerts::new(followed, matching);
        Ok(Self { opened, store, rules, files, ahead, models, alerts, notifications, config })
    }

    /// The address that it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.opened.server.local_addr()
    }

    /// Serves until the token is cancelled, then drains within the configured time.
    ///
    /// # Errors
    /// If serving cannot go on.
    pub async fn run(self, token: CancellationToken) -> Result<(), StartError> {
        let Self { opened, store, rules, files, ahead, models, alerts, notifications, config } = self;
        let (database, signal, clock) =
            (opened.database.clone(), opened.signal.clone(), opened.clock.clone());
        let retention = config.limits.request_retention;
        let mount = async |server: BoundServer, workers: &Workers| {
            // The first goods are decided by all that is in the store. Where it is out of reach, others wait no longer for it.
            let watch = notifications.as_ref().map(|(channel, reader)| AlertWatch {
                store: store.clone(),
                alerts: alerts.clone(),
                clock: clock.clone(),
                channel: channel.clone(),
                authorities: rules.cooperation.seen_owners(reader),
            });
            let read = async {
                models.refresh().await?;
                match &watch {
                    Some(watch) => watch.take_up().await,
                    None => alert_watch::refresh(&store, &alerts).await,
                }
            };
            match tokio::time::timeout(FIRST_READING, read).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(%error, "models and alerts are not read yet"),
                Err(_) => tracing::warn!("models and alerts are not read yet: it takes long"),
            }

            if let Some(ahead) = ahead {
                let health = server.health();
                workers.spawn(|token| seamless_sandbox::keep(database.clone(), ahead, health, token));
            }
            let held = HeldFacts::default();
            let decisions = Decisions {
                store: store.clone(),
                clock: clock.clone(),
                turns: config.contention.turns(),
                held: held.clone(),
            };
            let (every, most_counts) = (config.watch.interval, config.screening.hour_counts);
            workers.spawn(|token| held_in_memory::run("risk models", models.clone(), every, token));

            let learning = Learning {
                store: store.clone(),
                rules: rules.clone(),
                models: models.clone(),
                clock: clock.clone(),
                outcomes: config.learning.outcomes,
                interval: every,
                decisions: decisions.clone(),
            };
            workers.spawn(|token| learning.run(token));

            let inspections = KnownInspections::new(store.clone(), config.screening.inspections_in_memory);
            workers.spawn(|token| held_in_memory::run("pre-inspections", inspections.clone(), every, token));

            let most = config.server.limits.max_message_bytes;
            if let (Some((channel, reader)), Some(watch)) = (notifications, watch) {
                let database = database.clone();
                workers.spawn(|token| alert_follower::run(channel, reader, database, most, token));
                workers.spawn(|token| watch.run(token));
            }
            // As many wait as are decided next. More would only take memory, and push what is worked on out of the processors' caches.
            let (drafts, incoming) = mpsc::channel(config.screening.batch);
            let writer = ScreeningWriter {
                store: store.clone(),
                rules: rules.clone(),
                clock: clock.clone(),
                batch: config.screening.batch,
                linger: config.screening.linger,
                told: config.screening.told,
                turns: config.contention.turns(),
                incoming,
            };
            workers.spawn(|token| writer.run(token));
            let desk = ScreeningDesk {
                store: store.clone(),
                rules: rules.clone(),
                clock: clock.clone(),
                models: models.clone(),
                alerts: alerts.clone(),
                inspections,
                held,
                writer: drafts,
            };
            let (queue, waiting) = ScreeningQueue::new();
            workers.spawn(|token| waiting.run(desk.clone(), token));
            let redactor = FeedRedactor::new(store.clone(), rules.clone(), clock.clone());
            let feed = FeedServer::new(database.clone(), signal, redactor, clock.clone())
                .heartbeat(config.server.limits.feed_heartbeat);
            let api = Api {
                store: store.clone(),
                rules: rules.clone(),
                clock: clock.clone(),
                limits: config.limits,
                most_criteria: config.screening.criteria,
                files,
                file_settings: config.files,
                models,
                alerts,
                decisions: decisions.clone(),
                desk,
                queue,
                control_turn: Arc::default(),
                model_work: ModelWork::new(),
            };
            let interval = config.watch.interval;
            let overdue = OverdueWatch {
                decisions: decisions.clone(),
                store: store.clone(),
                rules: rules.clone(),
                clock: clock.clone(),
                interval,
            };
            workers.spawn(|token| overdue.run(token));
            let days = PlanClose {
                decisions: decisions.clone(),
                store: store.clone(),
                rules: rules.clone(),
                clock: clock.clone(),
                interval,
            };
            workers.spawn(|token| days.run(token));
            let criteria = EndedCriteria {
                decisions: decisions.clone(),
                store: store.clone(),
                rules: rules.clone(),
                clock: clock.clone(),
                most: config.screening.criteria,
                interval,
            };
            workers.spawn(|token| criteria.run(token));
            let hours = HourlyAggregates { decisions, store, rules, clock, most_counts, interval };
            workers.spawn(|token| hours.run(token));
            server
                .mount(FeedServiceServer::new(feed))
                .mount(InspectionServiceServer::new(api.clone()))
                .mount(ControlServiceServer::new(api.clone()))
                .mount(TrustServiceServer::new(api.clone()))
                .mount(ScreeningServiceServer::new(api.clone()))
                .mount(TargetingServiceServer::new(api))
        };
        opened.serve::<Migrator>("consignments", &NAMED, retention, token, mount).await
    }
}

fn read_pilot(
    config: &Config,
    cooperation: &Cooperation,
    calendars: &Calendars,
) -> Result<Pilot, StartError> {
    let (path, text) = match &config.pilot {
        None => ("the embedded pilot".to_owned(), SAMPLE_PILOT.to_owned()),
        Some(path) => {
            let name = path.display().to_string();
            let text = std::fs::read_to_string(path)
                .map_err(|error| StartError::File { path: name.clone(), why: error.to_string() })?;
            (name, text)
        }
    };
    Pilot::parse(&text, cooperation, calendars).map_err(|why| StartError::File { path, why })
}
