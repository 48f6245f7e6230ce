//! The notifications service: alerts on dangerous products, carried from one authority to another, and what the
//! recipients do about them.
//!
//! [`Config`] → [`Bound::bind`] (ports and pools are open) → [`Bound::run`] until the token is cancelled.
#![allow(missing_docs, reason = "this crate is a program; what others use is documented in the contract")]

pub mod api;
pub mod attachments;
pub mod commit;
pub mod config;
pub mod contract;
pub mod deliveries;
pub mod domain;
pub mod store;
pub mod workers;

use std::{net::SocketAddr, sync::Arc};

use seamless_calendar::Clock;
use seamless_feed::FeedServer;
use seamless_program::{Opened, StartError, Workers, left_behind::Place, part};
use seamless_proto::seamless::{
    feed::v1::feed_service_server::FeedServiceServer,
    notifications::v1::{
        assessment_service_server::AssessmentServiceServer,
        attachment_service_server::AttachmentServiceServer, clock_service_server::ClockServiceServer,
        conversation_service_server::ConversationServiceServer,
        evidence_service_server::EvidenceServiceServer, follow_up_service_server::FollowUpServiceServer,
        listing_service_server::ListingServiceServer, notification_service_server::NotificationServiceServer,
        proposal_service_server::ProposalServiceServer, rights_service_server::RightsServiceServer,
        sandbox_service_server::SandboxServiceServer, similarity_service_server::SimilarityServiceServer,
        trace_service_server::TraceServiceServer, transmission_service_server::TransmissionServiceServer,
    },
};
use seamless_receipts::Signer;
use seamless_service::server::BoundServer;
use tokio_util::sync::CancellationToken;

use api::{Api, FaultyFeed, authorization::PACKAGES};
use attachments::Attachments;
use commit::Decisions;
pub use config::Config;
use contract::{ContractAudiences, FeedRedactor};
use deliveries::DeliveryEntries;
use domain::{Rules, clocks::check_clock_rules, ports::SandboxReader};
use store::{Files, Sandbox, SimilarIndex, Store, migrations::Migrator};
use workers::{
    arrangement_watch::ArrangementWatch, clock_watch::ClockWatch, delivery_watch::DeliveryWatch,
    receipt_signer::ReceiptSigner, sandbox_watch, search_index, similar_index, upload_purge,
};

/// Where records name authorities.
const NAMED: [Place; 6] = [
    Place { what: "notifications", table: "notification", column: "originator" },
    Place { what: "transmissions to it", table: "transmission", column: "recipient" },
    Place { what: "transmissions by it", table: "transmission", column: "sender" },
    Place { what: "follow-ups", table: "follow_up", column: "authority" },
    Place { what: "clocks", table: "clock", column: "recipient" },
    Place { what: "records of cases", table: "case_record", column: "party" },
];

/// Makes a first key for receipts, or puts a new one into the place of the one in use; gives its id.
///
/// # Errors
/// Those of the folder.
pub fn make_receipt_key(config: &Config, rotate: bool) -> Result<String, StartError> {
    let folder = &config.receipts.keys;
    let made = match rotate {
        true => seamless_receipts::rotate(folder),
        false => seamless_receipts::generate(folder),
    };
    made.map_err(|error| part("receipts.keys")(&error))
}

/// The service with its port bound and its database open; it takes calls once it runs.
pub struct Bound {
    opened: Opened,
    store: Store,
    rules: Rules,
    files: Files,
    sandbox: Option<Sandbox>,
    similar: SimilarIndex,
    config: Config,
}

