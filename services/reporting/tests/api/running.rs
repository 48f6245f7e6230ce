//! A running service, and clients of it.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, LazyLock, Mutex},
};

use seamless_calendar::Clock;
use seamless_proto::seamless::{
    feed::v1::{Event, ReadEventsRequest, feed_service_client::FeedServiceClient},
    reporting::v1::{
        bulletin_service_client::BulletinServiceClient, read_model_service_client::ReadModelServiceClient,
        report_schedule_service_client::ReportScheduleServiceClient,
        report_service_client::ReportServiceClient, situation_service_client::SituationServiceClient,
        statistics_service_client::StatisticsServiceClient,
    },
};
use seamless_reporting::{Bound, Config, api::authorization::SCOPES};
use seamless_service::client::ClientChannel;
use seamless_testkit::{Flags, Run, TestCredentials, TestedService};
use tokio_util::sync::CancellationToken;

/// The service in this process.
pub type Running = seamless_testkit::Running<Reporting>;

/// What links to the situation page begin with here.
pub const SITUATION: &str = "https://reporting.example.eu";
/// Where the page of a service is shown, by the port of its calls: the system chooses both.
static SHOWN_AT: LazyLock<Mutex<HashMap<u16, SocketAddr>>> = LazyLock::new(Mutex::default);

/// Where the page of the service with this address is shown.
pub fn situation_of(address: &str) -> SocketAddr {
    let port: u16 = address.rsplit(':').next().unwrap().parse().unwrap();
    SHOWN_AT.lock().unwrap()[&port]
}

/// The reporting service.
pub enum Reporting {}

impl TestedService for Reporting {
    type Partner = Partner;

    fn scopes() -> Vec<&'static str> {
        SCOPES.to_vec()
    }

    fn flags(credentials: &TestCredentials) -> Flags {
        let keys = credentials.receipt_keys();
        seamless_receipts::generate(&keys).unwrap();
        vec![
            ("reports.keys".to_owned(), keys.display().to_string()),
            ("watch.interval".to_owned(), "50ms".to_owned()),
            ("situation.listen".to_owned(), "127.0.0.1:0".to_owned()),
            ("situation.base_url".to_owned(), SITUATION.to_owned()),
            // Stories look again and again.
            ("situation.requests.per_path".to_owned(), "10000".to_owned()),
            ("situation.requests.per_address".to_owned(), "10000".to_owned()),
        ]
    }

    async fn bind(flags: Flags, clock: Arc<dyn Clock>, until: CancellationToken) -> (u16, Run) {
        let config = Config::load(None, HashMap::new(), flags).unwrap().settings;
        let bound = Bound::bind(config, clock).await.unwrap();
        SHOWN_AT.lock().unwrap().insert(bound.address().port(), bound.situation_address().unwrap());
        (bound.address().port(), Box::pin(async move { bound.run(until).await.unwrap() }))
    }

    fn partner(channel: ClientChannel) -> Partner {
        Partner {
            reports: ReportServiceClient::new(channel.clone()),
            read_models: ReadModelServiceClient::new(channel.clone()),
            schedules: ReportScheduleServiceClient::new(channel.clone()),
            bulletins: BulletinServiceClient::new(channel.clone()),
            situation: SituationServiceClient::new(channel.clone()),
            statistics: StatisticsServiceClient::new(channel.clone()),
            feed: FeedServiceClient::new(channel),
        }
    }
}

/// Everything that an authority's back end calls.
#[derive(Clone)]
pub struct Partner {
    pub reports: ReportServiceClient<ClientChannel>,
    pub read_models: ReadModelServiceClient<ClientChannel>,
    pub schedules: ReportScheduleServiceClient<ClientChannel>,
    pub bulletins: BulletinServiceClient<ClientChannel>,
    pub situation: SituationServiceClient<ClientChannel>,
    pub statistics: StatisticsServiceClient<ClientChannel>,
    pub feed: FeedServiceClient<ClientChannel>,
}

impl Partner {
    /// Every event that it sees, from the first on.
    pub async fn events(&self) -> Vec<Event> {
        let request = ReadEventsRequest { max: 1_000, ..ReadEventsRequest::default() };
        self.feed.clone().read_events(request).await.unwrap().into_inner().events
    }
}
