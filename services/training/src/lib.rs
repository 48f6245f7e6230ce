//! The training service: workshops, webinars, visits and campaigns; who takes part, and what came of them.
//!
//! [`Config`] → [`Bound::bind`] (ports and pools are open) → [`Bound::run`] until the token is cancelled.
#![allow(missing_docs, reason = "this crate is a program; what others use is documented in the contract")]

pub mod api;
mod commit;
pub mod config;
pub mod contract;
pub mod domain;
pub mod store;
pub mod workers;

use std::{net::SocketAddr, sync::Arc};

use jiff::SignedDuration;
use seamless_api::JointCalls;
use seamless_attendance::Margin;
use seamless_calendar::{Ahead, Clock, Zones};
use seamless_feed::FeedServer;
use seamless_files::FileStore;
use seamless_identity::AuthorityId;
use seamless_mail::{Carrier, MailSender};
use seamless_program::{Opened, StartError, Workers, left_behind::Place, part};
use seamless_proto::seamless::{
    feed::v1::feed_service_server::FeedServiceServer,
    training::v1::{
        activity_service_server::ActivityServiceServer, attendance_service_server::AttendanceServiceServer,
        calendar_service_server::CalendarServiceServer, certificate_service_server::CertificateServiceServer,
        correspondence_service_server::CorrespondenceServiceServer,
        feedback_service_server::FeedbackServiceServer, material_service_server::MaterialServiceServer,
        need_service_server::NeedServiceServer, obligation_service_server::ObligationServiceServer,
        personal_data_service_server::PersonalDataServiceServer,
        proceedings_service_server::ProceedingsServiceServer,
        registration_service_server::RegistrationServiceServer,
        schedule_service_server::ScheduleServiceServer,
    },
};
use seamless_receipts::{ReceiptSettings, Signer};
use seamless_service::{client::ClientChannel, pages::BoundPages, server::BoundServer};
use tokio_util::sync::CancellationToken;

use api::{Api, AttendanceRules, CalendarPages, NeedRules, Papers, Turns, authorization::PACKAGES};
use commit::Decisions;
pub use config::Config;
use contract::FeedRedactor;
use domain::{Rules, needs::FollowedFeeds, rules::Limits};
use store::{Store, migrations::Migrator};
use workers::{
    action_watch::ActionWatch, alert_followers, clock_watch::ClockWatch, download_watch::DownloadWatch,
    erasure_watch::ErasureWatch, feedback_watch::FeedbackWatch, mail_watch::MailWatch,
    obligation_watch::ObligationWatch, registration_watch::RegistrationWatch, report_followers,
};

/// Where records name authorities.
const NAMED: [Place; 4] = [
    Place { what: "activities", table: "activity", column: "organiser" },
    Place { what: "registrations for its activities", table: "registration", column: "organiser" },
    Place { what: "registrations that it made", table: "registration", column: "registrar" },
    Place { what: "records of its own", table: "record", column: "owner" },
];

/// Makes a first key for certificates, or puts a new one into the place of the one in use; gives its id.
///
/// # Errors
/// Those of the folder.
pub fn make_certificate_key(config: &Config, rotate: bool) -> Result<String, StartError> {
    let folder = &config.certificates.keys;
    let made = match rotate {
        true => seamless_receipts::rotate(folder),
        false => seamless_receipts::generate(folder),
    };
    made.map_err(|error| part("certificates.keys")(&error))
}