impl Bound {
    /// Opens everything that the service needs.
    ///
    /// # Errors
    /// Whatever is missing or wrong, by name.
    pub async fn bind(config: Config, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        let files = Files::open(&config.files).map_err(|error| part("files")(&error))?;
        let settings = (&config.server, &config.identity, &config.database);
        let mut opened = Opened::open::<Migrator>(settings, &config.files.url, &PACKAGES, clock).await?;
        let (cooperation, calendars) = (opened.cooperation.clone(), opened.calendars.clone());
        let rules = Rules::new(cooperation, calendars, Arc::new(ContractAudiences));
        check_clock_rules(&rules).map_err(|why| StartError::File {
            path: config.identity.cooperation.display().to_string(),
            why,
        })?;
        let store = Store::new(opened.database.clone(), opened.signal.clone());
        // Credentials keep to real time; everything else goes by the clock of the sandbox.
        let sandbox = config.sandbox.enabled.then(Sandbox::default);
        if let Some(sandbox) = &sandbox {
            let state = store.sandbox_get().await.map_err(|error| part("sandbox")(&error))?;
            sandbox.follow(state);
            opened.clock = sandbox.clock(opened.clock);
        }
        let store = store.reaching(rules.clone(), opened.clock.clone());
        let similar = SimilarIndex::new(store.clone(), rules.clone());
        let similar = similar.map_err(|error| part("similarity")(&error))?;
        Ok(Self { opened, store, rules, files, sandbox, similar, config })
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
        let Self { opened, store, rules, files, sandbox, similar, config } = self;
        let (database, signal, clock) =
            (opened.database.clone(), opened.signal.clone(), opened.clock.clone());
        let retention = config.limits.request_retention;
        let mount = async |server: BoundServer, workers: &Workers| {
            if let Some(sandbox) = sandbox.clone() {
                let health = server.health();
                workers.spawn(|token| sandbox_watch::run(store.clone(), sandbox, health, token));
            }
            let search = search_index::SearchIndex { store: store.clone(), rules: rules.clone() };
            workers.spawn(|token| search.run(token));

            let redactor = FeedRedactor::new(store.clone(), rules.clone());
            let feed = FeedServer::new(database.clone(), signal, redactor, clock.clone())
                .heartbeat(config.server.limits.feed_heartbeat);
            workers.spawn(|token| similar_index::run(similar.clone(), token));
            let signer = Arc::new(Signer::new(&config.receipts));
            let decisions = Decisions {
                store: store.clone(),
                rules: rules.clone(),
                clock: clock.clone(),
                turns: config.contention.turns(),
            };
            let attachments = Attachments {
                store: store.clone(),
                files,
                clock: clock.clone(),
                decisions: decisions.clone(),
            };
            let entries = DeliveryEntries { store: store.clone(), decisions: decisions.clone() };
            let api = Api {
                store: store.clone(),
                rules: rules.clone(),
                clock: clock.clone(),
                limits: config.limits,
                decisions: decisions.clone(),
                attachments: attachments.clone(),
                attachments_at_most: config.attachments.per_notification,
                deliveries: entries.clone(),
                sandbox: sandbox.clone(),
                signer: signer.clone(),
                redactor: Arc::new(FeedRedactor::new(store.clone(), rules.clone())),
                similar,
            };
            let interval = config.evidence.interval;
            let deliveries = DeliveryWatch { entries: entries.clone(), store: store.clone(), interval };
            workers.spawn(|token| deliveries.run(token));
            let receipts = ReceiptSigner { store: store.clone(), signer, clock: clock.clone(), interval };
            workers.spawn(|token| receipts.run(token));
            workers.spawn(|token| upload_purge::run(attachments, token));
            let interval = config.clocks.interval;
            let arrangements = ArrangementWatch {
                decisions: decisions.clone(),
                deliveries: entries.clone(),
                store: store.clone(),
                rules: rules.clone(),
                clock: clock.clone(),
                interval,
            };
            workers.spawn(|token| arrangements.run(token));
            let watch = ClockWatch { decisions, store, rules, clock, interval };
            workers.spawn(|token| watch.run(token));
            server
                .mount(NotificationServiceServer::new(api.clone()))
                .mount(TransmissionServiceServer::new(api.clone()))
                .mount(FollowUpServiceServer::new(api.clone()))
                .mount(ClockServiceServer::new(api.clone()))
                .mount(SandboxServiceServer::new(api.clone()))
                .mount(TraceServiceServer::new(api.clone()))
                .mount(EvidenceServiceServer::new(api.clone()))
                .mount(ConversationServiceServer::new(api.clone()))
                .mount(ListingServiceServer::new(api.clone()))
                .mount(RightsServiceServer::new(api.clone()))
                .mount(ProposalServiceServer::new(api.clone()))
                .mount(AssessmentServiceServer::new(api.clone()))
                .mount(SimilarityServiceServer::new(api.clone()))
                .mount(AttachmentServiceServer::new(api))
                .mount(FeedServiceServer::new(FaultyFeed::new(feed, sandbox)))
        };
        opened.serve::<Migrator>("notifications", &NAMED, retention, token, mount).await
    }
}
