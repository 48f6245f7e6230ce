//! The reporting service: reports that can be made again and defended, from what the feeds of the other services show.
//!
//! [`Config`] → [`Bound::bind`] (ports and pools are open) → [`Bound::run`] until the token is cancelled.
#![allow(missing_docs, reason = "this crate is a program; what others use is documented in the contract")]

pub mod api;
mod commit;
pub mod config;
pub mod contract;
pub mod domain;
pub mod render;
mod situation;
pub mod store;
pub mod workers;

use std::{net::SocketAddr, sync::Arc};

use jiff::SignedDuration;
use seamless_calendar::{Ahead, Clock, Zones};
use seamless_feed::FeedServer;
use seamless_files::FileStore;
use seamless_program::{Opened, StartError, Workers, left_behind::Place, part};
use seamless_proto::seamless::{
    feed::v1::feed_service_server::FeedServiceServer,
    reporting::v1::{
        bulletin_service_server::BulletinServiceServer, read_model_service_server::ReadModelServiceServer,
        report_schedule_service_server::ReportScheduleServiceServer,
        report_service_server::ReportServiceServer, situation_service_server::SituationServiceServer,
        statistics_service_server::StatisticsServiceServer,
    },
};
use seamless_receipts::{ReceiptSettings, Signer};
use seamless_service::{client::ClientChannel, pages::BoundPages, server::BoundServer};
use seamless_suppression::Rule;
use seamless_typeset::Typesetter;
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

use api::{Api, authorization::PACKAGES};
use commit::Decisions;
pub use config::Config;
use contract::{FeedReader, FeedRedactor};
use domain::{
    Reached, Rules,
    source::{Feed, Source},
};
use situation::{SituationRules, SituationSite, Standings};
use store::{Store, migrations::Migrator};
use workers::{
    bulletin_writer::BulletinWriter, feed_followers, lag_watch::LagWatch, lapsed_rights::Rights, old_links,
    read_rebuilds::ReadRebuilds, report_writer::ReportWriter, schedule_watch::ScheduleWatch,
};

/// Where records name authorities.
const NAMED: [Place; 2] = [
    Place { what: "reports, bulletins, schedules and their runs", table: "record", column: "owner" },
    Place { what: "facts of its feeds", table: "fact", column: "authority" },
];

/// Makes a first key for reports, or puts a new one into the place of the one in use; gives its id.
///
/// # Errors
/// Those of the folder.
pub fn make_report_key(config: &Config, rotate: bool) -> Result<String, StartError> {
    let folder = &config.reports.keys;
    let made = match rotate {
        true => seamless_receipts::rotate(folder),
        false => seamless_receipts::generate(folder),
    };
    made.map_err(|error| part("reports.keys")(&error))
}