/// The service with its port bound and its database open; it takes calls once it runs.
pub struct Bound {
    opened: Opened,
    store: Store,
    rules: Rules,
    files: FileStore,
    attendance: AttendanceRules,
    /// By what needs are worked out.
    needs: NeedRules,
    /// The feeds of alerts: by whose credentials each is read.
    alerts: Vec<(AuthorityId, ClientChannel)>,
    /// The feeds of reports, likewise.
    reports: Vec<(AuthorityId, ClientChannel)>,
    /// Where calendars are read.
    calendars: Option<BoundPages>,
    /// How mails leave; none where nobody is written to.
    carrier: Option<Carrier>,
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
        let (cooperation, calendars) = (opened.cooperation.clone(), opened.calendars.clone());
        let limits = Limits {
            series: (&config.activities).into(),
            registrations: config.registrations.most,
            obligation_warning_days: config.obligations.warn_before_days,
            retention_days: config.personal_data.retention_days,
            erasure_days: config.personal_data.erasure_days,
            least_feedback: config.feedback.least_answers,
            slots: (&config.slots).into(),
            calendars: (&config.calendars).into(),
        };
        let mappings = config.attendance.read_mappings().map_err(|why| part("attendance.mappings")(&why))?;
        let minutes = i64::from(config.attendance.margin_minutes);
        let attendance = AttendanceRules {
            mappings: Arc::new(mappings),
            limits: config.attendance.limits(),
            margin: Margin(SignedDuration::from_mins(minutes)),
            files: config.attendance.files,
            answers: config.attendance.answers,
        };
        let post = config.post();
        let carrier = Carrier::open(&config.mail).map_err(|error| part("mail")(&error))?;
        let store = Store::new(opened.database.clone(), opened.signal.clone()).telling(post.is_some());
        let mut reports = Vec::with_capacity(config.reports.len());
        for settings in &config.reports {
            let wrong = part("reports");
            let authority = settings.known_authority(&cooperation).map_err(|why| wrong(&why))?;
            let channel = settings.channel.connect_lazy().map_err(|error| wrong(&error))?;
            reports.push((authority, channel));
        }
        let followed_reports = reports.iter().map(|(authority, _)| authority.clone()).collect();
        let rules = Rules { cooperation, calendars, zones, limits, post, followed_reports };
        // Credentials keep to real time; everything else goes by the clock of the sandbox.
        let ahead = config.sandbox.enabled.then(Ahead::default);
        if let Some(ahead) = &ahead {
            let known = seamless_sandbox::ahead(store.database()).await;
            ahead.reach(known.map_err(|error| part("sandbox")(&error))?);
            opened.clock = ahead.clock(opened.clock);
        }
        let mut alerts = Vec::with_capacity(config.alerts.len());
        for settings in &config.alerts {
            let wrong = part("alerts");
            let authority = settings.known_authority(&rules.cooperation).map_err(|why| wrong(&why))?;
            let channel = settings.channel.connect_lazy().map_err(|error| part("alerts")(&error))?;
            alerts.push((authority, channel));
        }
        let areas = config.needs.read_areas().map_err(|why| part("needs.product_areas")(&why))?;
        let needs = NeedRules {
            followed: FollowedFeeds::new(alerts.iter().map(|(authority, _)| authority.clone())),
            areas: Arc::new(areas),
            most_alerts: config.needs.most_alerts,
            longest_days: config.needs.longest_days,
            named: config.needs.named,
        };
        let calendars = match config.calendars.listen {
            Some(listen) => {
                let bound = BoundPages::bind(listen, &config.server, &config.calendars.requests).await;
                Some(bound.map_err(|error| part("calendars")(&error))?)
            }
            None => None,
        };
        Ok(Self {
            opened,
            store,
            rules,
            files,
            attendance,
            needs,
            alerts,
            reports,
            calendars,
            carrier,
            ahead,
            config,
        })
    }

    /// The address where calendars are read; none where there are none.
    #[must_use]
    pub fn calendars_address(&self) -> Option<SocketAddr> {
        self.calendars.as_ref().map(BoundPages::local_addr)
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
        let Self {
            opened,
            store,
            rules,
            files,
            attendance,
            needs,
            alerts,
            reports,
            calendars,
            carrier,
            ahead,
            config,
        } = self;
        let (database, signal, clock) =
            (opened.database.clone(), opened.signal.clone(), opened.clock.clone());
        let retention = config.limits.request_retention;
        let config::CertificateSettings { keys, at_once, verify_at } = &config.certificates;
        let signer = Signer::new(&ReceiptSettings { keys: keys.clone() });
        let papers = Papers::new(signer, *at_once, verify_at);
        let mount = async |server: BoundServer, workers: &Workers| {
            let decisions = Decisions {
                store: store.clone(),
                clock: clock.clone(),
                zones: rules.zones.clone(),
                turns: config.contention.turns(),
            };
            if let Some(ahead) = ahead {
                let health = server.health();
                workers.spawn(|token| seamless_sandbox::keep(database.clone(), ahead, health, token));
            }
            for (authority, channel) in alerts {
                let (feeds, database) = (needs.followed.clone(), database.clone());
                let most = config.server.limits.max_message_bytes;
                workers
                    .spawn(|token| alert_followers::follow(channel, authority, feeds, database, most, token));
            }
            for (authority, channel) in reports {
                let (database, most) = (database.clone(), config.server.limits.max_message_bytes);
                workers.spawn(|token| report_followers::follow(channel, authority, database, most, token));
            }
            let (followed, kept) = (rules.followed_reports.clone(), store.clone());
            workers.spawn(|token| report_followers::forget_others(kept, followed, token));
            let (feeds, kept) = (needs.followed.clone(), store.clone());
            workers.spawn(|token| alert_followers::forget_others(kept, feeds, token));
            let interval = config.watch.interval;
            let registrations = RegistrationWatch {
                decisions: decisions.clone(),
                store: store.clone(),
                rules: rules.clone(),
                clock: clock.clone(),
                interval,
            };
            workers.spawn(|token| registrations.run(token));
            let clocks = ClockWatch {
                decisions: decisions.clone(),
                store: store.clone(),
                rules: rules.clone(),
                clock: clock.clone(),
                interval,
            };
            workers.spawn(|token| clocks.run(token));
            let actions = ActionWatch {
                decisions: decisions.clone(),
                store: store.clone(),
                rules: rules.clone(),
                clock: clock.clone(),
                interval,
            };
            workers.spawn(|token| actions.run(token));
            let downloads = DownloadWatch {
                decisions: decisions.clone(),
                store: store.clone(),
                rules: rules.clone(),
                clock: clock.clone(),
                interval,
            };
            workers.spawn(|token| downloads.run(token));
            let feedback = FeedbackWatch {
                decisions: decisions.clone(),
                store: store.clone(),
                rules: rules.clone(),
                clock: clock.clone(),
                interval,
            };
            workers.spawn(|token| feedback.run(token));
            let obligations = ObligationWatch {
                decisions: decisions.clone(),
                store: store.clone(),
                rules: rules.clone(),
                clock: clock.clone(),
                interval: config.obligations.interval,
            };
            workers.spawn(|token| obligations.run(token));
            let erasures = ErasureWatch {
                decisions: decisions.clone(),
                store: store.clone(),
                files: files.clone(),
                rules: rules.clone(),
                clock: clock.clone(),
                interval,
            };
            workers.spawn(|token| erasures.run(token));
            if let Some(bound) = calendars {
                let pages = CalendarPages {
                    store: store.clone(),
                    rules: rules.clone(),
                    clock: clock.clone(),
                    refresh: config.calendars.refresh,
                };
                workers.spawn(|token| bound.serve(Arc::new(pages), token));
            }
            let mails = MailWatch {
                decisions: decisions.clone(),
                store: store.clone(),
                rules: rules.clone(),
                clock: clock.clone(),
                interval: config.mail.interval,
                batch: config.mail.batch,
            };
            if rules.post.is_some() {
                workers.spawn(|token| mails.run(token));
            }
            let (database_of_mails, settings) = (database.clone(), config.mail.clone());
            let sender = MailSender { database: database_of_mails, carrier, settings, clock: clock.clone() };
            workers.spawn(|token| sender.run(token));
            let redactor = FeedRedactor::new(store.clone(), rules.clone(), clock.clone());
            let feed = FeedServer::new(database.clone(), signal, redactor, clock.clone())
                .heartbeat(config.server.limits.feed_heartbeat);
            let api = Api {
                store: store.clone(),
                rules: rules.clone(),
                clock,
                limits: config.limits,
                files,
                file_settings: config.files,
                decisions,
                attendance: attendance.clone(),
                papers: papers.clone(),
                needs: needs.clone(),
                turns: Turns::default(),
                registrations: JointCalls::new(config.registrations.together),
                calendars: config.calendars.base_url,
                max_received_bytes: config.mail.max_received_bytes,
            };
            server
                .mount(FeedServiceServer::new(feed))
                .mount(ActivityServiceServer::new(api.clone()))
                .mount(MaterialServiceServer::new(api.clone()))
                .mount(AttendanceServiceServer::new(api.clone()))
                .mount(CertificateServiceServer::new(api.clone()))
                .mount(ObligationServiceServer::new(api.clone()))
                .mount(PersonalDataServiceServer::new(api.clone()))
                .mount(ProceedingsServiceServer::new(api.clone()))
                .mount(ScheduleServiceServer::new(api.clone()))
                .mount(CalendarServiceServer::new(api.clone()))
                .mount(CorrespondenceServiceServer::new(api.clone()))
                .mount(NeedServiceServer::new(api.clone()))
                .mount(FeedbackServiceServer::new(api.clone()))
                .mount(RegistrationServiceServer::new(api))
        };
        opened.serve::<Migrator>("training", &NAMED, retention, token, mount).await
    }
}