/// The service with its port bound and its database open; it takes calls once it runs.
pub struct Bound {
    opened: Opened,
    store: Store,
    rules: Rules,
    files: FileStore,
    /// The feeds: by whose credentials each is read.
    feeds: Vec<(Feed, ClientChannel)>,
    /// Where the situation page is shown, and what links to it are made by.
    situation: Option<(BoundPages, SituationRules)>,
    /// The clock of a sandbox, which the feeds tell.
    ahead: Option<Ahead>,
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
        let zones = match &config.calendar.zones {
            None => Zones::bundled(),
            Some(folder) => Zones::from_folder(folder).map_err(|error| part("calendar.zones")(&error))?,
        };
        let mut feeds = Vec::new();
        for (section, source, settings) in config.feeds() {
            let wrong = part(section);
            for one in settings {
                let reader = one.known_authority(&opened.cooperation).map_err(|why| wrong(&why))?;
                let channel = one.channel.connect_lazy().map_err(|error| wrong(&error))?;
                feeds.push((Feed { source, reader }, channel));
            }
        }
        let (alerts, others): (Vec<Feed>, Vec<Feed>) =
            feeds.iter().map(|(feed, _)| feed.clone()).partition(|feed| feed.source == Source::Notifications);
        let cooperation = std::fs::read(&config.identity.cooperation);
        let cooperation = cooperation.map_err(|error| part("identity.cooperation")(&error))?;
        let rules = Rules {
            cooperation: opened.cooperation.clone(),
            zone_data_sha256: hex::encode(zones.sha256()).into(),
            zones,
            followed: alerts.into_iter().map(|feed| feed.reader).collect(),
            other_feeds: others.into(),
            cooperation_sha256: hex::encode(Sha256::digest(cooperation)).into(),
            most_queued: config.reports.most_queued,
            most_schedules: config.schedules.most,
            least_distance: SignedDuration::try_from(config.schedules.least_distance)
                .unwrap_or(SignedDuration::MAX),
            small: Rule::of_least(config.reports.least_count),
            glossary: Arc::new(
                config.bulletins.glossary().map_err(|error| part("bulletins.glossary")(&error))?,
            ),
            publish_with_findings: config.bulletins.publish_with_findings,
        };
        let store = Store::new(opened.database.clone(), opened.signal.clone());
        let settings = &config.situation;
        let situation = match settings.listen.zip(settings.base_url.as_deref()) {
            Some((listen, base_url)) => {
                let bound = BoundPages::bind(listen, &config.server, &settings.requests).await;
                let bound = bound.map_err(|error| part("situation")(&error))?;
                let clock = opened.clock.clone();
                Some((bound, SituationRules { base_url: base_url.into(), limits: settings.limits(), clock }))
            }
            None => None,
        };
        // Credentials keep to real time; everything else goes by the clock of the sandbox.
        let ahead = config.sandbox.enabled.then(Ahead::default);
        if let Some(ahead) = &ahead {
            let known = seamless_sandbox::ahead(store.database()).await;
            ahead.reach(known.map_err(|error| part("sandbox")(&error))?);
            opened.clock = ahead.clock(opened.clock);
        }
        Ok(Self { opened, store, rules, files, feeds, situation, ahead, config })
    }

    /// The address where the situation page is shown; none where there is none.
    #[must_use]
    pub fn situation_address(&self) -> Option<SocketAddr> {
        self.situation.as_ref().map(|(bound, _)| bound.local_addr())
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
        let Self { opened, store, rules, files, feeds, situation, ahead, config } = self;
        let (database, signal, clock) =
            (opened.database.clone(), opened.signal.clone(), opened.clock.clone());
        let retention = config.limits.request_retention;
        let signer = Arc::new(Signer::new(&ReceiptSettings { keys: config.reports.keys.clone() }));
        let mount = async |server: BoundServer, workers: &Workers| {
            let decisions =
                Decisions { store: store.clone(), clock: clock.clone(), turns: config.contention.turns() };
            if let Some(ahead) = ahead {
                let health = server.health();
                workers.spawn(|token| seamless_sandbox::keep(database.clone(), ahead, health, token));
            }
            let reached = Reached::default();
            let rebuilds = ReadRebuilds {
                decisions: decisions.clone(),
                store: store.clone(),
                rules: rules.clone(),
                feeds: feeds.clone(),
                most_bytes: config.server.limits.max_message_bytes,
                clock: clock.clone(),
                interval: config.watch.interval,
            };
            workers.spawn(|token| rebuilds.run(token));
            let lag = LagWatch {
                store: store.clone(),
                rules: rules.clone(),
                reached: reached.clone(),
                clock: clock.clone(),
            };
            workers.spawn(|token| lag.run(token));
            let rights = Rights { rules: rules.clone(), clock: clock.clone() };
            for (feed, channel) in feeds {
                let (known, database) = ((rights.clone(), reached.clone()), database.clone());
                let own = rules.cooperation.seen_owners(&feed.reader).into();
                let most = config.server.limits.max_message_bytes;
                let reader = FeedReader { feed, own };
                workers.spawn(|token| feed_followers::follow(channel, reader, known, database, most, token));
            }
            let (kept, followed) = (store.clone(), rules.feeds());
            workers.spawn(|token| feed_followers::forget_others(kept, followed, token));
            let (kept, interval) = (store.clone(), config.watch.interval);
            workers.spawn(move |token| rights.watch(kept, interval, token));
            let writer = ReportWriter {
                decisions: decisions.clone(),
                store: store.clone(),
                rules: rules.clone(),
                files: files.clone(),
                typesetter: Typesetter::new(),
                signer: signer.clone(),
                reached: reached.clone(),
                clock: clock.clone(),
                interval: config.watch.interval,
            };
            let bulletins = BulletinWriter(writer.clone());
            workers.spawn(|token| bulletins.run(token));
            workers.spawn(|token| writer.run(token));
            let watch = ScheduleWatch {
                decisions: decisions.clone(),
                store: store.clone(),
                rules: rules.clone(),
                clock: clock.clone(),
                interval: config.watch.interval,
            };
            workers.spawn(|token| watch.run(token));
            let links = situation.as_ref().map(|(_, links)| links.clone());
            if let Some(links) = &links {
                let (kept, now, interval) = (store.clone(), links.clock.clone(), config.watch.interval);
                workers.spawn(move |token| old_links::watch(kept, now, interval, token));
            }
            if let Some((bound, links)) = situation {
                let standings = Standings {
                    store: store.clone(),
                    rules: rules.clone(),
                    reached: reached.clone(),
                    clock: clock.clone(),
                    kept: Arc::default(),
                    turns: Arc::default(),
                    counting: Arc::default(),
                };
                let refresh = config.situation.refresh.as_secs().max(1);
                let site = SituationSite { standings, links, decisions: decisions.clone(), refresh };
                workers.spawn(|token| bound.serve(Arc::new(site), token));
            }
            let redactor = FeedRedactor::new(store.clone(), rules.clone());
            let feed = FeedServer::new(database.clone(), signal, redactor, clock.clone())
                .heartbeat(config.server.limits.feed_heartbeat);
            let api = Api {
                store: store.clone(),
                rules: rules.clone(),
                limits: config.limits,
                files: files.clone(),
                decisions,
                signer: signer.clone(),
                reached,
                situation: links,
            };
            server
                .mount(FeedServiceServer::new(feed))
                .mount(BulletinServiceServer::new(api.clone()))
                .mount(ReportServiceServer::new(api.clone()))
                .mount(ReportScheduleServiceServer::new(api.clone()))
                .mount(ReadModelServiceServer::new(api.clone()))
                .mount(SituationServiceServer::new(api.clone()))
                .mount(StatisticsServiceServer::new(api))
        };
        opened.serve::<Migrator>("reporting", &NAMED, retention, token, mount).await
    }
}
